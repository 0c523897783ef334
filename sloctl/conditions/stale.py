"""The last success, a timestamp in unix seconds, is too long ago."""

from __future__ import annotations

from sloctl.conditions._condition import BY, ConditionKind, aggregate, allowed, group_suffix, grouping, template_text
from sloctl.core.human import decimal_text
from sloctl.core.reader import Reader
from sloctl.core.shapes import duration, record, selector
from sloctl.model.service import Condition
from sloctl.promql import fields

_SCHEMA = record(
    "Fires when the newest success is older than a time.",
    {
        "timestamp": selector("A gauge that holds the time of the last success, in unix seconds."),
        "older_than": duration("The age from which it is too old.", "26h"),
        "by": BY,
    },
    "timestamp",
    "older_than",
)


def _build(reader: Reader) -> Condition | None:
    timestamp, age = fields.selector(reader, "timestamp"), reader.duration("older_than")
    by = grouping(reader, "timestamp")
    if not timestamp or not age:
        return None
    return Condition(
        kind="stale",
        expr=f"time() - {aggregate('max', by, timestamp)} > {decimal_text(age.seconds)}",
        hold=None,
        words=f"the newest `{timestamp}` is more than {age} ago",
        summary=f"No success for more than {age}: {template_text(timestamp)}{group_suffix(by)}",
        description=f"The last success was {{{{ $value | humanizeDuration }}}} ago; {allowed('above', str(age))}.",
        inputs=(("timestamp", timestamp),),
        by=by,
    )


KIND = ConditionKind("stale", _SCHEMA, _build)
