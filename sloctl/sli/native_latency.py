"""Requests faster than a limit, from a native histogram (Prometheus 2.40 with the feature flag, 3.x)."""

from __future__ import annotations

from sloctl.core.human import decimal_text
from sloctl.core.reader import Reader
from sloctl.core.shapes import record
from sloctl.model.service import Sli
from sloctl.sli._histogram import FIELDS, histogram_field, limit_field
from sloctl.sli._kind import SliContext, SliKind, check_inputs, increase, indent, or_zero, per_window


def _build(reader: Reader, context: SliContext) -> Sli | None:
    histogram = histogram_field(reader)
    check_inputs(reader, context, "histogram")
    limit = limit_field(reader, histogram[0]) if histogram else None
    if not histogram or limit is None:
        return None
    name, selector = histogram
    counted = increase(selector, context)
    total = per_window(f"histogram_count({counted})", context)
    slow = f"(1 - histogram_fraction(0, {decimal_text(limit)}, {counted}))\n* {total}"
    # The fraction of no requests is NaN; `>= 0` drops it, and no requests are no slow requests.
    failures = f"(\n{indent(slow)}\n) >= 0"
    return Sli(
        kind="native_latency",
        bad=or_zero(failures, total),
        total=total,
        events="requests",
        floor=5,
        words=f"requests in `{name}` slower than {reader.text('below')}",
        inputs=(("histogram", selector), ("limit", decimal_text(limit))),
        failures=failures,
    )


_SCHEMA = record("Requests faster than `below`, from a native histogram.", FIELDS, *FIELDS)
KIND = SliKind("native_latency", _SCHEMA, _build)
