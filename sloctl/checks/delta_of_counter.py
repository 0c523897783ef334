"""The difference of a counter as if it were a gauge.

**What it finds.** `delta`, `idelta`, `deriv` and `predict_linear` of metrics whose names say that they are counters
(`…_total`, `…_bucket`). Totals that are an amount, such as `memory_total`, are left alone.

**Why it wakes people up.** A counter falls to 0 when its process restarts. These functions take that for a real fall:
an alert on growth is blind for the length of its window, and one on a fall calls somebody at every release.

**What to do.** Use `increase` or `rate`, which know about restarts.

**Sources.** Prometheus documentation: `delta`, `deriv` and `predict_linear` should only be used with gauges.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._counters import is_amount, is_counter_name
from sloctl.checks._rule import Rule
from sloctl.promql.tree import Call, Selector

_INSTEAD = {"delta": "increase", "idelta": "irate", "deriv": "rate", "predict_linear": "increase"}


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report differences of counters."""
    if rule.functions.isdisjoint(_INSTEAD):
        return
    for node in rule.nodes:
        if isinstance(node, Call) and node.function in _INSTEAD and isinstance(node.args[0], Selector):
            metric = node.args[0].metric or ""
            if is_counter_name(metric) and not is_amount(metric):
                message = f"`{node.function}` of the counter `{metric}` takes every restart for a fall"
                yield Hit(at=rule.expr.at(node.name_at), message=message, help=f"use `{_INSTEAD[node.function]}`")


CHECK = Check(
    code="C332",
    name="delta-of-counter",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    cases=(
        Bad("""
            - alert: ManyErrors
              expr: delta(errors_total[5m]) > 5
              #     ^^^^^ `delta` of the counter `errors_total` takes every restart for a fall
            - record: job:errors:deriv5m
              expr: sum by (job) (deriv(errors_total[5m]))
              #                   ^^^^^ `deriv` of the counter `errors_total` takes every restart for a fall
        """),
        Good("""
            - alert: ManyErrors
              expr: |
                increase(errors_total[5m]) > 5 or delta(queue_length[5m]) > 5 or delta(jobs_pending_total[5m]) > 5
                or deriv(rate(errors_total[5m])[1h:5m]) > 5
        """),
    ),
)
