"""A counter grew by more (or less) than N in a window."""

from __future__ import annotations

from sloctl.conditions._condition import (
    ABOVE,
    BELOW,
    BY,
    ConditionKind,
    aggregate,
    group_suffix,
    grouping,
    level_field,
    template_text,
)
from sloctl.core.reader import Reader
from sloctl.core.shapes import duration, one_of, record, selector
from sloctl.model.service import Condition
from sloctl.promql import fields

_SCHEMA = record(
    "Fires when a counter grew by more (or less) than N in a window.",
    {
        "of": selector("The counter."),
        "over": duration("The window.", "1h"),
        "above": ABOVE,
        "below": BELOW,
        "by": BY,
    },
    "of",
    "over",
    **one_of("give exactly one of `above` and `below`", ("above",), ("below",)),
)


def _build(reader: Reader) -> Condition | None:
    of, over = fields.selector(reader, "of"), reader.duration("over")
    level, by = level_field(reader), grouping(reader, "of")
    if not of or not over or not level:
        return None
    grown = aggregate("sum", by, f"increase({of}[{over}])")
    # A counter that is gone has counted nothing, which is less than N; with groups nobody knows which are missing.
    counted = f"({grown} or vector(0))" if level.side == "below" and not by else grown
    return Condition(
        kind="count",
        expr=f"{counted} {level.operator} {level.text}",
        hold=None,
        words=f"`{of}` grew by {level.words} in {over}",
        summary=f"{template_text(of)} grew by {level.words} in {over}{group_suffix(by)}",
        description=f'It grew by {{{{ $value | printf "%.0f" }}}} in the last {over}; {level.allowed}.',
        inputs=(("of", of),),
        by=by,
    )


KIND = ConditionKind("count", _SCHEMA, _build)
