"""Alert expressions recognised as conditions of `sloctl/v1`, only where the condition means the same.

The conditions aggregate, so an expression without aggregation, which alerts for every series, is none of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sloctl.core.duration import Duration
from sloctl.model.names import RESERVED_LABELS
from sloctl.promql.selector import fixed_labels
from sloctl.promql.shape import comparisons, constant
from sloctl.promql.tree import Aggregate, Binary, Call, Expression, Node, Selector, unwrap

_SIDES = {">": "above", "<": "below"}
_IN_SECONDS = ("seconds_total", "_seconds", "_sum")
"""Endings of counters that do not count events, of which less than one may happen."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a condition. `start` is where its text stands in the expression, None for what was worked out."""

    key: str
    value: object
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Recognised:
    """A condition: its kind and fields.

    `holds` tells that the kind waits by default, so that `for` must be said. `labels` are grouped by in the expression,
    though its selectors pin them, so that the alert has them always. `revalues` tells that the value of the alert is
    another one, a share where it was a percentage, a count where it was a rate.
    """

    kind: str
    fields: tuple[Field, ...]
    holds: bool = False
    labels: tuple[tuple[str, str], ...] = ()
    revalues: bool = False


@dataclass(frozen=True, slots=True)
class _Level:
    """`subject > value`, with the sides turned so."""

    subject: Node
    side: str
    value: Decimal

    @property
    def field(self) -> Field:
        return Field(self.side, self.value)


def recognise(expression: Expression) -> Recognised | None:
    """Return the condition that means what an expression means, None when only `expr` can say it."""
    root = unwrap(expression.root)
    if found := _absent(expression, root) or _exhaustion(expression, root):
        return found
    level = _level(root)
    found_all = (read(expression, level) for read in (_count, _value, _stale, _ratio)) if level else ()
    return next((each for each in found_all if each), None)


def _level(root: Node) -> _Level | None:
    """Read a comparison of a vector with a number."""
    if not isinstance(root, Binary) or root.returns_bool or root.matching:
        return None
    outer = next((each for each in comparisons(root) if each.node is root), None)
    if outer is None or outer.threshold is None or outer.op not in _SIDES or not math.isfinite(outer.threshold):
        return None
    return _Level(unwrap(outer.subject), _SIDES[outer.op], Decimal(repr(outer.threshold)))


def _absent(expression: Expression, root: Node) -> Recognised | None:
    if isinstance(root, Binary) and root.op == "==" and not root.returns_bool and constant(root.right) == 1:
        root = unwrap(root.left)
    if not isinstance(root, Call) or root.function != "absent" or not (of := _plain(root.args[0])):
        return None
    return Recognised("absent", (_selector(expression, "of", of),), holds=True)


def _count(expression: Expression, level: _Level) -> Recognised | None:
    """Recognise a counter that grew; a rate is what it grew by, per second."""
    grown = _grown(level.subject, ("increase", "rate"))
    # `below` without groups takes a counter that is gone for one that has counted nothing.
    if not grown or (level.side == "below" and not grown.groups.by):
        return None
    is_rate = grown.function == "rate"
    limit = Field(level.side, level.value * grown.window.seconds if is_rate else level.value)
    fields = (_selector(expression, "of", grown.selector), Field("over", str(grown.window)), limit)
    return Recognised("count", (*fields, *grown.groups.fields), labels=grown.groups.pinned, revalues=is_rate)


def _value(expression: Expression, level: _Level) -> Recognised | None:
    outer = level.subject
    if not isinstance(outer, Aggregate) or outer.op not in ("max", "min", "avg", "sum"):
        return None
    inner = unwrap(outer.arg)
    smoothed = isinstance(inner, Call) and inner.function == "avg_over_time"
    of = _plain(inner.args[0], ranged=True) if smoothed and isinstance(inner, Call) else _plain(inner)
    if not of or (groups := _groups(outer, of)) is None:
        return None
    fields = [_selector(expression, "of", of)]
    if outer.op != ("max" if level.side == "above" else "min"):
        fields.append(Field("agg", outer.op))
    fields += [Field("over", str(Duration(of.range_ms)))] if of.range_ms else []
    fields += [level.field, *groups.fields]
    return Recognised("value", tuple(fields), holds=not smoothed, labels=groups.pinned)


def _stale(expression: Expression, level: _Level) -> Recognised | None:
    outer = level.subject
    if not isinstance(outer, Binary) or outer.op != "-" or outer.matching or level.side != "above":
        return None
    left, newest = unwrap(outer.left), unwrap(outer.right)
    if not isinstance(left, Call) or left.function != "time" or not isinstance(newest, Aggregate):
        return None
    of, ms = _plain(newest.arg), level.value * 1000
    if newest.op != "max" or not of or (groups := _groups(newest, of)) is None or ms <= 0 or ms != int(ms):
        return None
    fields = (_selector(expression, "timestamp", of), Field("older_than", str(Duration(int(ms)))), *groups.fields)
    return Recognised("stale", fields, labels=groups.pinned)


