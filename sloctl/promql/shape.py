"""The shape of an alert's condition: its branches, what makes each of them fire or not, what it compares.

A result is a condition if some values of its series make it empty. `x > 5` is one; `x > bool 5` is not (it gives 0 or
1, and an alert fires on both), nor is `x or vector(0)`, which always has a series.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass

from sloctl.promql.grammar import COMPARISONS
from sloctl.promql.tree import (
    Aggregate,
    Binary,
    Call,
    Matcher,
    Node,
    Number,
    Paren,
    Selector,
    Unary,
    unwrap,
    walk,
)
from sloctl.promql.value_types import value_type

_ARITHMETIC: dict[str, Callable[[float, float], object]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
}
_FLIPPED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}
_EXISTS_IN_ONE_STATE = ("_info", "_metadata", "_reason", "ALERTS")
_IDENTITY = {"job", "instance", "namespace", "cluster", "service", "pod", "container", "node", "__name__"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One comparison, turned so that it reads `subject op threshold`.

    `threshold` is None if neither side is a constant; then `subject` is the left side and `other` the right one.
    """

    node: Binary
    op: str
    subject: Node
    other: Node
    threshold: float | None

    @property
    def bare_selector(self) -> Selector | None:
        """The selector, if the subject is nothing but one: a raw sample against the threshold."""
        bare = unwrap(self.subject)
        return bare if isinstance(bare, Selector) else None


def alternatives(node: Node) -> tuple[Node, ...]:
    """Return the branches of a condition, without the brackets around them: the operands of its outer `or`s."""
    bare = unwrap(node)
    if isinstance(bare, Binary) and bare.op == "or":
        return *alternatives(bare.left), *alternatives(bare.right)
    return (bare,)


def requirements(node: Node) -> tuple[Node, ...]:
    """Return what must all hold for a branch to fire: the operands of its `and`s, the left sides of its `unless`es."""
    bare = unwrap(node)
    if isinstance(bare, Binary) and bare.op == "and":
        return *requirements(bare.left), *requirements(bare.right)
    if isinstance(bare, Binary) and bare.op == "unless":
        return requirements(bare.left)
    return (bare,)


def exclusions(node: Node) -> tuple[Node, ...]:
    """Return what must not hold for a branch to fire: the right sides of its outer `unless`es."""
    bare = unwrap(node)
    if isinstance(bare, Binary) and bare.op == "and":
        return *exclusions(bare.left), *exclusions(bare.right)
    if isinstance(bare, Binary) and bare.op == "unless":
        return *exclusions(bare.left), unwrap(bare.right)
    return ()


def unconditional(node: Node) -> tuple[Node, ...]:
    """Return the branches that fire whenever their series exist: a comparison is missing, or is a `bool` one.

    A bare selector of a state (`…_info{ready="false"}`, see `selects_state`) is among them: its caller decides.
    """
    return tuple(branch for branch in alternatives(node) if not has_condition(branch))


def has_condition(node: Node) -> bool:
    """Tell whether the values of its series can make a result empty: whether it filters anything.

    Each branch of an `or` must; of `and`, arithmetic and functions one part is enough, for it empties the whole.
    """
    match node:
        case Binary(op="or"):
            return has_condition(node.left) and has_condition(node.right)
        case Binary(op="unless"):
            return True
        case Binary(returns_bool=False) if node.op in COMPARISONS and value_type(node) == "instant vector":
            return True
        case Call(function="absent" | "absent_over_time"):
            return True
        case Call(function="scalar" | "vector"):
            return False
    return any(has_condition(child) for child in node.children)


def selects_state(node: Node) -> bool:
    """Tell whether a node selects series of one state, whose mere existence is the news.

    That is an info metric (`…_info{ready="False"}`, `…_metadata`), a `…_reason` or `ALERTS`, with a matcher on a label
    that does not just say where it comes from. A `…_status` is none: it exists in all states, as 0 or 1. Brackets and
    aggregations around it do not matter.
    """
    bare = unwrap(node)
    if isinstance(bare, Aggregate):
        return selects_state(bare.arg)
    if not isinstance(bare, Selector) or bare.metric is None:
        return False
    return bare.metric.endswith(_EXISTS_IN_ONE_STATE) and any(map(_picks_state, bare.matchers))


def _picks_state(matcher: Matcher) -> bool:
    return matcher.label not in _IDENTITY and matcher.value not in {"", ".*", ".+"}


def comparisons(node: Node) -> tuple[Comparison, ...]:
    """Return every comparison in an expression, outer before inner."""
    found = (part for part in walk(node) if isinstance(part, Binary) and part.op in COMPARISONS)
    return tuple(map(comparison, found))


def comparison(node: Binary) -> Comparison:
    """Return what a comparing operation compares."""
    right, left = constant(node.right), constant(node.left)
    if right is None and left is not None:
        op = _FLIPPED.get(node.op, node.op)
        return Comparison(node=node, op=op, subject=node.right, other=node.left, threshold=left)
    return Comparison(node=node, op=node.op, subject=node.left, other=node.right, threshold=right)


def constant(node: Node) -> float | None:
    """Return the value of an expression of numbers alone, such as `14.4 * (1 - 0.999)`; None for any other."""
    match node:
        case Number():
            return node.value
        case Paren():
            return constant(node.expr)
        case Unary():
            value = constant(node.expr)
            return value if value is None or node.op == "+" else -value
        case Call(function="vector"):
            return constant(node.args[0])
        case Binary():
            return _calculated(node)
    return None


def _calculated(node: Binary) -> float | None:
    left, right = constant(node.left), constant(node.right)
    if left is None or right is None or node.op not in _ARITHMETIC:
        return None
    try:
        value = _ARITHMETIC[node.op](left, right)
    except ArithmeticError:
        return None
    return value if isinstance(value, float) else None  # a power may be complex
