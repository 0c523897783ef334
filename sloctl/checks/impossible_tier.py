"""A burn rate that even a full outage does not reach.

**What it finds.** Burn-rate alerts whose threshold, factor times error budget, is 1 (100 %) or more. An error ratio is
never above 1, so the alert can never fire. In specs, reading reports the same under the same code and leaves the tier
out.

**Why it wakes people up.** It does not, ever: somebody believes to be covered. A factor of 14.4 is for objectives above
93.06 %; it cannot be copied to one of 90 %.

**What to do.** Use a smaller factor with a longer window, or a stricter objective. The smallest objective for a factor
b is 1 - 1/b.

**Sources.** Site Reliability Workbook, chapter 5; `sloctl explain` shows the burn table of an SLO.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._burn import limits
from sloctl.checks._check import ERROR, MIGRATION, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule


def run(alert: Rule, context: Context) -> Iterator[Hit]:  # noqa: ARG001 - every check is called alike
    """Report each threshold that no error ratio exceeds."""
    if alert.service is not None:
        return
    for each in limits(alert):
        if each.comparison.op in (">", ">=") and each.factor * each.budget >= each.full:
            most = f"{each.factor * each.budget / each.full * 100:.4g} %"
            message = f"no outage burns that fast: {each.factor:g} * {each.budget:.4g} is {most}"
            advice = "use a smaller factor with a longer window, or a stricter objective"
            yield Hit(at=alert.expr.at(each.limit), message=message, help=advice)


CHECK = Check(
    code="N230",
    name="impossible-tier",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    profile=MIGRATION,
    cases=(
        Bad("""
            - alert: ErrorBudgetBurn
              expr: e:ratio1h > (14.4 * 0.1) and e:ratio5m > 0
              #                 ^^^^^^^^^^^^ no outage burns that fast: 14.4 * 0.1 is 144 %
        """),
        Bad("""
            - alert: ErrorBudgetBurn
              expr: 100 * e:ratio1h > 14.4 * (100 - 90)
              #                       ^^^^^^^^^^^^^^^^^ no outage burns that fast: 14.4 * 10 is 144 %
        """),
        Good("""
            - alert: ErrorBudgetBurn
              expr: errors:ratio_rate1h > (14.4 * 0.01) and errors:ratio_rate5m > (14.4 * 0.01)
        """),
        Good("""
            - alert: ErrorBudgetBurn
              expr: 100 * errors:ratio_rate1h > (14.4 * 0.1) and 100 * errors:ratio_rate5m > (14.4 * 0.1)
        """),
        Good("""
            - alert: QueueLong
              expr: avg_over_time(queue_length[10m]) > 60 * 0.5
        """),
    ),
)
