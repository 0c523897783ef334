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
    several = expect > 1
    counted = aggregate("count", tuple(sorted(fixed_labels(parsed))), of)
    what = f"fewer than {expect} series of {of}" if several else f"no series of {of}"
    found = f'{{{{ $value | printf "%.0f" }}}} of {expect} are reported: a' if several else "A"
    return Condition(
        kind="absent",
        # `absent` is 1 when nothing is there; times 0 it is the number of series, as in the first half.
        expr=f"{counted} < {expect}\nor\n0 * absent({of})" if several else f"absent({of})",
        hold=Duration.of(minutes=10),
        words=f"there are {what.replace(of, f'`{of}`')}",
        summary=f"There are {what.replace(of, template_text(of))}",
        description=f"{found} target is down, its scrape fails, or the metric was renamed.",
        inputs=(("of", of),),
    )


KIND = ConditionKind("absent", _SCHEMA, _build)
