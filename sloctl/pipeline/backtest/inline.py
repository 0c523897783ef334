"""Expressions that read recording rules, written so that they read raw series: a new rule has no history yet.

`rec{team="x"}` becomes the expression of the rule, with the labels that the rule sets; `rec[1h]` a subquery at the
rule's interval. Read more often than it is recorded, or at another time, it is the newest evaluation of the rule. A
matcher on a label that the rule does not set itself is moved into the selectors of its expression, where that gives the
same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

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
_ABSENT = frozenset({"absent", "absent_over_time"})
"""Functions whose result has the labels that a selector, and nothing else, pins."""
_CHOOSING = frozenset({"topk", "bottomk", "limitk", "limit_ratio", "count_values"})
"""Aggregations whose result for one label value depends on the others."""

_LOOKBACK = Duration.of(minutes=5)
"""For how long Prometheus sees a sample after its time, unless told otherwise."""
_AT_ANY_TIME = Duration(1)
"""The step of a subquery that does not say it is the server's; nothing is known of it."""

Rules = Mapping[str, Sequence[Recorded]]


class NotInlinedError(Exception):
    """An expression cannot be written without the recordings it reads; the text says why."""


def inline(text: str, rules: Rules, is_known: Callable[[str], bool], *, every: Duration) -> str:
    """Return an expression without recordings of which the server has no history (`is_known` tells).

    `every` is how often the expression is evaluated. Raise NotInlinedError where that is not possible, PromqlError for
    what is no PromQL.
    """
    return _inlined(text, rules, is_known, every, ())


def _inlined(text: str, rules: Rules, is_known: Callable[[str], bool], every: Duration, inside: tuple[str, ...]) -> str:
    expression = parse(text)
    for read in reversed(list(_reads(expression.root, every))):
        name = _recording(read.selector, rules, is_known)
        if name is None:
            continue
        if name in inside:
            raise NotInlinedError(f"`{name}` is recorded from itself")
        chosen = [(rule, left) for rule in rules[name] if (left := _left(read.selector, rule)) is not None]
        if not chosen:
            raise NotInlinedError(f"no recording rule has the labels of `{expression.source(read.selector)}`")
        parts = []
        for rule, left in chosen:
            raw = _inlined(rule.expr, rules, is_known, rule.interval, (*inside, name))
            parts.append((_labelled(_narrowed(raw, left), rule), rule.interval))
        text = f"{text[: read.start]}{_read(expression, read, parts)}{text[read.end :]}"
        if len(text) > LONGEST:
            raise NotInlinedError(f"without the history of `{name}` the query is too long; backtest the spec instead")
    return f"{text}\n" if "#" in text else text  # a comment at the end must not swallow what follows


@dataclass(frozen=True, slots=True)
class _Read:
    """A selector, how often it is read, and the call of `absent` around it, if any, whose labels it gives."""

    selector: Selector
    every: Duration
    absent: Call | None

    @property
    def start(self) -> int:
        return (self.absent or self.selector).start

    @property
    def end(self) -> int:
        return (self.absent or self.selector).end


def _reads(node: Node, every: Duration, around: Node | None = None) -> Iterator[_Read]:
    """Yield every selector, in the order of the text."""
    if isinstance(node, Selector | Subquery) and isinstance(node.at, str):
        raise NotInlinedError(f"`@ {node.at}()` is the moment of the evaluation, and in a replay it would be another")
    if isinstance(node, Selector):
        is_absent = isinstance(around, Call) and around.function in _ABSENT
        yield _Read(node, every, around if is_absent and isinstance(around, Call) else None)
    if isinstance(node, Subquery):
        every = Duration(node.step_ms) if node.step_ms else _AT_ANY_TIME
    for child in node.children:
        yield from _reads(child, every, node)


def _recording(selector: Selector, rules: Rules, is_known: Callable[[str], bool]) -> str | None:
    """Name the recording that is to be inlined for a selector; None where there is none."""
    if selector.metric is not None:
        return selector.metric if selector.metric in rules and not is_known(selector.metric) else None
    patterns = [each for each in selector.matchers if each.label == "__name__"]
    if patterns and any(all(_matches(each, name) for each in patterns) and not is_known(name) for name in rules):
        raise NotInlinedError("recordings are chosen by a pattern of their names")
    return None


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


def _read(expression: Expression, read: _Read, parts: Sequence[tuple[str, Duration]]) -> str:
    """Write what a selector reads: one of `parts`, which are the recordings and how often each is evaluated."""
    selector = read.selector
    if selector.range_ms is not None:
        text, step = " or ".join(text for text, _ in parts), min(step for _, step in parts)
        found = f"({text})[{Duration(selector.range_ms)}:{step}]{_moved(selector)}"
    else:
        found = f"({' or '.join(_at_last(text, step, read) for text, step in parts)})"
    if read.absent is None:
        return found
    called = expression.text[read.absent.start : selector.start] + found + ")"
    for label, value in _pinned(selector).items():
        called = f'label_replace({called}, "{label}", {quote(value.replace("$", "$$"))}, "", "")'
    return called


def _at_last(text: str, step: Duration, read: _Read) -> str:
    """Evaluate a recording as it was last before the time at which it is read.

    A sample is seen for at most five minutes. Prometheus 2 includes both ends of a range, so the range is a millisecond
    short of the step: else it would reach back to the evaluation before.
    """
    moved = _moved(read.selector)
    if not moved and read.every.ms % step.ms == 0:
        return text
    return f"last_over_time({text}[{min(Duration(step.ms - 1), _LOOKBACK)}:{step}]{moved})"


def _moved(selector: Selector) -> str:
    at = "" if selector.at is None else f" @ {selector.at:.3f}"
    return f"{at} offset {_duration(selector.offset_ms)}" if selector.offset_ms else at


def _pinned(selector: Selector) -> dict[str, str]:
    """Return the labels that `absent` takes from a selector: those that one matcher pins."""
    found: dict[str, str] = {}
    for matcher in selector.matchers:
        is_pinned = matcher.op == "=" and matcher.label not in found
        found = {label: value for label, value in found.items() if label != matcher.label}
        found |= {matcher.label: matcher.value} if is_pinned and matcher.label != "__name__" else {}
    return found


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
    found = comparison_of(expression.root)
    if found is None or not isinstance(found.right, Number):
        return None
    value = f"({expression.source(found.left)})"
    return f"{text[: found.start]}{value}{text[found.end :]}", found.op, found.right.value


def comparison_of(node: Node) -> Binary | None:
    """Return the comparison at the top of an expression, which says when it holds; None where there is none."""
    while isinstance(node, Paren) or (isinstance(node, Binary) and node.op in {"and", "unless"}):
        node = node.expr if isinstance(node, Paren) else node.left
    is_level = isinstance(node, Binary) and node.op in {">", ">=", "<", "<="} and not node.returns_bool
    return node if isinstance(node, Binary) and is_level else None
