"""Any PromQL, where it has a usual shape: one selector against a number.

`agg by (…) (gauge) > N`, the same with `rate` or `increase` of a counter, and `time() - gauge > N` or
`gauge - time() < N`. Everything else is free, and cannot be proven.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from sloctl.core.duration import Duration
from sloctl.promql.parse import parse
from sloctl.promql.shape import comparisons
from sloctl.promql.tree import Aggregate, Binary, Call, Node, Selector, unwrap
from sloctl.proof.case import Case, Unproven
from sloctl.proof.conditions._flows import Growth, growth_cases
from sloctl.proof.conditions._gauges import Shown, gauge_cases
from sloctl.proof.conditions._scene import ConditionCases, Level, Scene

_FREE = "no series can be made up for an expression that is not one selector against a number"
_AGGREGATES = ("sum", "min", "max", "avg")
_SIDES = {">": "above", "<": "below"}


@dataclass(frozen=True, slots=True)
class _Shape:
    """One selector inside of at most one aggregation and one function."""

    selector: Selector
    by: tuple[str, ...]
    function: str
    keeps_labels: bool


def _build(scene: Scene) -> tuple[Duration, list[Case]]:
    root = unwrap(parse(scene.alert.condition.expr).root)
    found = comparisons(root)
    if not found or found[0].node is not root or found[0].threshold is None or found[0].op not in _SIDES:
        raise Unproven(_FREE)
    level = Level(_SIDES[found[0].op], Decimal(repr(found[0].threshold)))
    subject, sign, moves = _since(unwrap(found[0].subject))
    shape = _shape(subject)
    split = replace(scene, by=shape.by, keeps_labels=shape.keeps_labels)
    if not shape.function:
        return gauge_cases(split, shape.selector, level, Shown(sign=sign, moves=moves))
    if moves or shape.selector.range_ms is None:
        raise Unproven(_FREE)
    over = Duration(shape.selector.range_ms)
    if shape.function == "avg_over_time":
        return gauge_cases(split, shape.selector, level, Shown(averaged=over))
    weight = 1 / over.seconds if shape.function == "rate" else Decimal(1)
    return growth_cases(split, level, Growth(shape.selector, over, weight))


def _since(node: Node) -> tuple[Node, int, int]:
    """Take `time()` off one side of a difference; return the rest, its sign and the direction of time."""
    match node:
        case Binary(op="-", left=Call(function="time"), matching=None):
            return unwrap(node.right), -1, 1
        case Binary(op="-", right=Call(function="time"), matching=None):
            return unwrap(node.left), 1, 1
    return node, 1, 0


def _shape(node: Node) -> _Shape:
    by: tuple[str, ...] = ()
    inner = node
    if isinstance(node, Aggregate):
        if node.op not in _AGGREGATES or node.modifier == "without":
            raise Unproven(_FREE)
        by, inner = tuple(label.name for label in node.labels), unwrap(node.arg)
    function = ""
    if isinstance(inner, Call) and inner.function in {"rate", "increase", "avg_over_time"} and len(inner.args) == 1:
        function, inner = inner.function, unwrap(inner.args[0])
    if not isinstance(inner, Selector) or inner.offset_ms is not None or inner.at is not None:
        raise Unproven(_FREE)
    return _Shape(inner, by, function, keeps_labels=not isinstance(node, Aggregate))


CASES = ConditionCases("expr", _build)
