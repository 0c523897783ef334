"""A gauge beyond a level, smoothed over a window."""

from __future__ import annotations

from sloctl.conditions._condition import (
    ABOVE,
    BELOW,
    BY,
    HOLD,
    ConditionKind,
    aggregate,
    group_suffix,
    grouping,
    level_field,
    template_text,
)
from sloctl.core.duration import Duration
from sloctl.core.reader import Reader
from sloctl.core.shapes import choice, duration, one_of, record, selector
from sloctl.model.service import Condition
from sloctl.promql import fields

_SCHEMA = record(
    "Fires when a gauge is above (or below) a level. Without `over` the level must hold for `for` (default 5m).",
    {
        "of": selector("The gauge."),
        "over": duration("Average the gauge over this window first.", "10m"),
        "agg": choice("How series of one group combine; the default is the worst: max above, min below.",
                      "max", "min", "avg", "sum"),
        "above": ABOVE,
        "below": BELOW,
        "by": BY,
        "for": HOLD,
    },
    "of",
    **one_of("give exactly one of `above` and `below`", ("above",), ("below",)),
)  # fmt: skip


def _build(reader: Reader) -> Condition | None:
    of, over = fields.selector(reader, "of"), reader.duration("over")
    level, by = level_field(reader), grouping(reader, "of")
    if not of or not level or (reader.has("over") and not over):
        return None
    operator = reader.text("agg") or ("max" if level.side == "above" else "min")
    smoothed = f"avg_over_time({of}[{over}])" if over else of
    average = f", averaged over {over}" if over else ""
    return Condition(
        kind="value",
        expr=f"{aggregate(operator, by, smoothed)} {level.operator} {level.text}",
        hold=None if over else Duration.of(minutes=5),
        words=f"the {operator} of `{of}`{average} is {level.side} {level.text}",
        summary=f"{template_text(of)} is {level.side} {level.text}{average}{group_suffix(by)}",
        description=f"The {operator} is {{{{ $value | humanize }}}}{average}; {level.allowed}.",
        inputs=(("of", of),),
        by=by,
    )


KIND = ConditionKind("value", _SCHEMA, _build)
