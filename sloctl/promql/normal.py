"""Expressions in one canonical form, to compare them and to fingerprint findings; never to be written into rules."""

from collections.abc import Iterable

from sloctl.promql.literals import quote
from sloctl.promql.tree import (
    Aggregate,
    Binary,
    Call,
    Instant,
    Label,
    Matching,
    Node,
    Number,
    Paren,
    Selector,
    String,
    Subquery,
    Unary,
)


def normalise(node: Node) -> str:
    """Return the canonical text of an expression.

    Two expressions have the same text if they differ in white space, comments, brackets that change nothing, the order
    of matchers and of labels, the place of `by`, or the way a number, a string or a duration is written.
    """
    match node:
        case Binary():
            return _binary(node)
        case Call():
            return f"{node.function}({', '.join(map(normalise, node.args))})"
        case Aggregate():
            return _aggregate(node)
        case Selector() | Subquery():
            return _vector(node)
    return _small(node)


def _small(node: Number | String | Paren | Unary) -> str:
    match node:
        case Number():
            return repr(node.value)
        case String():
            return quote(node.value)
        case Paren():
            return normalise(node.expr)
        case Unary():
            return f"({node.op}{normalise(node.expr)})"


def _vector(node: Selector | Subquery) -> str:
    if isinstance(node, Selector):
        base = _selector(node)
        span = "" if node.range_ms is None else f"[{node.range_ms}ms]"
    else:
        base = normalise(node.expr)
        step = "" if node.step_ms is None else f"{node.step_ms}ms"
        span = f"[{node.range_ms}ms:{step}]"
    offset = f" offset {node.offset_ms}ms" if node.offset_ms else ""
    return f"{base}{span}{offset}{_instant(node.at)}"


def _selector(node: Selector) -> str:
    matchers = {f"{matcher.label}{matcher.op}{quote(matcher.value)}" for matcher in node.matchers}
    if node.name is not None:
        matchers.add(f"__name__={quote(node.name)}")
    return f"{{{','.join(sorted(matchers))}}}"


def _instant(at: Instant | None) -> str:
    if at is None:
        return ""
    return f" @ {at}()" if isinstance(at, str) else f" @ {at!r}"


def _labels(labels: Iterable[Label]) -> str:
    return f"({', '.join(sorted({label.name for label in labels}))})"


def _aggregate(node: Aggregate) -> str:
    grouping = "" if node.modifier is None else f" {node.modifier} {_labels(node.labels)}"
    if node.modifier == "by" and not node.labels:
        grouping = ""
    return f"{node.op}{grouping} ({', '.join(map(normalise, node.children))})"


def _binary(node: Binary) -> str:
    words = [node.op]
    if node.returns_bool:
        words.append("bool")
    if node.matching:
        words.append(_matching(node.matching))
    return f"({normalise(node.left)} {' '.join(words)} {normalise(node.right)})"


def _matching(matching: Matching) -> str:
    words = f"{matching.kind} {_labels(matching.labels)}"
    return words if matching.group is None else f"{words} group_{matching.group} {_labels(matching.include)}"
