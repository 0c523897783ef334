"""Rule files as Prometheus loads them: one file per service."""

from __future__ import annotations

from sloctl.model.rules import Artifact
from sloctl.targets._rules import groups_of, rule_file
from sloctl.targets._target import Emitted, Job, Target


def _emit(job: Job) -> Emitted:
    return Emitted(artifacts=(Artifact(f"{job.file.service}.yml", rule_file(job.file)),))


TARGET = Target(
    name="prometheus",
    description="rule files for Prometheus, one per service",
    emit=_emit,
    read=groups_of,
    merges=True,
)
