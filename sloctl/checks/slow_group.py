"""A group of alerts that is evaluated less than every five minutes.

**What it finds.** Groups with alerts whose `interval` is above five minutes.

**Why it wakes people up.** Too late: a `for` of ten minutes at an interval of ten minutes is twenty. And between two
evaluations the series that the group records, `ALERTS` among them, are gone, because Prometheus looks back five
minutes only: whatever reads them flaps.

**What to do.** Evaluate the alerts every minute or so. If the query is too expensive for that, record its parts.

**Options.** `max`: the longest interval that is not reported; 5m.

**Sources.** Prometheus documentation, staleness and `--query.lookback-delta`.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Option, RuleGroupView, Scope
from sloctl.checks._context import Context
from sloctl.core.duration import Duration

CODE = "N223"


def run(group: RuleGroupView, context: Context) -> Iterator[Hit]:
    """Report a slow group of alerts."""
    interval = next((rule.group.interval for rule in group.rules if rule.is_alert), None)
    most = Duration.parse(context.option(CODE, "max", "5m"))
    if interval and interval > most:
        message = f"these alerts are evaluated only every {interval}, more than {most}"
        advice = "evaluate them every minute, and record what is expensive"
        yield Hit(at=group.document.at((*group.path, "interval")), message=message, help=advice)


CHECK = Check(
    code=CODE,
    name="slow-group",
    severity=WARNING,
    scope=Scope.GROUP,
    run=run,
    options=(Option("max", "5m", "the longest interval that is not reported"),),
    cases=(
        Bad("""
            groups:
              - name: slow
                interval: 15m
            #             ^^^ these alerts are evaluated only every 15m, more than 5m
                rules:
                  - alert: QueueLong
                    expr: max(queue_length) > 100
                    for: 30m
        """),
        Good("""
            groups:
              - name: steady
                interval: 5m
                rules:
                  - alert: QueueLong
                    expr: max(queue_length) > 100
                    for: 30m
        """),
        Good("""
            groups:
              - name: recordings
                interval: 1h
                rules:
                  - record: queue:max1d
                    expr: max_over_time(queue_length[1d])
        """),
    ),
)
