"""A burn-rate alert with one window.

**What it finds.** Burn-rate alerts of which some branch looks at a single window. They are recognised by their
threshold, a factor times an error budget (`> 14.4 * 0.001`), or by a metric named for burn rates.

**Why it wakes people up.** A window of an hour stays above the threshold for up to an hour after all is well again, so
the alert fires on and hides the next incident. A window of five minutes fires at every hiccup.

**What to do.** Ask for the same threshold over a short window too, a twelfth of the long one: `… [1h] > 14.4 * 0.001
and … [5m] > 14.4 * 0.001`.

**Sources.** Site Reliability Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts".
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._burn import branch_windows, limits
from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.duration import Duration


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report each branch with one window."""
    if not context.reaches_human(alert) or not (_names_burn_rate(alert) or limits(alert)):
        return
    for comparison, windows in branch_windows(alert):
        if len(windows) == 1:
            long = Duration(*windows)
            short = Duration(long.ms // 12)
            message = f"this burn rate looks at {long} only"
            advice = f"ask for the same threshold over {short} too, which ends the alert in time"
            yield Hit(at=alert.expr.at(comparison), message=message, help=advice)


def _names_burn_rate(alert: Rule) -> bool:
    return any("burn" in (selector.metric or "") for selector in alert.selectors)


CHECK = Check(
    code="N226",
    name="single-window-burn-rate",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: ErrorBudgetBurn
              expr: job:errors:ratio_rate1h > (14.4 * 0.001)
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this burn rate looks at 1h only
        """),
        Bad("""
            - alert: BudgetGoes
              expr: job:slo:burn_rate6h > 6
              #     ^^^^^^^^^^^^^^^^^^^^^^^ this burn rate looks at 6h only
        """),
        Good("""
            - alert: ErrorBudgetBurn
              expr: job:errors:ratio_rate1h > (14.4 * 0.001) and job:errors:ratio_rate5m > (14.4 * 0.001)
        """),
        Good("""
            - alert: ErrorBudgetGone
              expr: slo:error_budget_remaining:ratio30d < 0.1
        """),
        Good("""
            - alert: ManyErrors
              expr: sum(rate(errors_total[10m])) > 2 * 0.5
        """),
    ),
)
