"""An alert that has not stirred for a month.

**What it finds.** With `--prometheus`: alerts that the server evaluates just as they are here, and that were neither
firing nor pending in the last `days`. It is silent when the server does not list its rules, or does not remember alerts
from so many days ago. It cannot see since when a rule has been there: one that was merged yesterday is found too.

**Why it wakes people up.** It does not, and that may be right: alerts for rare disasters are quiet for years. But a
quiet alert and a broken one look the same, and among many that nobody has ever seen fire some cannot.

**What to do.** Prove that it can fire: `sloctl test` for specs, promtool's unit tests for other rules. Delete it when
nobody would miss it. Otherwise suppress this finding with the reason.

**Options.** `days`: how long an alert may be quiet; 30.

**Sources.** Site Reliability Engineering, chapter 6, "Monitoring Distributed Systems": signals that are not used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context
from sloctl.checks._history import human_alerts, is_of, running, telling_labels
from sloctl.checks._rule import Rule
from sloctl.checks._server import Canned, Server
from sloctl.core.duration import Duration
from sloctl.promapi.answers import Labels, LoadedRule

CODE = "L605"


def run(rules: Sequence[Rule], server: Server, context: Context) -> Iterator[Hit]:
    """Report alerts that were never active."""
    days = int(context.option(CODE, "days", 30))
    alerts = human_alerts(rules, context)
    loaded = server.rules() if alerts else None
    seen = server.seen(days, telling_labels(alerts)) if loaded else None
    if loaded is None or seen is None:
        return
    by_name: dict[str, list[Labels]] = {}
    for labels in seen:
        by_name.setdefault(labels.get("alertname", ""), []).append(labels)
    for alert in alerts:
        was_active = any(is_of(alert, labels) for labels in by_name.get(alert.name.value, ()))
        if not was_active and running(alert, loaded):
            message = f"`{alert.name.value}` was neither firing nor pending in the last {days}d"
            advice = "prove that it can fire, with a unit test; or delete it when nobody would miss it"
            yield Hit(at=alert.name.at(), message=message, help=advice, about=alert)


_LOADED = (LoadedRule(name="QueueLong", is_alert=True, query="max(queue_length)>100", hold=Duration.of(minutes=5)),)
_RULE = """
    - alert: QueueLong
      expr: max(queue_length) > 100
      for: 5m
"""

CHECK = Check(
    code=CODE,
    name="never-fires",
    severity=WARNING,
    scope=Scope.ONLINE,
    run=run,
    profile=STRICT,
    options=(Option("days", 30, "how long an alert may be quiet"),),
    cases=(
        Bad("""
            - alert: QueueLong
            #        ^^^^^^^^^ `QueueLong` was neither firing nor pending in the last 30d
              expr: max(queue_length) > 100
              for: 5m
        """, server=Canned(loaded=_LOADED, fired={"Other": "#"})),
        Good(_RULE, server=Canned(loaded=_LOADED, fired={"QueueLong": "#"})),
        Good(_RULE, server=Canned(loaded=_LOADED, memory=15)),
        Good(_RULE, server=Canned(loaded=None)),
        Good(_RULE, server=Canned(loaded=(LoadedRule(name="QueueLong", is_alert=True, query="max(queue_length)>9"),))),
    ),
)  # fmt: skip
