"""Series that should be there and are not."""

from __future__ import annotations

from sloctl.core.duration import Duration
from sloctl.promql.selector import fixed_labels
from sloctl.promql.tree import Selector
from sloctl.proof.case import Case, Labels, Series
from sloctl.proof.conditions._scene import ConditionCases, Scene
from sloctl.proof.labels import solve

_COPY = "sloctl_series"


def _build(scene: Scene) -> tuple[Duration, list[Case]]:
    selector, every = scene.selector("of"), scene.every(None)
    expected = int(scene.fields.number("expect") or 1)
    makers = (_there, _gone, _never, _fewer) if expected > 1 else (_there, _gone, _never)
    return every, [make(scene, selector, expected, every) for make in makers]


def _copies(selector: Selector, count: int, values: str) -> list[Series]:
    labels = dict(solve([selector]).pairs)
    if count == 1:
        return [Series(Labels.of(labels), values)]
    return [Series(Labels.of(labels, {_COPY: str(number)}), values) for number in range(1, count + 1)]


def _samples(scene: Scene, every: Duration) -> int:
    return (scene.hold + scene.lingering).ms // every.ms + 4


def _there(scene: Scene, selector: Selector, expected: int, every: Duration) -> Case:
    samples = _samples(scene, every)
    claim = "stays quiet while all are there" if expected > 1 else "stays quiet while it is there"
    checks = [scene.watch.quiet_during(claim, Duration(0), every * samples)]
    return scene.case("all there", f"{expected} of {expected} series are there.", every,
                      _copies(selector, expected, f"1x{samples}"), checks)  # fmt: skip


def _gone(scene: Scene, selector: Selector, expected: int, every: Duration) -> Case:
    """There, gone for as long as `for` wants, and back."""
    samples = _samples(scene, every)
    values = f"1x{samples - 1} stale _x{samples - 1} 1x{samples - 1}"
    gone, back = every * samples, every * (2 * samples)
    due, group = gone + scene.hold, fixed_labels(selector)
    claim = f"fires {scene.hold} after the last one is gone" if scene.hold.ms else "fires when the last one is gone"
    ends = "ends when it is back"
    checks = [
        scene.watch.quiet_during(claim, Duration(0), due - every),
        scene.watch.fires(claim, due, group),
        *scene.said(due, group, 0.0 if expected > 1 else 1.0),
        scene.watch.quiet(ends, back + scene.lingering),
    ]
    reason = f"All are gone from {gone} on, and back from {back} on."
    return scene.case("gone and back", reason, every, _copies(selector, expected, values), checks)


def _never(scene: Scene, selector: Selector, expected: int, every: Duration) -> Case:
    claim = "fires for a metric that never existed"
    checks = [scene.watch.fires(claim, scene.hold + every, fixed_labels(selector))]
    return scene.case("never there", f"There are no series, and {expected} should be.", every, (), checks)


def _fewer(scene: Scene, selector: Selector, expected: int, every: Duration) -> Case:
    samples, group, at = _samples(scene, every), fixed_labels(selector), scene.hold + every
    fires = scene.watch.fires(f"fires at {expected - 1} of {expected}", at, group)
    checks = [fires, *scene.said(at, group, expected - 1.0)]
    return scene.case("one missing", f"{expected - 1} of {expected} series are there.", every,
                      _copies(selector, expected - 1, f"1x{samples}"), checks)  # fmt: skip


CASES = ConditionCases("absent", _build)
