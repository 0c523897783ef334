"""A gauge against a level."""

from sloctl.core.duration import Duration
from sloctl.proof.case import Case
from sloctl.proof.conditions._gauges import Shown, gauge_cases
from sloctl.proof.conditions._scene import ConditionCases, Scene


def _build(scene: Scene) -> tuple[Duration, list[Case]]:
    averaged = scene.time("over") if scene.fields.has("over") else None
    return gauge_cases(scene, scene.selector("of"), scene.level(), Shown(averaged=averaged))


CASES = ConditionCases("value", _build)
