"""A gauge on its way to a limit, with a guard on where it stands today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sloctl.core.duration import Duration
from sloctl.core.human import and_list, decimal_text
from sloctl.proof.case import Case, Check, Labels, Series, Unproven
from sloctl.proof.conditions._scene import ConditionCases, Scene
from sloctl.proof.flow import gauge
from sloctl.proof.labels import solve

_NEAR, _FAR = Decimal("0.02"), Decimal("0.9")


@dataclass(frozen=True, kw_only=True)
class _Way:
    """The gauge, the limit, the guard, and how many samples a case has."""

    scene: Scene
    limit: Decimal
    guard: Decimal
    within: Duration
    every: Duration
    samples: int

    def series(self, today: Decimal, seconds: Decimal | None, group: int = 0) -> Series:
        """Write a straight line that ends at `today` and reaches the limit in so many seconds; None: it is flat."""
        growth = Decimal(0) if seconds is None else self.growth(today, seconds)
        return Series(self.labels(group), gauge([(self.samples, today - growth * (self.samples - 1), growth)]))

    def growth(self, today: Decimal, seconds: Decimal) -> Decimal:
        """Return the growth in a step of a line that reaches the limit in so many seconds."""
        slope = (self.limit - today) / seconds
        return (slope * self.every.seconds).quantize(Decimal("1e-9")).normalize()

    def labels(self, group: int) -> Labels:
        """Return the labels of the gauge in a group."""
        return solve([self.scene.selector("of")], by=self.scene.by, group=group)

    @property
    def end(self) -> Duration:
        """The time of the last sample."""
        return self.every * (self.samples - 1)

    def inside(self, share: Decimal) -> Decimal:
        """Return a value between guard and limit, so far from the guard."""
        return self.guard + (self.limit - self.guard) * share


def _build(scene: Scene) -> tuple[Duration, list[Case]]:
    way = _way(scene)
    seconds, group = way.within.seconds, scene.group(way.labels(0))
    soon, today = seconds / 2, way.inside(_share(scene, way))
    claim = f"fires on its way to {decimal_text(way.limit)} within {way.within}"
    loud: list[Check] = [scene.watch.fires(claim, way.end, group), *scene.said(way.end, group, float(today))]
    slow = _quiet(scene, way, f"stays quiet when it takes longer than {way.within}")
    flat = _quiet(scene, way, "stays quiet while it stands still")
    far = _quiet(scene, way, f"stays quiet on the good side of {decimal_text(way.guard)}")
    none = _quiet(scene, way, "stays quiet without the metric")
    cases = [
        _case(scene, way, "on its way", way.series(today, soon), loud),
        _case(scene, way, "too slow", way.series(today, seconds * 2), [slow]),
        _case(scene, way, "flat", way.series(way.inside(_FAR), None), [flat]),
        _case(scene, way, "still far", way.series(way.inside(-_NEAR), soon), [far]),
        _held(scene, way, soon),
        scene.case("never there", "There are no series at all.", way.every, (), [none]),
    ]
    return way.every, cases + _groups(scene, way, today, soon)


def _share(scene: Scene, way: _Way) -> Decimal:
    """Return how far between guard and limit today lies, so that the guard was passed before `for` began."""
    passed = (scene.hold + way.every * 2).seconds / (way.within.seconds / 2)
    share = passed / (1 + passed) + _NEAR
    if share > _FAR:
        raise Unproven("`for` is long beside `within`: the limit would be reached before the alert fires")
    return share


def _groups(scene: Scene, way: _Way, today: Decimal, soon: Decimal) -> list[Case]:
    if not scene.by:
        return []
    series = [way.series(today, soon, 0), way.series(today, None, 1)]
    claim = f"fires for the broken {and_list(scene.by)} only"
    checks = [scene.watch.fires(claim, way.end, scene.group(way.labels(0)))]
    return [scene.case("one broken group", "Of two groups the first is on its way.", way.every, series, checks)]


def _way(scene: Scene) -> _Way:
    side = "and_below" if scene.fields.has("and_below") else "and_above"
    guard = scene.fields.number(side) or Decimal(0)
    limit = scene.fields.number("reaches") or Decimal(0)
    if (limit < guard) != (side == "and_below") or limit == guard:
        raise Unproven("the limit lies on the good side of the guard, so that the forecast adds nothing")
    based_on = scene.time("based_on")
    every = scene.every(based_on)
    samples = (based_on + scene.hold).ms // every.ms + 4
    return _Way(scene=scene, limit=limit, guard=guard, within=scene.time("within"), every=every, samples=samples)


def _quiet(scene: Scene, way: _Way, claim: str) -> Check:
    return scene.watch.quiet_during(claim, Duration(0), way.end)


def _case(scene: Scene, way: _Way, name: str, series: Series, checks: Sequence[Check]) -> Case:
    return scene.case(name, f"A straight line, {name}.", way.every, [series], checks)


def _held(scene: Scene, way: _Way, seconds: Decimal) -> Case:
    """On its way all the time, and past the guard from the middle on."""
    middle = way.samples // 2
    growth = way.growth(way.guard, seconds)
    labels = way.labels(0)
    series = Series(labels, gauge([(2 * way.samples, way.guard - growth * middle - growth / 2, growth)]))
    due = way.every * (middle + 1) + scene.hold
    claim = f"fires {scene.hold} after it has passed {decimal_text(way.guard)}"
    checks = [
        scene.watch.quiet_during(claim, Duration(0), due - way.every),
        scene.watch.fires(claim, due, scene.group(labels)),
    ]
    return _case(scene, way, "passing the guard", series, checks)


CASES = ConditionCases("exhaustion", _build)
