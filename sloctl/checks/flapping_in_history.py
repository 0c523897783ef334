"""An alert that comes back as soon as it has gone.

**What it finds.** With `--prometheus`: alerts that in the last week fired again within an hour of resolving, more often
than `returns`. Firings of several series at one time count as one; a pause of less than five minutes is none. An alert
whose query or `for` differs from what the server evaluates is left alone. So is one that calls nobody.

**Why it wakes people up.** One problem calls several times: it resolves, they lie down, it calls again. In the end the
notification that something is over means nothing.

**What to do.** Give it `keep_firing_for`, so that a short calm does not resolve it, or look at a longer window. Where
the value swings around the threshold, move the threshold.

**Options.** `returns`: how often an alert may come back in a week; 3. `within`: how soon after resolving; 1h.

**Sources.** Prometheus documentation, alerting rules, `keep_firing_for`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context
from sloctl.checks._history import Bout, bouts, human_alerts
from sloctl.checks._rule import Rule
from sloctl.checks._server import SLOT, WEEK, Canned, Server
from sloctl.core.duration import Duration
from sloctl.core.human import plural

CODE = "L604"


def run(rules: Sequence[Rule], server: Server, context: Context) -> Iterator[Hit]:
    """Report alerts that came back too often."""
    allowed = int(context.option(CODE, "returns", 3))
    within = Duration.parse(context.option(CODE, "within", "1h"))
    for alert, fired in bouts(human_alerts(rules, context), server):
        count = _returns(fired, within)
        if count > allowed:
            times = plural(count, "time")
            message = f"`{alert.name.value}` came back within {within} {times} in {WEEK}; up to {allowed} are allowed"
            advice = "give it `keep_firing_for`, or look at a longer window"
            yield Hit(at=alert.name.at(), message=message, help=advice, about=alert)


def _returns(fired: Sequence[Bout], within: Duration) -> int:
    return sum((later[0] - earlier[1] - 1) * SLOT.ms < within.ms for earlier, later in pairwise(fired))


CHECK = Check(
    code=CODE,
    name="flapping-in-history",
    severity=WARNING,
    scope=Scope.ONLINE,
    run=run,
    options=(
        Option("returns", 3, "how often an alert may come back in a week"),
        Option("within", "1h", "how soon after resolving a firing counts as coming back"),
    ),
    cases=(
        Bad("""
            - alert: QueueLong
            #        ^^^^^^^^^ `QueueLong` came back within 1h 4 times in 7d; up to 3 are allowed
              expr: max(queue_length) > 100
              for: 5m
        """, server=Canned(fired={"QueueLong": "##.#.##...........#....#"})),
        Bad("""
            - alert: QueueLong
            #        ^^^^^^^^^ `QueueLong` came back within 10m 1 time in 7d; up to 0 are allowed
              expr: max(queue_length) > 100
              for: 5m
        """, {"returns": 0, "within": "10m"}, server=Canned(fired={"QueueLong": "#.#..#"})),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 5m
        """, server=Canned(fired={"QueueLong": "##.#.##............#....##########"})),
        Good("""
            - alert: Watchdog
              expr: vector(1)
        """, server=Canned(fired={"Watchdog": "#.#.#.#.#.#.#"})),
    ),
)  # fmt: skip
