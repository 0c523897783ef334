"""An alert that reads days of raw samples at every evaluation.

**What it finds.** Ranges and subqueries of more than a day in alerts. Ranges over recorded series (`job:errors:rate5m`)
are left alone up to ten times that, because they hold few series.

**Why it wakes people up.** An alert is evaluated once or twice a minute. A range of 30 days reads 30 days of every
series each time; when Prometheus is busy, which is when things go wrong, the evaluation takes longer than the interval
and the alerts of the group come late or not at all.

**What to do.** Record the shorter piece (`increase(x[1h])`) and add the pieces up, or ask whether an alert must look
that far back.

**Options.** `max_range`: the longest range that an alert may read; 1d.

**Sources.** Prometheus documentation, recording rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.duration import Duration
from sloctl.promql.tree import Selector, Subquery

CODE = "P401"
_MAX_RANGE = "1d"
_RECORDED_FACTOR = 10


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report the long ranges of an alert."""
    longest: Duration | None = None
    for node in alert.nodes:
        if isinstance(node, Selector | Subquery) and node.range_ms is not None:
            longest = longest or Duration.parse(context.option(CODE, "max_range", _MAX_RANGE))
            factor = _RECORDED_FACTOR if _is_recorded(node) else 1
            if node.range_ms > longest.ms * factor:
                yield _hit(alert, node, Duration(node.range_ms), longest * factor)


def _is_recorded(node: Selector | Subquery) -> bool:
    return isinstance(node, Selector) and ":" in (node.metric or "")


def _hit(alert: Rule, node: Selector | Subquery, found: Duration, longest: Duration) -> Hit:
    message = f"every evaluation of this alert reads {found}, more than {longest}"
    advice = "record shorter pieces, and let the alert read those"
    return Hit(at=alert.expr.at(node.range_at), message=message, help=advice)


CHECK = Check(
    code=CODE,
    name="long-range-in-alert",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    options=(Option("max_range", _MAX_RANGE, "the longest range that an alert may read"),),
    cases=(
        Bad("""
            - alert: BudgetGone
              expr: sum(increase(errors_total[30d])) > 5000
              #                              ^^^^^ every evaluation of this alert reads 30d, more than 1d
            - alert: AlwaysSlow
              expr: max_over_time((latency_p99 > 2)[2d:1h]) > 5
              #                                    ^^^^^^^ every evaluation of this alert reads 2d, more than 1d
        """),
        Bad("""
            - alert: ManyErrors
              expr: sum(increase(errors_total[6h])) > 5000
              #                              ^^^^ every evaluation of this alert reads 6h, more than 1h
        """, {"max_range": "1h"}),
        Good("""
            - alert: ManyErrors
              expr: sum(increase(errors_total[1d])) > 5000 and sum(errors_rate offset 1w) < 5
            - alert: BudgetGone
              expr: sum_over_time(job:errors:increase5m[7d]) > 5000
        """),
        Good("""
            - record: errors:increase30d
              expr: sum(increase(errors_total[30d]))
        """),
    ),
)
