"""`irate` in an alert.

**What it finds.** `irate(…)` in the expression of an alert.

**Why it wakes people up.** `irate` looks at the last two samples, however wide its window is. One short spike is above
any threshold, and one quiet moment resets `for`: the alert flaps, or it never fires.

**What to do.** Use `rate` with the same window.

**Sources.** Prometheus documentation, `irate()`: "use rate for alerts and slow-moving counters".
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.tree import Call


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report each `irate`."""
    if "irate" not in alert.functions or not context.reaches_human(alert):
        return
    for node in alert.nodes:
        if isinstance(node, Call) and node.function == "irate":
            message = "`irate` looks at two samples only: one spike fires the alert, one quiet moment resets it"
            yield Hit(at=alert.expr.at(node.name_at), message=message, help="use `rate` with the same window")


CHECK = Check(
    code="N207",
    name="irate-in-alert",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: ManyErrors
              expr: sum(irate(errors_total[5m])) > 5
              #         ^^^^^ `irate` looks at two samples only: one spike fires the alert, one quiet moment resets it
              for: 10m
        """),
        Bad("""
            - alert: ManyErrors
              expr: |-
                # share of failures
                irate(errors_total[5m])
              # ^^^^^ `irate` looks at two samples only: one spike fires the alert, one quiet moment resets it
                  / rate(requests_total[5m]) > 0.1
              for: 10m
        """),
        Good("""
            - alert: ManyErrors
              expr: sum(rate(errors_total[5m])) > 5
              for: 10m
        """),
        Good("""
            - record: job:errors:irate5m
              expr: sum by (job) (irate(errors_total[5m]))
        """),
    ),
)
