"""The growth of a counter in a window against a level."""

from sloctl.core.duration import Duration
from sloctl.proof.case import Case
from sloctl.proof.conditions._flows import Growth, growth_cases
from sloctl.proof.conditions._scene import ConditionCases, Scene


def _build(scene: Scene) -> tuple[Duration, list[Case]]:
    level = scene.level()
    is_zero = level.side == "below" and not scene.by
    return growth_cases(scene, level, Growth(scene.selector("of"), scene.time("over"), is_zero_when_gone=is_zero))


CASES = ConditionCases("count", _build)
