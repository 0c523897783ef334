"""Shapes of PromQL in queries with an open window: what is counted, what adds up over time, what guards a division."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sloctl.promql.shape import constant
from sloctl.promql.tree import Aggregate, Binary, Call, Expression, Node, Selector, Subquery, Unary, unwrap, walk

VARIABLE = "$window"
"""How a window that is open is written."""
_ADDS_UP = frozenset({"increase", "count_over_time", "sum_over_time"})
_RATES = frozenset({"rate", "irate"})
_PASS_ON = frozenset({"label_replace", "label_join", "histogram_count", "histogram_sum"})


def reads_window(node: Node, expression: Expression) -> bool:
    """Tell whether a range is the open window."""
    if not isinstance(node, (Selector, Subquery)) or node.range_at is None:
        return False
    return expression.text[slice(*node.range_at)].strip("[]: \t\r\n").split(":")[0].strip() == VARIABLE


def turned_around(node: Node, *, is_success: bool) -> tuple[Node, bool]:
    """Take `1 - x` off a ratio, and the value that it has without events; return the rest, and whether it is good."""
    bare = unwrap(node)
    if (inner := _complement(bare)) is not None:
        return turned_around(inner, is_success=not is_success)
    if isinstance(bare, Binary) and bare.op == "or" and constant(bare.right) == int(is_success):
        return turned_around(bare.left, is_success=is_success)
    return bare, is_success


def _complement(node: Node) -> Node | None:
    """Return x of `1 - x`."""
    if isinstance(node, Binary) and node.op == "-" and node.matching is None and constant(node.left) == 1:
        return node.right
    return None


def unguarded(node: Node) -> Node:
    """Take off what guards a division: `or vector(0)`, `> 0`, `clamp_min(…, 0)`."""
    while True:
        node = unwrap(node)
        match node:
            case Binary(op="or") if _is_zero(node.right):
                node = node.left
            case Binary(op=">", returns_bool=False) if constant(node.right) == 0:
                node = node.left
            case Call(function="clamp_min") if constant(node.args[1]) == 0:
                node = node.args[0]
            case _:
                return node


def _is_zero(node: Node) -> bool:
    return constant(node) == 0


def terms(node: Node, sign: int) -> Iterator[tuple[int, Node]]:
    """Take a sum apart: `a - (b + c)` is +a, -b, -c."""
    bare = unguarded(node)
    if isinstance(bare, Binary) and bare.op in "+-" and bare.matching is None:
        yield from terms(bare.left, sign)
        yield from terms(bare.right, sign if bare.op == "+" else -sign)
    else:
        yield sign, bare


@dataclass(frozen=True, slots=True)
class Growth:
    """`sum by (…) (rate(SELECTOR[$window]))`: the selector of a counter, and the labels it is grouped by."""

    selector: Selector
    by: tuple[str, ...]
    is_last_pair: bool


def growth(node: Node, expression: Expression) -> Growth | None:
    """Recognise the growth of one counter."""
    if not (isinstance(node, Aggregate) and node.op == "sum" and node.modifier != "without"):
        return None
    call = unwrap(node.arg)
    if not (isinstance(call, Call) and call.function in {"rate", "irate", "increase"}):
        return None
    selector = unwrap(call.args[0])
    is_plain = isinstance(selector, Selector) and selector.offset_at is None and selector.at_at is None
    if not is_plain or not isinstance(selector, Selector) or not reads_window(selector, expression):
        return None
    by = tuple(dict.fromkeys(label.name for label in node.labels))
    return Growth(selector, by, call.function == "irate")


def increases(node: Node) -> Iterator[tuple[int, int, str]]:
    """Turn rates into counts: per second they would not add up to events."""
    for part in walk(node):
        if isinstance(part, Call) and part.function in _RATES:
            yield (*part.name_at, "increase")


def measure(node: Node, expression: Expression) -> str | None:
    """Tell how a query counts in its window: `rate` per second, `count` in all; None for what does not add up."""
    match unguarded(node):
        case Call() as call:
            return _measure_call(call, expression)
        case Binary() as operation:
            return _measure_operation(operation, expression)
        case Aggregate(op="sum", arg=inner) | Unary(op="+", expr=inner):
            return measure(inner, expression)
    return None


def _measure_call(node: Call, expression: Expression) -> str | None:
    if node.function in _PASS_ON:
        return measure(node.args[0], expression)
    if not any(reads_window(unwrap(argument), expression) for argument in node.args):
        return None
    return "rate" if node.function in _RATES else "count" if node.function in _ADDS_UP else None


def _measure_operation(node: Binary, expression: Expression) -> str | None:
    if node.op in {"*", "/"}:
        return _scaled(node, expression)
    if node.op not in {"+", "-", "or"} or (node.matching and node.op != "or"):
        return None
    left, right = measure(node.left, expression), measure(node.right, expression)
    return left if left == right else None


def _scaled(node: Binary, expression: Expression) -> str | None:
    if constant(node.right) is not None:
        return measure(node.left, expression)
    return measure(node.right, expression) if node.op == "*" and constant(node.left) is not None else None


def written_order(names: frozenset[str], roots: Iterable[Node]) -> list[str]:
    """List labels in the order in which expressions name them first."""
    written = [
        label.name for root in roots for node in walk(root) if isinstance(node, Aggregate) for label in node.labels
    ]
    return [*dict.fromkeys(name for name in written if name in names), *sorted(names.difference(written))]
