"""A part of a whole, both counters, beyond a share, with a floor on events."""

from __future__ import annotations

from sloctl.conditions._condition import (
    BY,
    ConditionKind,
    aggregate,
    allowed,
    group_suffix,
    grouping,
    level_field,
    template_text,
)
from sloctl.core.human import percent
from sloctl.core.reader import Reader
from sloctl.core.shapes import count, duration, one_of, ratio, record, selector
from sloctl.model.service import Condition
from sloctl.promql import fields

_SCHEMA = record(
    "Fires when part / whole is above (or below) a share over a window, and the whole is large enough to judge.",
    {
        "part": selector("The counter of the part."),
        "of": selector("The counter of the whole."),
        "over": duration("The window.", "1h"),
        "above": ratio("The share above which the alert fires."),
        "below": ratio("The share below which the alert fires."),
        "min_events": count("How many events the window must hold; the default is 10."),
        "by": BY,
    },
    "part",
    "of",
    "over",
    **one_of("give exactly one of `above` and `below`", ("above",), ("below",)),
)
_MIN_EVENTS = 10


def _build(reader: Reader) -> Condition | None:
    part, of, over = fields.selector(reader, "part"), fields.selector(reader, "of"), reader.duration("over")
    level, by = level_field(reader), grouping(reader, "part", "of")
    if not part or not of or not over or not level:
        return None
    floor = max((reader.number("min_events") if reader.has("min_events") else _MIN_EVENTS) or 0, 1)
    grown_part, grown = (aggregate("sum", by, f"increase({counter}[{over}])") for counter in (part, of))
    # A part that does not exist yet is 0 of the whole, which matters only for "less than".
    share = f"({grown_part} or 0 * {grown})" if level.side == "below" else grown_part
    share_text = percent(level.value)
    limit = share_text.replace(" ", "")  # as `humanizePercentage` writes the measured share
    return Condition(
        kind="ratio",
        expr=f"{share}\n/ {grown} {level.operator} {level.text}\nand\n{grown} >= {floor}",
        hold=None,
        words=f"`{part}` is {'more' if level.side == 'above' else 'less'} than {share_text} of `{of}` over {over}, "
        f"and the latter grew by at least {floor}",
        summary=f"{template_text(part)} is {level.side} {limit} of {template_text(of)}{group_suffix(by)}",
        description=f"{{{{ $value | humanizePercentage }}}} over the last {over}; {allowed(level.side, limit)}.",
        inputs=(("part", part), ("of", of)),
        by=by,
    )


KIND = ConditionKind("ratio", _SCHEMA, _build)
