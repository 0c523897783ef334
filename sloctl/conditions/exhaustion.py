"""A linear forecast reaches a limit soon, and today's level is close enough for that to be believed."""

from __future__ import annotations

from sloctl.conditions._condition import BY, ConditionKind, aggregate, group_suffix, grouping, template_text
from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text
from sloctl.core.reader import Reader
from sloctl.core.shapes import duration, number, one_of, record, selector
from sloctl.model.service import Condition
from sloctl.promql import fields

_SCHEMA = record(
    "Fires when a gauge, carried on in a straight line, reaches a limit soon. A forecast alone cries wolf, so a guard "
    "on today's level is required: `and_below` for what runs out, `and_above` for what fills up.",
    {
        "of": selector("The gauge, such as free bytes."),
        "reaches": number("The limit; the default is 0."),
        "within": duration("How soon.", "4h"),
        "based_on": duration("How much history the line is drawn through.", "6h"),
        "and_below": number("Only while the gauge is below this today."),
        "and_above": number("Only while the gauge is above this today."),
        "by": BY,
    },
    "of",
    "within",
    "based_on",
    **one_of("give exactly one of `and_below` and `and_above`", ("and_below",), ("and_above",)),
)


def _build(reader: Reader) -> Condition | None:
    of, by = fields.selector(reader, "of"), grouping(reader, "of")
    within, based_on = reader.duration("within"), reader.duration("based_on")
    side = "and_below" if reader.has("and_below") else "and_above"
    guard = reader.number(side)
    if not of or not within or not based_on or guard is None:
        return None
    operator, worst = ("<", "min") if side == "and_below" else (">", "max")
    reaches = decimal_text(reader.number("reaches") or guard * 0)
    today = f"{of} {operator} {decimal_text(guard)}"
    forecast = f"predict_linear({of}[{based_on}], {decimal_text(within.seconds)}) {operator} {reaches}"
    return Condition(
        kind="exhaustion",
        # Both halves of one series: a disk that is nearly full and another one that fills up are no emergency.
        expr=aggregate(worst, by, f"\n  {today}\n  and\n  {forecast}\n"),
        hold=Duration.of(minutes=5),
        words=f"`{of}` is {side[4:]} {decimal_text(guard)} and on its way to reach {reaches} within {within}",
        summary=f"{template_text(of)} will reach {reaches} within {within}{group_suffix(by)}",
        description=f"{{{{ $value | humanize }}}} now; at the pace of the last {based_on} it is {reaches} in {within}.",
        inputs=(("of", of),),
        by=by,
    )


KIND = ConditionKind("exhaustion", _SCHEMA, _build)
