"""A metric that should be there is gone, or has fewer series than expected."""

from __future__ import annotations

from sloctl.conditions._condition import HOLD, ConditionKind, aggregate, template_text
from sloctl.core.duration import Duration
from sloctl.core.reader import Reader
from sloctl.core.shapes import record, selector
from sloctl.model.service import Condition
from sloctl.promql import fields
from sloctl.promql.selector import fixed_labels

_SCHEMA = record(
    "Fires when a metric that should be there is gone. Labels that `of` pins with `=` stay on the alert, for routing.",
    {
        "of": selector("The metric; pin `job` or another label with `=` so that the alert can be routed."),
        "expect": {"type": "integer", "minimum": 1, "description": "How many series there should be; the default is 1.",
                   "patternErrorMessage": "a whole number from 1 up"},
        "for": HOLD,
    },
    "of",
)  # fmt: skip


def _build(reader: Reader) -> Condition | None:
    of, parsed = fields.selector(reader, "of"), fields.parsed_selector_quietly(reader.text("of"))
    if not of or not parsed:
        return None
    expect = int(reader.number("expect") or 1)
    fewer = f"{aggregate('count', tuple(sorted(fixed_labels(parsed))), of)} < {expect}\nor\n" if expect > 1 else ""
    what = f"fewer than {expect} series of {of}" if expect > 1 else f"no series of {of}"
    gone = f"{template_text(of)} is not reported."
    return Condition(
        kind="absent",
        expr=f"{fewer}absent({of})",
        hold=Duration.of(minutes=10),
        words=f"there are {what.replace(of, f'`{of}`')}",
        summary=f"There are {what.replace(of, template_text(of))}",
        description=f"Fewer series than the expected {expect} are reported." if expect > 1 else gone,
        inputs=(("of", of),),
    )


KIND = ConditionKind("absent", _SCHEMA, _build)
