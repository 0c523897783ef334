"""A `for` that spans less than two evaluations of its rule.

**What it finds.** Alerts whose `for` is shorter than two evaluation intervals, so that two neighbouring samples are
enough to fire. The interval is that of the group, else that of the settings. What needs no `for` at all (see N201: a
window of five minutes in the query, the age of something) is left alone.

**Why it wakes people up.** `for: 30s` looks like patience. At an interval of 30s the alert fires at the second
evaluation; one restart lasts that long.

**What to do.** Write `for: 5m`, or evaluate the group more often if seconds really matter.

**Sources.** Prometheus documentation, alerting rules: the condition is looked at once per evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._steady import evaluation_interval, is_smooth
from sloctl.core.duration import Duration

_SMOOTH = Duration.of(minutes=5)


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report a `for` that hardly waits."""
    interval = evaluation_interval(alert, context)
    if not 0 < alert.hold.ms < 2 * interval.ms:
        return
    if not context.reaches_human(alert) or is_smooth(alert, _SMOOTH):
        return
    message = f"`for: {alert.hold}` is less than two evaluations at an interval of {interval}: two odd samples fire it"
    yield Hit(at=alert.times["for"].at(), message=message, help="write `for: 5m` or more")


CHECK = Check(
    code="N202",
    name="for-below-two-evaluations",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 30s
            #      ^^^ `for: 30s` is less than two evaluations at an interval of 30s: two odd samples fire it
        """),
        Bad("""
            groups:
              - name: slow
                interval: 3m
                rules:
                  - alert: QueueLong
                    expr: max(queue_length) > 100
                    for: 5m
            #            ^^ `for: 5m` is less than two evaluations at an interval of 3m: two odd samples fire it
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 1m
        """),
        Good("""
            - alert: ManyErrors
              expr: sum(rate(errors_total[10m])) > 5
              for: 30s
        """),
        Good("""
            groups:
              - name: quick
                interval: 5s
                rules:
                  - alert: QueueLong
                    expr: max(queue_length) > 100
                    for: 30s
        """),
    ),
)
