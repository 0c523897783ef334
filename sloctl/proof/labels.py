"""Labels that selectors accept: a small search, one label after the other.

All matchers of a selector must hold, so labels can be chosen independently; to escape a selector, one of its matchers
must fail, and each is tried. An absent label is an empty value, as in Prometheus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from sloctl.core.human import and_list
from sloctl.promql.tree import MatchOp, Selector
from sloctl.proof.case import Labels, Unproven
from sloctl.proof.strings import compiled, matching

_NEGATED: dict[MatchOp, MatchOp] = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}
_GROUPS = ("a", "b")
_WORDS = ("other", "another", "a", "b", "c", "x1", "x2")
_NUMBERS = ("200", "404", "302", "500", "1", "2")

Condition = tuple[str, MatchOp, str]
"""Label, operator, value."""


def conditions(selector: Selector) -> tuple[Condition, ...]:
    """Return the matchers of a selector, its name among them."""
    named: tuple[Condition, ...] = (("__name__", "=", selector.name),) if selector.name else ()
    return named + tuple((matcher.label, matcher.op, matcher.value) for matcher in selector.matchers)


def holds(condition: Condition, value: str) -> bool:
    """Tell whether a label's value satisfies a matcher."""
    _, op, wanted = condition
    if op in {"=", "!="}:
        return (value == wanted) == (op == "=")
    return bool(compiled(wanted).fullmatch(value)) == (op == "=~")


def selects(selector: Selector, labels: Labels) -> bool:
    """Tell whether a selector selects a series."""
    values = dict(labels.pairs)
    return all(holds(condition, values.get(condition[0], "")) for condition in conditions(selector))


def solve(
    wanted: Sequence[Selector], unwanted: Sequence[Selector] = (), *, by: Sequence[str] = (), group: int = 0
) -> Labels:
    """Return labels that all wanted selectors accept and no unwanted one does; raise Unproven when there are none.

    Labels in `by` get a value, a different one for each `group` (0 is the first).
    """
    required = [condition for selector in wanted for condition in conditions(selector)]
    reason = ""
    for escapes in product(*(_escapes(selector) for selector in unwanted)):
        try:
            return _chosen([*required, *escapes], by, group)
        except Unproven as stuck:
            reason = reason or str(stuck)
    raise Unproven(reason or "no series can be outside of a selector without matchers")


def _escapes(selector: Selector) -> list[Condition]:
    """List the matchers that may fail, turned round; another label is a smaller change than another metric."""
    turned = [(label, _NEGATED[op], value) for label, op, value in conditions(selector)]
    return sorted(turned, key=lambda condition: condition[0] == "__name__")


def _chosen(required: Sequence[Condition], by: Sequence[str], group: int) -> Labels:
    found: dict[str, str] = {}
    for label in sorted({condition[0] for condition in required} | set(by)):
        about = [condition for condition in required if condition[0] == label]
        tried = (*_GROUPS, *_candidates(about)) if label in by and not about else _candidates(about)
        fits = (value for value in tried if all(holds(condition, value) for condition in about))
        if label in by:
            fits = (value for value in fits if value)
        values = list(dict.fromkeys(fits))
        place = group if label in by[:1] else 0
        if len(values) <= place:
            raise Unproven(_impossible(label, about, place))
        found[label] = values[place]
    return Labels.of(found)


def _candidates(about: Sequence[Condition]) -> Iterator[str]:
    label = about[0][0] if about else ""
    positive = [text for condition in about if condition[1] == "=" for text in (condition[2],)]
    positive += [text for condition in about if condition[1] == "=~" for text in matching(condition[2])]
    yield from positive
    if positive and not all(holds(condition, "") for condition in about if condition[1] == "=~"):
        return
    texts = [text for _, op, value in about for text in ((value,) if op == "!=" else matching(value))]
    numeric = any(text.isdigit() for text in texts)
    yield from (_NUMBERS + _WORDS if numeric else _WORDS + _NUMBERS) if label != "__name__" else _METRICS
    yield ""


_METRICS = ("other_total", "another_total")


def _impossible(label: str, about: Sequence[Condition], place: int) -> str:
    written = and_list([f'`{name}{op}"{value}"`' for name, op, value in about]) or f"`{label}`"
    if place:
        return f"no second value was found for the label `{label}` ({written})"
    return f"no value was found for which {written} {'hold' if len(about) > 1 else 'holds'}"
