"""A calculated number compared for equality.

**What it finds.** `==` and `!=` with a number that is not whole, and with any number but 0 and 1 where the value is the
result of a rate, an average or a division.

**Why it wakes people up.** Calculated values miss the number by a hair: `==` is silent for ever, and `!=` always fires.

**What to do.** Compare with `>` or `<`, or round first: `round(x, 0.1) == 0.5`.

**Sources.** IEEE 754; Prometheus documentation, comparison binary operators.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.shape import Comparison, comparisons
from sloctl.promql.tree import Aggregate, Binary, Call, Node, unwrap, walk

_CALCULATING = {"rate", "irate", "increase", "deriv", "delta", "avg", "avg_over_time", "stddev", "stddev_over_time",
                "quantile", "quantile_over_time", "histogram_quantile", "predict_linear"}  # fmt: skip
_ROUNDING = {"round", "floor", "ceil", "sgn"}


def run(alert: Rule, _context: Context) -> Iterator[Hit]:
    """Report equalities that rounding decides."""
    if alert.root is None:
        return
    for comparison in comparisons(alert.root):
        level = comparison.threshold
        if comparison.op in ("==", "!=") and level is not None and _is_risky(comparison, level):
            message = f"`{comparison.op} {level:g}` of a calculated value depends on its last digit"
            at = alert.expr.at(comparison.node.op_at)
            yield Hit(at=at, message=message, help="compare with `>` or `<`, or round it first")


def _is_risky(comparison: Comparison, level: float) -> bool:
    subject = unwrap(comparison.subject)
    if isinstance(subject, Call) and subject.function in _ROUNDING:
        return False
    return not level.is_integer() or (level not in (0, 1) and any(map(_calculates, walk(subject))))


def _calculates(node: Node) -> bool:
    match node:
        case Call():
            return node.function in _CALCULATING
        case Aggregate():
            return node.op in _CALCULATING
    return isinstance(node, Binary) and node.op == "/"


CHECK = Check(
    code="C315",
    name="float-equality",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    profile=STRICT,
    cases=(
        Bad("""
            - alert: HalfFull
              expr: queue_length / queue_limit == 0.5
              #                                ^^ `== 0.5` of a calculated value depends on its last digit
            - alert: RateChanged
              expr: sum(rate(requests_total[5m])) != 5
              #                                   ^^ `!= 5` of a calculated value depends on its last digit
        """),
        Good("""
            - alert: Stopped
              expr: sum(rate(requests_total[5m])) == 0 or up != 1 or queue_length == 5
            - alert: NotAllReady
              expr: ready / wanted != 1 or round(queue_length / queue_limit, 0.1) == 0.5
        """),
    ),
)
