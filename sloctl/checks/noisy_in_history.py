"""An alert that has fired again and again.

**What it finds.** With `--prometheus`: alerts that fired more often than `per_week` in the last week, by the series
`ALERTS` that Prometheus writes for its rules. Firings of several series at one time count as one, as in one
notification; a pause of less than five minutes does not end one. An alert whose query or `for` differs from what the
server evaluates is left alone, because its history is that of another rule. So is one that calls nobody.

**Why it wakes people up.** It does, and they know it: who is called every day by one alert stops reading it.

**What to do.** Raise the threshold, widen the window or lengthen `for` until it fires only when somebody must act; or
make it a graph. `sloctl explain N201` and its neighbours name the usual causes.

**Options.** `per_week`: how often an alert may fire in a week; 7.

**Sources.** Site Reliability Engineering, chapter 11, "Being On-Call".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context
from sloctl.checks._history import bouts, human_alerts
from sloctl.checks._rule import Rule
from sloctl.checks._server import WEEK, Canned, Server
from sloctl.core.duration import Duration
from sloctl.core.human import plural
from sloctl.promapi.answers import LoadedRule

CODE = "L603"


def run(rules: Sequence[Rule], server: Server, context: Context) -> Iterator[Hit]:
    """Report alerts that fired too often."""
    allowed = int(context.option(CODE, "per_week", 7))
    for alert, fired in bouts(human_alerts(rules, context), server):
        if len(fired) > allowed:
            times = plural(len(fired), "time")
            message = f"`{alert.name.value}` has fired {times} in {WEEK}; up to {allowed} are allowed"
            advice = "raise the threshold, look at a longer window or lengthen `for`; or make it a graph"
            yield Hit(at=alert.name.at(), message=message, help=advice, about=alert)


_RULE = """
    - alert: QueueLong
      expr: max(queue_length) > 100
      for: 5m
"""
_OFTEN = {"QueueLong": "#..##..#....#......#.#...#...#"}


def _as_loaded(query: str, minutes: int) -> tuple[LoadedRule, ...]:
    return (LoadedRule(name="QueueLong", is_alert=True, query=query, hold=Duration.of(minutes=minutes)),)


CHECK = Check(
    code=CODE,
    name="noisy-in-history",
    severity=WARNING,
    scope=Scope.ONLINE,
    run=run,
    options=(Option("per_week", 7, "how often an alert may fire in a week"),),
    cases=(
        Bad("""
            - alert: QueueLong
            #        ^^^^^^^^^ `QueueLong` has fired 8 times in 7d; up to 7 are allowed
              expr: max(queue_length) > 100
              for: 5m
        """, server=Canned(fired=_OFTEN)),
        Bad("""
            - alert: QueueLong
            #        ^^^^^^^^^ `QueueLong` has fired 2 times in 7d; up to 1 are allowed
              expr: max(queue_length) > 100
              for: 5m
        """, {"per_week": 1}, server=Canned(fired={"QueueLong": "##...####"},
                                            loaded=_as_loaded("max(queue_length) > 100", 5))),
        Good(_RULE, server=Canned(fired={"QueueLong": "#..####################..#", "Other": _OFTEN["QueueLong"]})),
        Good(_RULE, server=Canned(fired=_OFTEN, loaded=_as_loaded("max(queue_length) > 50", 5))),
        Good(_RULE, server=Canned(fired=_OFTEN, loaded=_as_loaded("max(queue_length) > 100", 0))),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              labels: {severity: info}
        """, server=Canned(fired=_OFTEN)),
    ),
)  # fmt: skip
