"""Vector selectors as text: read, extended and quoted while everything the user wrote stays as it is."""

from sloctl.promql.errors import PromqlError
from sloctl.promql.literals import quote
from sloctl.promql.parse import parse
from sloctl.promql.tokens import tokenize
from sloctl.promql.tree import Aggregate, Binary, Call, Expression, MatchOp, Node, Selector, Unary

Condition = tuple[str, MatchOp, str]
"""A matcher to be written: label, operator, value (the value itself, without quotes)."""


def parse_selector(text: str) -> Selector:
    """Return the tree of a text that is nothing but a vector selector: a metric name, matchers, or both.

    Raises PromqlError if the text is not valid, or at the part that makes it an expression: a function, an operator, a
    range, an offset.
    """
    expression = parse(text)
    root = expression.root
    if isinstance(root, Selector):
        extra = root.range_at or root.offset_at or root.at_at
        if extra is None:
            return root
        written = text[slice(*extra)]
        raise PromqlError(f"expected a selector without `{written}`", *extra, "remove it: it is added where needed")
    raise _not_a_selector(expression, root)


def parse_quietly(text: str) -> Selector | None:
    """Return the tree of a selector; None where `parse_selector` raises."""
    try:
        return parse_selector(text)
    except PromqlError:
        return None


def matchers_of(selector: Selector) -> frozenset[Condition]:
    """Return what a selector asks for, whatever the order it is written in, the metric name included."""
    name: list[Condition] = [("__name__", "=", selector.metric)] if selector.metric else []
    return frozenset([*name, *((each.label, each.op, each.value) for each in selector.matchers)])


def _not_a_selector(expression: Expression, root: Node) -> PromqlError:
    match root:
        case Call():
            place = root.name_at
        case Aggregate() | Binary():
            place = root.op_at
        case Unary():
            place = (root.start, root.start + 1)
        case _:
            place = root.place
    culprit = expression.text[slice(*place)]
    message = f"expected a selector, not an expression: `{culprit}`"
    return PromqlError(message, *place, 'a selector is a metric with its labels, such as `requests_total{job="api"}`')


def with_matchers(text: str, conditions: tuple[Condition, ...]) -> str:
    """Return the text of a selector with more matchers: `x{a="b"}` and `le="0.3"` give `x{a="b",le="0.3"}`.

    Raises PromqlError if the text is not a selector.
    """
    selector = parse_selector(text)
    added = ",".join(f"{label}{op}{quote(value)}" for label, op, value in conditions)
    if not added:
        return text
    if selector.braces_at is None:
        return f"{text[: selector.end]}{{{added}}}{text[selector.end :]}"
    *_, before, _closing = (token for token in tokenize(text) if token.kind != "comment")
    comma = "" if before.text in {"{", ","} else ","
    return f"{text[: before.end]}{comma}{added}{text[before.end :]}"


def with_suffix(text: str, suffix: str) -> str:
    """Return the text of a selector with a suffix on its metric name: `x{a="b"}` and `_bucket` give `x_bucket{a="b"}`.

    Raises PromqlError if the text is not a selector, or if it does not name its metric outside the braces.
    """
    selector = parse_selector(text)
    if selector.name_at is None or text[selector.name_at[0]] in "\"'`":
        raise PromqlError("expected a metric name before the braces", *selector.place, 'such as `metric{job="api"}`')
    end = selector.name_at[1]
    return f"{text[:end]}{suffix}{text[end:]}"


def fixed_labels(selector: Selector) -> dict[str, str]:
    """Return the labels that a selector pins with `=` to a value that is not empty, without the metric name."""
    pinned = {matcher.label: matcher.value for matcher in selector.matchers if matcher.op == "=" and matcher.value}
    pinned.pop("__name__", None)
    return pinned


def substitute(text: str, name: str, replacement: str) -> str:
    """Return a text with each variable `$name` replaced, except in strings and comments.

    Raises PromqlError if the text cannot be cut into tokens, or holds another variable.
    """
    done, parts = 0, []
    for token in tokenize(text, {name: replacement}):
        if token.text != text[token.start : token.end] and token.start >= done:
            parts += [text[done : token.start], replacement]
            done = token.end
    return "".join([*parts, text[done:]])
