"""The time since the last success against a limit."""

from sloctl.core.duration import Duration
from sloctl.proof.case import Case
from sloctl.proof.conditions._gauges import Shown, gauge_cases
from sloctl.proof.conditions._scene import ConditionCases, Level, Scene


def _build(scene: Scene) -> tuple[Duration, list[Case]]:
    limit = Level("above", scene.time("older_than").seconds)
    return gauge_cases(scene, scene.selector("timestamp"), limit, Shown(sign=-1, moves=1))


CASES = ConditionCases("stale", _build)