def _ratio(expression: Expression, level: _Level) -> Recognised | None:
    division, scale = _unscaled(level.subject)
    share = level.value / scale
    if division is None or level.side != "above" or not 0 <= share <= 1:
        return None
    part, whole = _grown(division[0], ("rate", "increase")), _grown(division[1], ("rate", "increase"))
    if not part or not whole or part.shape != whole.shape or any(_is_time(each.selector) for each in (part, whole)):
        return None
    fields = (
        _selector(expression, "part", part.selector),
        _selector(expression, "of", whole.selector),
        Field("over", str(part.window)),
        Field("above", share),
        Field("min_events", 1),  # less than one event is none, and then there is no ratio
        *whole.groups.fields,
    )
    return Recognised("ratio", fields, labels=part.groups.pinned, revalues=scale != 1)


def _unscaled(node: Node) -> tuple[tuple[Node, Node] | None, Decimal]:
    """Return both sides of a division, and the number that it is multiplied by: `100 * a / b`, `a / b * 100`."""
    bare, scale = _factor(node)
    if not isinstance(bare, Binary) or bare.op != "/" or bare.matching:
        return None, scale
    part, inner = _factor(bare.left)
    return (part, bare.right), scale * inner


def _factor(node: Node) -> tuple[Node, Decimal]:
    bare = unwrap(node)
    if isinstance(bare, Binary) and bare.op == "*" and not bare.matching:
        for number, other in ((bare.left, bare.right), (bare.right, bare.left)):
            if (value := constant(number)) and value > 0 and math.isfinite(value):
                return unwrap(other), Decimal(repr(value))
    return bare, Decimal(1)


def _is_time(selector: Selector) -> bool:
    return (selector.metric or "").endswith(_IN_SECONDS)


def _exhaustion(expression: Expression, root: Node) -> Recognised | None:
    """Recognise `min by (…) (x < LEVEL and predict_linear(x[…], …) < LIMIT)`, and `max` for what fills up."""
    if not isinstance(root, Aggregate) or root.op not in ("min", "max"):
        return None
    both = unwrap(root.arg)
    if not isinstance(both, Binary) or both.op != "and" or both.matching:
        return None
    today, forecast = _level(unwrap(both.left)), _level(unwrap(both.right))
    side = "below" if root.op == "min" else "above"
    if not today or not forecast or not today.side == forecast.side == side:
        return None
    of, call = _plain(today.subject), forecast.subject
    if not of or not isinstance(call, Call) or call.function != "predict_linear":
        return None
    return _forecast(expression, root, of, call, (today, forecast))


def _forecast(
    expression: Expression, root: Aggregate, of: Selector, call: Call, levels: tuple[_Level, _Level]
) -> Recognised | None:
    source, seconds, groups = _plain(call.args[0], ranged=True), constant(call.args[1]), _groups(root, of)
    same = source and expression.text[slice(*source.vector_at)] == expression.text[slice(*of.vector_at)]
    if not source or not source.range_ms or not same or groups is None or not seconds or seconds <= 0 or seconds % 1:
        return None
    today, forecast = levels
    fields = (
        _selector(expression, "of", of),
        Field("reaches", forecast.value),
        Field("within", str(Duration(int(seconds) * 1000))),
        Field("based_on", str(Duration(source.range_ms))),
        Field(f"and_{today.side}", today.value),
        *groups.fields,
    )
    return Recognised("exhaustion", fields, holds=True, labels=groups.pinned)


@dataclass(frozen=True, slots=True)
class _Groups:
    """The labels of a grouping: those that split, and those with the one value that the selector pins."""

    by: tuple[str, ...]
    pinned: tuple[tuple[str, str], ...]

    @property
    def fields(self) -> Iterator[Field]:
        if self.by:
            yield Field("by", list(self.by))


@dataclass(frozen=True, slots=True)
class _Grown:
    """`sum by (…) (increase(SELECTOR[WINDOW]))`."""

    selector: Selector
    window: Duration
    function: str
    groups: _Groups

    @property
    def shape(self) -> tuple[object, ...]:
        """What both sides of a ratio must share."""
        return self.window, self.function, set(self.groups.by), self.groups.pinned


def _grown(node: Node, functions: tuple[str, ...]) -> _Grown | None:
    outer = unwrap(node)
    if not isinstance(outer, Aggregate) or outer.op != "sum":
        return None
    call = unwrap(outer.arg)
    if not isinstance(call, Call) or call.function not in functions:
        return None
    of = _plain(call.args[0], ranged=True)
    if not of or not of.range_ms or (groups := _groups(outer, of)) is None:
        return None
    return _Grown(of, Duration(of.range_ms), call.function, groups)


def _plain(node: Node, *, ranged: bool = False) -> Selector | None:
    """Return a selector without offset and `@`, with a range or without one."""
    bare = unwrap(node)
    if not isinstance(bare, Selector) or bare.offset_at or bare.at_at or bool(bare.range_at) != ranged:
        return None
    return bare


def _groups(aggregate: Aggregate, selector: Selector) -> _Groups | None:
    """Return the labels of a grouping; None for `without`, and for labels that no spec may set."""
    names = tuple(dict.fromkeys(label.name for label in aggregate.labels))
    pinned = fixed_labels(selector)
    if aggregate.modifier == "without" or RESERVED_LABELS.intersection(names):
        return None
    split = tuple(name for name in names if name not in pinned)
    return _Groups(split, tuple((name, pinned[name]) for name in names if name in pinned))


def _selector(expression: Expression, key: str, selector: Selector) -> Field:
    start, end = selector.vector_at
    return Field(key, expression.text[start:end], start)
