"""Expressions that read recording rules, written so that they read raw series: a new rule has no history yet.

`rec{team="x"}` becomes the expression of the rule, with the labels that the rule sets; `rec[1h]` a subquery at the
rule's interval. A matcher on a label that the rule does not set itself is moved into the selectors of its expression,
where that gives the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from sloctl.core.duration import Duration
from sloctl.pipeline.backtest.cases import Recorded
from sloctl.promql.errors import PromqlError
from sloctl.promql.literals import quote
from sloctl.promql.parse import parse
from sloctl.promql.tree import (
    Aggregate,
    Binary,
    Call,
    Expression,
    Matcher,
    Node,
    Number,
    Paren,
    Selector,
    String,
    Subquery,
    Unary,
    walk,
)

LONGEST = 60_000
"""Characters of a query. Windows of windows multiply; beyond this a server would hardly answer."""
_OWN_LABELS = frozenset({"absent", "absent_over_time", "scalar", "vector"})
"""Functions whose result has other labels than their argument."""
_WRITING = frozenset({"label_replace", "label_join"})
"""Functions that write one label, the one that their second argument names."""
_CHOOSING = frozenset({"topk", "bottomk", "limitk", "limit_ratio", "count_values"})
"""Aggregations whose result for one label value depends on the others."""

Rules = Mapping[str, Sequence[Recorded]]


class NotInlinedError(Exception):
    """An expression cannot be written without the recordings it reads; the text says why."""


def inline(text: str, rules: Rules, is_known: Callable[[str], bool]) -> str:
    """Return an expression without recordings of which the server has no history (`is_known` tells).

    Raise NotInlinedError where that is not possible, PromqlError for what is no PromQL.
    """
    return _inlined(text, rules, is_known, ())


def _inlined(text: str, rules: Rules, is_known: Callable[[str], bool], inside: tuple[str, ...]) -> str:
    expression = parse(text)
    for selector in reversed([node for node in walk(expression.root) if isinstance(node, Selector)]):
        name = selector.metric
        if name is None or name not in rules or is_known(name):
            continue
        if name in inside:
            raise NotInlinedError(f"`{name}` is recorded from itself")
        parts = [
            _labelled(_narrowed(_inlined(rule.expr, rules, is_known, (*inside, name)), left), rule)
            for rule in rules[name]
            if (left := _left(selector, rule)) is not None
        ]
        if not parts:
            raise NotInlinedError(f"no recording rule has the labels of `{expression.source(selector)}`")
        text = f"{text[: selector.start]}{_in_time(' or '.join(parts), selector, rules[name])}{text[selector.end :]}"
        if len(text) > LONGEST:
            raise NotInlinedError(f"without the history of `{name}` the query is too long; backtest the spec instead")
    return f"{text}\n" if "#" in text else text  # a comment at the end must not swallow what follows


def _left(selector: Selector, rule: Recorded) -> list[Matcher] | None:
    """Return the matchers that the labels of a rule do not settle; None when they contradict."""
    set_here = dict(rule.labels)
    left = [each for each in selector.matchers if each.label not in {*set_here, "__name__"}]
    settled = (each for each in selector.matchers if each.label in set_here)
    return left if all(_matches(each, set_here[each.label]) for each in settled) else None


def _matches(matcher: Matcher, value: str) -> bool:
    if matcher.op in {"=", "!="}:
        return (matcher.value == value) == (matcher.op == "=")
    return bool(re.fullmatch(matcher.value, value)) == (matcher.op == "=~")


def _labelled(text: str, rule: Recorded) -> str:
    for label, value in rule.labels:
        text = f'label_replace({text}, "{label}", {quote(value.replace("$", "$$"))}, "", "")'
    return f"({text})"


def _narrowed(text: str, matchers: Iterable[Matcher]) -> str:
    """Move matchers into every selector of an expression."""
    for matcher in matchers:
        expression = parse(text)
        if not _keeps(expression.root, matcher.label):
            shown = " ".join(text.split())[:80]
            raise NotInlinedError(f"a matcher on `{matcher.label}` cannot be moved into `{shown}`")
        text = _with_matcher(expression, f"{matcher.label}{matcher.op}{quote(matcher.value)}")
    return text


def _with_matcher(expression: Expression, matcher: str) -> str:
    text = expression.text
    for selector in reversed([node for node in walk(expression.root) if isinstance(node, Selector)]):
        end = selector.vector_at[1]
        if selector.braces_at is None:
            text = f"{text[:end]}{{{matcher}}}{text[end:]}"
        else:
            comma = "," if selector.matchers else ""
            text = f"{text[: end - 1].rstrip().rstrip(',')}{comma}{matcher}{text[end - 1 :]}"
    return text


def _keeps(node: Node, label: str) -> bool:
    """Tell whether picking series by a label gives the same before and after an expression."""
    match node:
        case Selector() | Number() | String():
            return True
        case Call():
            return not _sets(node, label) and all(_keeps(arg, label) for arg in node.args)
        case Aggregate():
            named = label in {each.name for each in node.labels}
            stays = named if node.modifier == "by" else node.modifier == "without" and not named
            return stays and node.op not in _CHOOSING and _keeps(node.arg, label)
        case Binary():
            return _is_matched_by(node, label) and _keeps(node.left, label) and _keeps(node.right, label)
        case Paren() | Unary() | Subquery():
            return _keeps(node.expr, label)


def _sets(node: Call, label: str) -> bool:
    """Tell whether a function drops a label or gives it another value."""
    if node.function in _WRITING:
        written = node.args[1]
        return not isinstance(written, String) or written.value == label
    return node.function in _OWN_LABELS or (node.function == "histogram_quantile" and label == "le")


def _is_matched_by(node: Binary, label: str) -> bool:
    if node.matching is None:
        return True
    named = label in {each.name for each in node.matching.labels}
    return named == (node.matching.kind == "on")


def _in_time(text: str, selector: Selector, rules: Sequence[Recorded]) -> str:
    """Evaluate at other times than now, as the selector asks."""
    if selector.at is not None:
        raise NotInlinedError("a recording is read at a fixed time (`@`)")
    offset = f" offset {_duration(selector.offset_ms)}" if selector.offset_ms else ""
    step = min(rule.interval for rule in rules)
    if selector.range_ms is not None:
        return f"({text})[{Duration(selector.range_ms)}:{step}]{offset}"
    return f"last_over_time(({text})[{step}:{step}]{offset})" if offset else f"({text})"


def _duration(ms: int) -> str:
    return str(Duration(ms)) if ms > 0 else f"-{Duration(-ms)}"


def level_of(text: str) -> tuple[str, str, float] | None:
    """Take an expression apart that holds one value against a constant: what gives the value, the operator, the level.

    `x > 5 and y` gives `(x) and y`, `>`, `5`. None where there is no such comparison at the top.
    """
    try:
        expression = parse(text)
    except PromqlError:
        return None
    found = _comparison(expression.root)
    if found is None or not isinstance(found.right, Number):
        return None
    value = f"({expression.source(found.left)})"
    return f"{text[: found.start]}{value}{text[found.end :]}", found.op, found.right.value


def _comparison(node: Node) -> Binary | None:
    while isinstance(node, Paren) or (isinstance(node, Binary) and node.op in {"and", "unless"}):
        node = node.expr if isinstance(node, Paren) else node.left
    is_level = isinstance(node, Binary) and node.op in {">", ">=", "<", "<="} and not node.returns_bool
    return node if isinstance(node, Binary) and is_level else None
