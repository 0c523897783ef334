"""Rule files as Prometheus loads them: one file per service."""

from __future__ import annotations

from sloctl.model.rules import Artifact, RuleFile
from sloctl.targets._target import Target
from sloctl.targets._template import template


def _emit(file: RuleFile) -> Artifact:
    return Artifact(f"{file.service}.yml", template("_rules.yml.j2").render(file=file))


TARGET = Target("prometheus", "rule files for Prometheus, one per service", _emit)
