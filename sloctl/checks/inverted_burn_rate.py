"""A burn rate compared the wrong way round.

**What it finds.** Burn-rate alerts that ask for less than a factor times the error budget
(`errors:ratio1h < (14.4 * 0.001)`) and for nothing more than one, as a band between two tiers would.

**Why it wakes people up.** It fires all the time that the service is well, and resolves when it breaks.

**What to do.** Turn the comparison: `>`.

**Sources.** Site Reliability Workbook, chapter 5.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._burn import limits
from sloctl.checks._check import ERROR, MIGRATION, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule

_BELOW = frozenset({"<", "<="})


def run(alert: Rule, context: Context) -> Iterator[Hit]:  # noqa: ARG001 - every check is called alike
    """Report each burn rate that is asked to be low."""
    found = limits(alert)
    if found and all(each.comparison.op in _BELOW for each in found):
        for each in found:
            message = f"this fires while errors are below {each.factor:g} times the budget, and not above"
            yield Hit(at=alert.expr.at(each.comparison.node.op_at), message=message, help="turn the comparison: `>`")


CHECK = Check(
    code="N232",
    name="inverted-burn-rate",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    profile=MIGRATION,
    cases=(
        Bad("""
            - alert: ErrorBudgetBurn
              expr: |-
                errors:ratio_rate1h < (14.4 * 0.001)
              #                     ^ this fires while errors are below 14.4 times the budget, and not above
                and (14.4 * 0.001) > errors:ratio_rate5m
              #                    ^ this fires while errors are below 14.4 times the budget, and not above
        """),
        Good("""
            - alert: ErrorBudgetBurn
              expr: errors:ratio_rate1h > (14.4 * 0.001) and errors:ratio_rate5m > (14.4 * 0.001)
        """),
        Good("""
            - alert: ErrorBudgetBurnSlow
              expr: errors:ratio_rate6h > (6 * 0.001) and errors:ratio_rate1h < (14.4 * 0.001)
        """),
        Good("""
            - alert: ErrorBudgetLow
              expr: slo:error_budget_remaining:ratio < 0.1
        """),
    ),
)
