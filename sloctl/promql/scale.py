"""Whether a value is a ratio (0 to 1) or a percentage (0 to 100), going by how it is made."""

from __future__ import annotations

from typing import Literal, TypeAlias

from sloctl.promql.metrics import unit
from sloctl.promql.shape import constant
from sloctl.promql.tree import Aggregate, Binary, Call, Node, Selector, Subquery, Unary, unwrap
from sloctl.promql.value_types import value_type

Scale: TypeAlias = Literal["ratio", "percent"]

_SAME_SCALE = {"avg", "max", "min", "quantile", "topk", "bottomk"}
_KEEPS_SCALE = {"abs", "round", "ceil", "floor", "clamp", "clamp_min", "clamp_max", "sort", "sort_desc", "scalar"}
_KEEPS_SCALE |= {"avg_over_time", "max_over_time", "min_over_time", "last_over_time", "quantile_over_time"}
_KEEPS_SCALE |= {"label_replace", "label_join", "vector"}
_UNITS: dict[str, Scale] = {"percent": "percent", "percentage": "percent", "ratio": "ratio"}


def scale(node: Node, level: float | None) -> Scale | None:
    """Return the scale of a value that is compared with `level`; None when nothing tells.

    A division counts as a ratio only if the level is at most 1: it may be seconds per request as well.
    """
    found = _scale(unwrap(node))
    if found == "ratio" and (level is None or abs(level) > 1):
        return None
    return found


def _scale(node: Node) -> Scale | None:
    match node:
        case Selector():
            return _UNITS.get(unit(node.metric or "") or "")
        case Aggregate():
            return _scale(unwrap(node.arg)) if node.op in _SAME_SCALE or _is_percent(node.arg) else None
        case Call() if node.function in _KEEPS_SCALE:
            vectors = [arg for arg in node.args if value_type(arg) not in ("scalar", "string")]
            return _scale(unwrap(vectors[0])) if vectors else None
        case Subquery() | Unary():
            return _scale(unwrap(node.expr))
        case Binary():
            return _calculated(node)
    return None


def _is_percent(node: Node) -> bool:
    return _scale(unwrap(node)) == "percent"


def _calculated(node: Binary) -> Scale | None:
    left, right = constant(node.left), constant(node.right)
    if node.op == "*" and 100 in (left, right):
        return "percent"
    if node.op == "-" and left in (1, 100):
        return "ratio" if left == 1 else "percent"
    if node.op == "/" and left is None and right is None:
        sides = {_scale(unwrap(node.left)), _scale(unwrap(node.right))}
        return "percent" if "percent" in sides and len(sides) > 1 else "ratio"
    if node.op in ("*", "/") and (left == 1 or right == 1):
        return _scale(unwrap(node.left if right == 1 else node.right))
    return None
