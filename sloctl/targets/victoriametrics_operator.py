"""`VMRule` objects for the operator of VictoriaMetrics."""

from __future__ import annotations

from dataclasses import replace

from sloctl.core.shapes import record
from sloctl.targets._kubernetes import Kind, emit_objects, object_options
from sloctl.targets._rules import groups_of
from sloctl.targets._target import Emitted, Job, Target
from sloctl.targets._vmalert import uncomputable

_KIND = Kind("operator.victoriametrics.com/v1beta1", "VMRule", "victoriametrics-operator")


def _emit(job: Job) -> Emitted:
    emitted = emit_objects(job, _KIND)
    return replace(emitted, findings=(*emitted.findings, *uncomputable(job)))


TARGET = Target(
    name=_KIND.target,
    description="VMRule objects for the operator of VictoriaMetrics",
    emit=_emit,
    options=record("`VMRule` objects.", object_options("the `ruleSelector` of your VMAlert")),
    read=groups_of,
)
