"""A burn rate below 1.

**What it finds.** Burn-rate alerts with a factor below 1, as in `> (0.5 * 0.001)`. In specs, reading reports the same
under the same code.

**Why it wakes people up.** At a burn rate of 1 the budget lasts exactly for its period. Below that the objective is
met, so the alert calls people because all is as promised.

**What to do.** Use a factor of 1 or more. If somebody wants to know earlier, the objective is too loose.

**Sources.** Site Reliability Workbook, chapter 5, "Burn Rate".
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._burn import limits
from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule


def run(alert: Rule, context: Context) -> Iterator[Hit]:  # noqa: ARG001 - every check is called alike
    """Report each factor below 1."""
    if alert.service is not None:
        return
    for each in limits(alert):
        if each.comparison.op in (">", ">=") and each.factor < 1:
            message = f"a burn rate of {each.factor:g} fires while the objective is met"
            yield Hit(at=alert.expr.at(each.limit), message=message, help="use a factor of 1 or more")


CHECK = Check(
    code="N231",
    name="burn-below-one",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: ErrorBudgetBurn
              expr: e:ratio3d > (0.5 * 0.001) and e:ratio6h > 0
              #                 ^^^^^^^^^^^^^ a burn rate of 0.5 fires while the objective is met
        """),
        Good("""
            - alert: ErrorBudgetBurn
              expr: errors:ratio_rate3d > (1.00 * 0.001) and errors:ratio_rate6h > (1.00 * 0.001)
        """),
        Good("""
            - alert: QueueLong
              expr: avg_over_time(queue_length[10m]) > 0.5 * 0.1
        """),
    ),
)
