"""A quantile above 1 or below 0.

**What it finds.** `histogram_quantile`, `quantile` and `quantile_over_time` whose quantile is a number outside of 0 to
1, mostly a percentile: `95` for `0.95`.

**Why it wakes people up.** Above 1 the result is `+Inf` whatever happens, so the alert fires always; below 0 it is
`-Inf`, so it never does.

**What to do.** Write the quantile as a fraction: `0.95`.

**Sources.** Prometheus documentation, `histogram_quantile()` and aggregation operators.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import ERROR, MIGRATION, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.shape import constant
from sloctl.promql.tree import Aggregate, Call, Node

_CALLS = {"histogram_quantile", "quantile_over_time"}
_PERCENT = 100


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report quantiles that are none."""
    if "quantile" not in rule.expr.value.lower():
        return
    for node in rule.nodes:
        quantile = _quantile(node)
        value = constant(quantile) if quantile else None
        if quantile and value is not None and not 0 <= value <= 1:
            always = "+Inf" if value > 1 else "-Inf"
            advice = f"write `{value / _PERCENT:g}`" if 1 < value <= _PERCENT else "write a number from 0 to 1"
            message = f"a quantile is between 0 and 1; for `{value:g}` the result is always `{always}`"
            yield Hit(at=rule.expr.at(quantile), message=message, help=advice)


def _quantile(node: Node) -> Node | None:
    """Return which quantile a node asks for, if it asks for one."""
    if isinstance(node, Call) and node.function in _CALLS:
        return node.args[0]
    return node.param if isinstance(node, Aggregate) and node.op == "quantile" else None


CHECK = Check(
    code="C329",
    name="quantile-out-of-range",
    severity=ERROR,
    scope=Scope.RULE,
    run=run,
    profile=MIGRATION,
    cases=(
        Bad("""
            - alert: Slow
              expr: histogram_quantile(95, sum by (le) (rate(latency_seconds_bucket[5m]))) > 2
              #                        ^^ a quantile is between 0 and 1; for `95` the result is always `+Inf`
            - record: queue:length:p90
              expr: quantile(90, queue_length) + quantile_over_time(-0.1, queue_length[1h])
              #              ^^ a quantile is between 0 and 1; for `90` the result is always `+Inf`
              #                                                     ^^^^ a quantile is between 0 and 1; for `-0.1` the result is always `-Inf`
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - alert: Slow
              expr: |
                histogram_quantile(0.95, sum by (le) (rate(latency_seconds_bucket[5m]))) > 2
                or quantile(1, queue_length) > 5 or quantile_over_time(scalar(quantile_wanted), queue_length[1h]) > 5
        """),
    ),
)
