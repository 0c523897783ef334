"""A counter compared as it stands.

**What it finds.** Alerts in which the bare value of a counter (`…_total`, `…_bucket`) decides. Left alone are counters
inside `rate`, `increase`, `changes` or `absent`; differences of a counter with its own past; operands that only decide
whether there is a series (the right side of `and` and `unless`, `count`, `group`); and totals that are a size: those in
one expression with a part of them (`disk_free / disk_total`), and those named for a capacity or for what there is right
now (`pending_jobs_total`).

**Why it wakes people up.** A counter only grows until its process restarts. `errors_total > 100` fires on the 101st
error since the start and then for ever, and a restart ends it, not the cure.

**What to do.** Look at its growth: `increase(errors_total[1h]) > 100` or `rate(errors_total[5m]) > 0.5`.

**Sources.** Prometheus documentation, metric types and `rate()`; "Metric and label naming".
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._counters import is_amount, is_counter_name
from sloctl.checks._rule import Rule
from sloctl.promql.grammar import COMPARISONS
from sloctl.promql.tree import Aggregate, Binary, Call, Node, Selector, Subquery
from sloctl.promql.usage import Use, uses

_GROWTH = {"changes", "delta", "idelta", "deriv", "predict_linear"}


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report the bare counters that decide whether an alert fires."""
    if alert.root is None or not context.reaches_human(alert) or not any(map(_is_counter, alert.selectors)):
        return
    for use in uses(alert.root):
        if _is_counter(use.selector) and _decides(use) and not _is_size(use.selector, alert):
            yield _hit(alert, use.selector)


def _is_counter(node: Selector) -> bool:
    return is_counter_name(node.metric or "")


def _decides(use: Use) -> bool:
    """Tell whether the value of a counter itself is compared with something."""
    if use.is_rated or use.is_existence or not _GROWTH.isdisjoint(use.functions):
        return False
    around = (*use.around, use.selector)
    is_compared = any(isinstance(node, Binary) and node.op in COMPARISONS for node in use.around)
    return is_compared and not any(map(_only_exists, around, around[1:]))


def _only_exists(outer: Node, inner: Node) -> bool:
    """Tell whether an operation asks only whether its operand has series."""
    if isinstance(outer, Aggregate):
        return outer.op in ("count", "group") and inner is outer.arg
    if isinstance(outer, Binary):
        return outer.op in ("and", "unless") and inner is outer.right
    return isinstance(outer, Call) and outer.function in ("time", "vector")


def _is_size(node: Selector, alert: Rule) -> bool:
    """Tell whether a total is an amount that there is, or is compared with its own past."""
    metric = node.metric or ""
    if is_amount(metric):
        return True
    others = [other for other in alert.selectors if other is not node]
    stem = metric.removesuffix("_total").rpartition("_")[0] or metric
    beside = [other for other in others if (other.metric or "").startswith(stem) and not _is_counter(other)]
    past = [other for other in others if other.metric == metric and other.offset_ms != node.offset_ms]
    return bool(past) or any(not _is_rate_of(other, alert) for other in beside)


def _is_rate_of(node: Selector, alert: Rule) -> bool:
    return node.range_ms is not None or any(isinstance(part, Subquery) for part in alert.nodes)


def _hit(alert: Rule, node: Selector) -> Hit:
    message = f"`{node.metric}` is a counter: its value only grows until the next restart"
    return Hit(at=alert.expr.at(node), message=message, help=f"look at its growth: `increase({node.metric}[1h])`")


CHECK = Check(
    code="C304",
    name="counter-without-rate",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: ManyErrors
              expr: errors_total{job="api"} > 100
              #     ^^^^^^^^^^^^^^^^^^^^^^^ `errors_total` is a counter: its value only grows until the next restart
            - alert: ManyErrorsTogether
              expr: sum by (job) (errors_total) / sum by (job) (requests_total) > 0.05
              #                   ^^^^^^^^^^^^ `errors_total` is a counter: its value only grows until the next restart
              #                                                 ^^^^^^^^^^^^^^ `requests_total` is a counter: its value only grows until the next restart
        """),  # noqa: E501 - the message stands under its place
        Bad("""
            - alert: ManySlow
              expr: max_over_time(latency_bucket{le="5"}[5m]) > 100 and on (job) up == 1
              #                   ^^^^^^^^^^^^^^^^^^^^^^^^^^ `latency_bucket` is a counter: its value only grows until the next restart
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - alert: ManyErrors
              expr: increase(errors_total[1h]) > 100 and on (job) requests_total
            - alert: Grew
              expr: errors_total - errors_total offset 1h > 100
            - alert: NewErrors
              expr: count(errors_total unless errors_total offset 1h) > 5
            - alert: Jumped
              expr: changes(restarts_total[1h]) > 5
            - alert: Gone
              expr: absent(errors_total) == 1
        """),
        Good("""
            - alert: MemoryLow
              expr: memory_free / memory_total < 0.1 or queue_slots_used / queue_slots_total > 0.9
            - alert: ManyPending
              expr: pending_requests_total > 50
            - alert: PoolFull
              expr: node_pool_used > 0.9 * node_memory_total
            - alert: ManyErrors
              expr: job:errors_total:sum > 100
        """),
    ),
)
