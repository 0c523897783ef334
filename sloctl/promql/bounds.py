"""Between which numbers the values of an expression can lie.

What is not known is unbounded, so that a comparison outside of the bounds certainly never holds. Missing series and NaN
do not count: they satisfy no comparison but `!=`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sloctl.promql.grammar import COMPARISONS
from sloctl.promql.metrics import counting
from sloctl.promql.shape import Comparison, comparison, constant
from sloctl.promql.tree import Aggregate, Binary, Call, Node, Selector, Subquery, Unary, unwrap
from sloctl.promql.value_types import value_type

_INF = math.inf
_PASS_ON = {"avg_over_time", "max_over_time", "min_over_time", "last_over_time", "first_over_time"}
_PASS_ON |= {"label_replace", "label_join", "sort", "sort_desc", "sort_by_label", "sort_by_label_desc", "scalar"}
_PASS_ON |= {"vector", "avg", "min", "max", "topk", "bottomk", "limitk", "limit_ratio"}
_SUMS = {"sum", "sum_over_time"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lowest and the highest value, both possible."""

    low: float = -_INF
    high: float = _INF

    def never(self, op: str, level: float) -> bool:
        """Tell whether no value stands in a comparison with a level."""
        match op:
            case ">":
                return self.high <= level
            case ">=":
                return self.high < level
            case "<":
                return self.low >= level
            case "<=":
                return self.low > level
            case "==":
                return not self.low <= level <= self.high
        return self.low == self.high == level

    def narrowed(self, op: str, level: float) -> Bounds:
        """Return the bounds of the values that stand in a comparison with a level; the same where none does."""
        low = max(self.low, level) if op in (">", ">=", "==") else self.low
        high = min(self.high, level) if op in ("<", "<=", "==") else self.high
        return Bounds(low, high) if low <= high else self


_OPPOSITE = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "==": "!=", "!=": "=="}
_ANY = Bounds()
_NOT_NEGATIVE = Bounds(0, _INF)
_ONE = Bounds(1, 1)
_FIXED = {
    "absent": _ONE,
    "absent_over_time": _ONE,
    "present_over_time": _ONE,
    "group": _ONE,
    "count": Bounds(1, _INF),
    "count_values": Bounds(1, _INF),
    "count_over_time": Bounds(1, _INF),
    "hour": Bounds(0, 23),
    "minute": Bounds(0, 59),
    "day_of_week": Bounds(0, 6),
    "day_of_month": Bounds(1, 31),
    "day_of_year": Bounds(1, 366),
    "days_in_month": Bounds(28, 31),
    "month": Bounds(1, 12),
    "sgn": Bounds(-1, 1),
    **dict.fromkeys(("rate", "irate", "increase", "changes", "resets", "abs", "exp", "sqrt", "time"), _NOT_NEGATIVE),
    **dict.fromkeys(("stddev", "stdvar", "stddev_over_time", "stdvar_over_time"), _NOT_NEGATIVE),
}
_METRICS = {"up": Bounds(0, 1), "probe_success": Bounds(0, 1), "ALERTS": _ONE}


def never_holds(comparison: Comparison) -> bool:
    """Tell whether a comparison with a constant is false for every value."""
    level = comparison.threshold
    if level is None or math.isnan(level):  # NaN equals nothing
        return level is not None and comparison.op != "!="
    return bounds(comparison.subject).never(comparison.op, level)


def always_holds(comparison: Comparison) -> bool:
    """Tell whether a comparison with a constant is true for every value."""
    opposite = _OPPOSITE[comparison.op]
    return comparison.threshold is not None and bounds(comparison.subject).never(opposite, comparison.threshold)


def bounds(node: Node) -> Bounds:
    """Return the bounds of the values of an expression."""
    bare = unwrap(node)
    value = constant(bare)
    if value is not None:
        return Bounds(value, value)
    match bare:
        case Selector():
            found = _sampled(bare.metric or "")
        case Call():
            found = _called(bare)
        case Aggregate():
            found = _passed(bare.op, bounds(bare.arg))
        case Binary():
            found = _combined(bare)
        case Subquery() | Unary():
            found = bounds(bare.expr)
        case _:
            found = _ANY
    return Bounds(-found.high, -found.low) if isinstance(bare, Unary) and bare.op == "-" else found


def _sampled(metric: str) -> Bounds:
    return _METRICS.get(metric, _NOT_NEGATIVE if counting(metric) == "certainly" else _ANY)


def _passed(function: str, inner: Bounds) -> Bounds:
    """Return the bounds of a function or aggregation whose argument has these bounds."""
    if function in _FIXED:
        return _FIXED[function]
    if function in _PASS_ON:
        return inner
    return Bounds(inner.low, _INF) if function in _SUMS and inner.low >= 0 else _ANY


def _called(node: Call) -> Bounds:
    vectors = [arg for arg in node.args if value_type(arg) in ("instant vector", "range vector")]
    inner = bounds(vectors[0]) if vectors else bounds(node.args[0]) if node.args else _ANY
    if node.function.startswith("clamp"):
        return _clamped(node, inner)
    return _passed(node.function, inner)


def _clamped(node: Call, inner: Bounds) -> Bounds:
    limits = [constant(arg) for arg in node.args[1:]]
    low = limits[0] if node.function != "clamp_max" else None
    high = limits[-1] if node.function != "clamp_min" else None
    if None in limits:
        return _ANY
    lowest = -_INF if low is None else low
    highest = _INF if high is None else high
    return Bounds(min(max(inner.low, lowest), highest), max(min(inner.high, highest), lowest))


def _combined(node: Binary) -> Bounds:
    if node.op in COMPARISONS:
        return Bounds(0, 1) if node.returns_bool else _filtered(node)
    left, right = bounds(node.left), bounds(node.right)
    if node.op in ("and", "unless"):
        return left
    return _calculated(node.op, left, right)


def _filtered(node: Binary) -> Bounds:
    """Return the bounds of what a comparison lets through."""
    found = comparison(node)
    passed = bounds(node.right if value_type(node.left) == "scalar" else node.left)
    return passed if found.threshold is None else passed.narrowed(found.op, found.threshold)


def _calculated(op: str, left: Bounds, right: Bounds) -> Bounds:
    match op:
        case "or":
            return Bounds(min(left.low, right.low), max(left.high, right.high))
        case "+":
            return Bounds(left.low + right.low, left.high + right.high)
        case "-":
            return Bounds(left.low - right.high, left.high - right.low)
        case "*" | "/" if left.low >= 0 and right.low >= 0:
            return _scaled(op, left, right)
    return _ANY


def _scaled(op: str, left: Bounds, right: Bounds) -> Bounds:
    """Return the bounds of a product or quotient of values that are not negative; a constant factor scales them."""
    if op == "/" and right.low == right.high > 0:
        return Bounds(left.low / right.low, left.high / right.low)
    for factor, other in ((left, right), (right, left)):
        if op == "*" and 0 < factor.low == factor.high < _INF:
            return Bounds(other.low * factor.low, other.high * factor.low)
    return _NOT_NEGATIVE
