"""Whether the two sides of a binary operation can ever find each other.

Series match when their labels are equal: all but the metric name, or those of `on (…)`, or all but those of
`ignoring (…)`. A label that a series lacks counts as empty. Source: promql/engine.go of Prometheus, `VectorBinop`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from sloctl.promql.defaults import without_defaults
from sloctl.promql.label_set import NO_LABELS
from sloctl.promql.labels import surviving_labels
from sloctl.promql.selector import fixed_labels
from sloctl.promql.shape import alternatives
from sloctl.promql.tree import Aggregate, Binary, Call, Node, Paren, Selector, Unary, walk
from sloctl.promql.value_types import value_type

_NAME = "__name__"
_SCRAPED = "instance"
"""A label that every scraped series has."""
_VECTORS = ("instant vector", "range vector")
_RELABELS = {"label_replace", "label_join"}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A label that keeps the sides apart: `has` is the side with it (`left`, `right`), the other has dropped it.

    When both pin it to different values, `has` is `both` and `values` holds what left and right want. It is `neither`
    for a label of `on (…)` that both have dropped: all series of a side are alike then.
    """

    label: str
    has: str
    values: tuple[str, str] = ("", "")


def mismatch(node: Binary) -> Mismatch | None:
    """Return why no series of the left can match one of the right; None when some might.

    Of operands with several branches (`a or b`), some pair must be able to match.
    """
    if node.op == "or" or any(value_type(side) != "instant vector" for side in node.children):
        return None
    sides = (alternatives(without_defaults(side)) for side in node.children)
    found = [_pair(node, left, right) for left, right in product(*sides)]
    return found[0] if all(found) else None


def _pair(node: Binary, left: Node, right: Node) -> Mismatch | None:
    return next(_dropped(node, left, right), None) or next(_pinned_apart(node, left, right), None)


def _dropped(node: Binary, left: Node, right: Node) -> Iterator[Mismatch]:
    """Yield the labels that one side surely has and the other cannot have."""
    ours, theirs = surviving_labels(left), surviving_labels(right)
    for each in node.matching.labels if node.matching and node.matching.kind == "on" else ():
        if not (ours.may_have(each.name) or theirs.may_have(each.name)):
            yield Mismatch(each.name, "neither")
    for has, side, mine, other in (("left", left, ours, theirs), ("right", right, theirs, ours)):
        owned = mine.certain if mine.is_open else mine.names | mine.certain
        for label in sorted(owned):
            if not other.may_have(label) and takes_part(node, label):
                yield Mismatch(label, has)
        scraped = mine.is_open and mine.may_have(_SCRAPED) and not other.may_have(_SCRAPED)
        if scraped and takes_part(node, _SCRAPED) and _is_scraped(side):
            yield Mismatch(_SCRAPED, has)


def _is_scraped(node: Node) -> bool:
    """Tell whether an expression reads nothing but what targets expose, no recorded series and no alerts."""
    metrics = [part.metric for part in walk(node) if isinstance(part, Selector)]
    return all(metric and ":" not in metric and not metric.startswith("ALERTS") for metric in metrics)


def takes_part(node: Binary, label: str) -> bool:
    """Tell whether a label must be equal on both sides of an operation for two series to match."""
    if label == _NAME or node.matching is None:
        return label != _NAME
    return (label in {each.name for each in node.matching.labels}) == (node.matching.kind == "on")


def _pinned_apart(node: Binary, left: Node, right: Node) -> Iterator[Mismatch]:
    ours = pinned(left)
    theirs = pinned(right) if ours else {}
    for label in sorted(ours.keys() & theirs.keys()):
        if ours[label] != theirs[label] and takes_part(node, label):
            yield Mismatch(label, "both", (ours[label], theirs[label]))


def pinned(node: Node) -> Mapping[str, str]:
    """Return the labels whose value is the same on every series of a result, because selectors pin it with `=`."""
    match node:
        case Selector():
            return fixed_labels(node)
        case Paren() | Unary():
            return pinned(node.expr)
        case Aggregate():
            return _surviving(node, pinned(node.arg))
        case Call() if node.function not in _RELABELS and node.args and value_type(node) == "instant vector":
            return next((pinned(arg) for arg in node.args if value_type(arg) in _VECTORS), {})
        case Binary() if node.op != "or":
            grouped = node.matching.group if node.matching else None
            sides = [side for side in node.children if value_type(side) in _VECTORS]
            carrier = pinned(sides[-1 if grouped == "right" else 0]) if sides else {}
            return _surviving(node, carrier)
    return {}


def _surviving(node: Node, inside: Mapping[str, str]) -> Mapping[str, str]:
    """Return those of the pinned labels that an operation keeps."""
    labels = surviving_labels(node) if inside else NO_LABELS
    return {label: value for label, value in inside.items() if labels.may_have(label)}
