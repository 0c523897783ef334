"""Probes that succeed, from a gauge that is 1 or 0, such as `probe_success` or `up`."""

from __future__ import annotations

from sloctl.core.reader import Reader
from sloctl.core.shapes import record, selector
from sloctl.model.service import Sli
from sloctl.promql import fields
from sloctl.sli._kind import SliContext, SliKind, aggregate, check_inputs


def _build(reader: Reader, context: SliContext) -> Sli | None:
    up = fields.selector(reader, "up")
    check_inputs(reader, context, "up")
    if not up:
        return None
    total = aggregate("sum", context.by, f"count_over_time({up}[{context.window}])")
    good = aggregate("sum", context.by, f"sum_over_time({up}[{context.window}])")
    return Sli(
        kind="probe",
        bad=f"{total}\n- {good}",
        total=total,
        events="probes",
        floor=5,
        words=f"probes `{up}` that failed",
        inputs=(("up", up),),
    )


_FIELDS = {"up": selector("A gauge that is 1 when the probe succeeded and 0 when it failed.")}
KIND = SliKind("probe", record("Probes that succeed, from a gauge that is 1 or 0.", _FIELDS, *_FIELDS), _build)
