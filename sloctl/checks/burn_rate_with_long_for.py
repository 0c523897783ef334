"""A burn-rate alert that waits for longer than its short window.

**What it finds.** Alerts with a long and a short window (`[1h]` and `[5m]`) whose `for` is as long as the short window
or longer.

**Why it wakes people up.** The windows are the waiting. A `for` on top makes the page late, and one evaluation just
below the threshold starts it again: a full outage that comes and goes never pages.

**What to do.** Remove `for`, or keep it well below the short window.

**Sources.** Site Reliability Workbook, chapter 5: a duration is "not recommended" as an alerting criterion for SLOs.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._burn import branch_windows
from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.duration import Duration
from sloctl.promql.burn import is_multi_window


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report a `for` that does the work of the windows again."""
    if not alert.hold.ms or alert.root is None or not context.reaches_human(alert):
        return
    if not any(len(parts) > 1 for parts in alert.branches) or not is_multi_window(alert.root):
        return
    short = min(min(windows) for _, windows in branch_windows(alert))
    if alert.hold.ms >= short:
        message = f"`for: {alert.hold}` is no shorter than the short window of {Duration(short)}"
        advice = "remove it: the windows do what `for` does, and one dip starts it again"
        yield Hit(at=alert.times["for"].at(), message=message, help=advice)


CHECK = Check(
    code="N227",
    name="burn-rate-with-long-for",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: ErrorBudgetBurn
              expr: errors:ratio_rate1h > (14.4 * 0.001) and errors:ratio_rate5m > (14.4 * 0.001)
              for: 15m
            #      ^^^ `for: 15m` is no shorter than the short window of 5m
        """),
        Good("""
            - alert: ErrorBudgetBurn
              expr: errors:ratio_rate1h > (14.4 * 0.001) and errors:ratio_rate5m > (14.4 * 0.001)
              for: 2m
        """),
        Good("""
            - alert: ErrorBudgetBurn
              expr: errors:ratio_rate6h > (6 * 0.001) and errors:ratio_rate30m > (6 * 0.001)
              for: 15m
        """),
        Good("""
            - alert: ManyErrors
              expr: sum(rate(errors_total[10m])) > 5 and sum(rate(requests_total[5m])) > 1
              for: 15m
        """),
    ),
)
