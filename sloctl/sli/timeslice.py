"""Slices of time in which an expression was on the good side of a level."""

from __future__ import annotations

from sloctl.core import problems
from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text
from sloctl.core.reader import Reader
from sloctl.core.shapes import duration, expression, number, one_of, record
from sloctl.model.service import Sli
from sloctl.promql import fields
from sloctl.sli._kind import SliContext, SliKind, aggregate

_SIDES = {"below": ">=", "above": "<=", "at_most": ">", "at_least": "<"}
"""For each side of a level, how a bad slice compares with it."""

_SCHEMA = record(
    "Slices of time in which `expr` was on the good side of a level.",
    {
        "expr": expression("Any PromQL; `$window` becomes the length of a slice, at least four scrapes."),
        "below": number("A slice is good while the value is below this."),
        "above": number("A slice is good while the value is above this."),
        "at_most": number("A slice is good while the value is this or less."),
        "at_least": number("A slice is good while the value is this or more."),
        "slice": duration("Length of a slice; the default is 1m.", "1m"),
    },
    "expr",
    **one_of("give exactly one of `below`, `above`, `at_most` and `at_least`", *((side,) for side in _SIDES)),
)


def _build(reader: Reader, context: SliContext) -> Sli | None:
    length = _slice(reader, context)
    rate_window = max(length, context.scrape_interval * 4) if length else None
    expr = fields.expression(reader, "expr", str(rate_window) if rate_window else "1m")
    side = next((side for side in _SIDES if reader.has(side)), "below")
    level = reader.number(side)
    if not expr or not length or level is None:
        return None
    steps = f"[{context.window}:{length}]"
    phrase = f"{side.replace('_', ' ')} {decimal_text(level)}"
    is_bad = f"({expr}) {_SIDES[side]} bool {decimal_text(level)}"
    # 1 for every value but NaN: a slice without traffic is no slice, but it is not missing data either.
    has_data = f"({expr}) >= bool -Inf"
    return Sli(
        kind="timeslice",
        bad=aggregate("sum", context.by, f"sum_over_time(({is_bad}){steps})"),
        total=aggregate("sum", context.by, f"sum_over_time(({has_data}){steps})"),
        events=f"slices of {length}",
        floor=5,
        words=f"slices of {length} in which `{' '.join(expr.split())}` was not {phrase}",
        inputs=(("expr", expr), (side, decimal_text(level)), ("slice", str(length))),
    )


def _slice(reader: Reader, context: SliContext) -> Duration | None:
    length = reader.duration("slice") if reader.has("slice") else Duration.of(minutes=1)
    if length and (length.ms == 0 or context.window.ms % length.ms):
        message = f"`slice: {length}` does not divide the base window of {context.window}"
        reader.report(problems.UNTILEABLE_WINDOW, reader.at("slice"), message, "use `1m`, or another divisor")
        return None
    return length


KIND = SliKind("timeslice", _SCHEMA, _build)
