"""`PrometheusRule` objects for the Prometheus operator."""

from __future__ import annotations

from sloctl.core.shapes import record
from sloctl.targets._kubernetes import Kind, emit_objects, object_options
from sloctl.targets._rules import groups_of
from sloctl.targets._target import Emitted, Job, Target

_KIND = Kind("monitoring.coreos.com/v1", "PrometheusRule", "prometheus-operator")


def _emit(job: Job) -> Emitted:
    return emit_objects(job, _KIND)


TARGET = Target(
    name=_KIND.target,
    description="PrometheusRule objects for the Prometheus operator",
    emit=_emit,
    options=record("`PrometheusRule` objects.", object_options("the `ruleSelector` of your Prometheus")),
    read=groups_of,
)
