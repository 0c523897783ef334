"""Counters whose growth in a window is compared with a level: the cases that gauges do not have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text
from sloctl.promql.tree import Selector
from sloctl.proof.case import Case, Labels, Series
from sloctl.proof.conditions._levels import Run, Subject, held, level_cases, warm_up
from sloctl.proof.conditions._scene import Level, Scene
from sloctl.proof.flow import Phase, counter
from sloctl.proof.labels import solve

_NOTHING = Decimal(0)
_DIGITS = Decimal("1e-9")


@dataclass(frozen=True, kw_only=True)
class _Counter:
    """The counter of a `count`: which selector, over which window, and how much its growth counts (a rate: less)."""

    scene: Scene
    selector: Selector
    window: int
    weight: Decimal

    def labels(self, group: int) -> Labels:
        return solve([self.selector], by=self.scene.by, group=group)

    def series(self, runs: Sequence[Run], group: int) -> tuple[Series, ...]:
        """Grow evenly, so that a full window holds the value."""
        growth = [(_phase(samples, value), self.per_step(value)) for samples, value in runs]
        start = 10 * max((each for _, each in growth), default=_NOTHING)
        return (Series(self.labels(group), counter(growth, start)),)

    def per_step(self, value: Decimal | None) -> Decimal:
        return ((value or _NOTHING) / self.weight / self.window).quantize(_DIGITS).normalize()

    def burst(self, before: int, amount: Decimal, after: int) -> tuple[Series, ...]:
        """Stand still at 0, grow by an amount in one step, and stand still again: exact in every version."""
        growth = ((Phase(before), _NOTHING), (Phase(1), amount / self.weight), (Phase(after), _NOTHING))
        return (Series(self.labels(0), counter(growth)),)


def _phase(samples: int, value: Decimal | None) -> Phase:
    return Phase(samples, gone=value is None)


@dataclass(frozen=True, slots=True)
class Growth:
    """A counter and the window over which it grows. `weight` is what the expression makes of one event.

    `is_zero_when_gone` tells that a counter that is not there has counted nothing, which is below any level.
    """

    selector: Selector
    over: Duration
    weight: Decimal = Decimal(1)
    is_zero_when_gone: bool = False


def growth_cases(scene: Scene, level: Level, growth: Growth) -> tuple[Duration, list[Case]]:
    """Return the evaluation interval and the cases of a counter whose growth is compared with a level."""
    every = scene.every(growth.over)
    window = growth.over.ms // every.ms
    shown = _Counter(scene=scene, selector=growth.selector, window=window, weight=growth.weight)
    subject = Subject(
        series=shown.series,
        group=lambda group: scene.group(shown.labels(group)),
        level=level,
        every=every,
        window=shown.window,
        lowest=_NOTHING,
        is_warm=level.side == "above",
        can_be_absent=not growth.is_zero_when_gone,
    )
    makers: tuple[_Make, ...] = (_exact, _burst, _restart)
    cases = [case for make in makers for case in make(scene, subject, shown)]
    cases += _gone(scene, subject) if growth.is_zero_when_gone else []
    return every, [*cases, *level_cases(scene, subject)]


_Make = Callable[[Scene, Subject, _Counter], Iterator[Case]]


def _exact(scene: Scene, subject: Subject, shown: _Counter) -> Iterator[Case]:
    """Exactly the level in the window: neither more nor less."""
    value, lead, every = subject.level.value, warm_up(scene, subject) + 2, subject.every
    first = lead + 1 + scene.lingering.ms // every.ms if subject.level.side == "below" else 0
    last = lead + subject.window - 2
    if first > last:
        return
    claim = f"stays quiet exactly at {decimal_text(value)}"
    checks = [scene.watch.quiet_during(claim, every * first, every * last)]
    series = shown.burst(lead, value, subject.window)
    yield scene.case("exactly at the level", f"{decimal_text(value)} are counted at once.", every, series, checks)


def _burst(scene: Scene, subject: Subject, shown: _Counter) -> Iterator[Case]:
    """More than allowed, all at once: it counts as long as it is in the window, and no longer."""
    every, value = subject.every, subject.beyond(Decimal("0.01"))
    if subject.level.side == "below" or scene.hold * 2 >= every * subject.window:
        return
    lead, rest = 3, 2 * subject.window + scene.lingering.ms // every.ms
    burst = lead + 1
    claim = "counts a burst while it is in the window, and no longer"
    checks = [
        scene.watch.quiet_during(claim, every, every * lead + scene.hold),
        scene.watch.fires(claim, every * burst + scene.hold, subject.group(0)),
        scene.watch.fires(claim, every * (burst + subject.window - 3), subject.group(0)),
        scene.watch.quiet(claim, every * (burst + subject.window + 1) + scene.lingering),
    ]
    reason = f"{decimal_text(value)} are counted at once, at {every * burst}."
    yield scene.case("a burst", reason, every, shown.burst(lead, value, rest), checks)


def _restart(scene: Scene, subject: Subject, shown: _Counter) -> Iterator[Case]:
    """A counter that begins anew has not grown by what it had counted before."""
    start, half = warm_up(scene, subject), held(scene, subject)
    value = subject.within(Decimal("0.2"))
    growth = shown.per_step(value)
    flow = ((Phase(start + half), growth), (Phase(half, reset=True), growth))
    series = (Series(shown.labels(0), counter(flow, growth * 1000)),)
    end = subject.every * (start + 2 * half)
    checks = [scene.watch.quiet_during("takes a counter reset for no growth", subject.every * start, end)]
    yield scene.case("counter reset", "The counter begins anew at half time.", subject.every, series, checks)


def _gone(scene: Scene, subject: Subject) -> list[Case]:
    """A counter that is not there has counted nothing: that is too little."""
    lasting, start = held(scene, subject), warm_up(scene, subject)
    end = subject.every * lasting
    claim = "fires when the metric is gone"
    never = [scene.watch.fires("fires for a metric that never existed", end)]
    runs: list[Run] = [(start + lasting, subject.within(Decimal("0.5"))), (2 * lasting, None)]
    checks = [
        scene.watch.quiet_during(claim, subject.every * start, subject.every * (start + lasting - 1)),
        scene.watch.fires(claim, subject.every * (start + 3 * lasting - 1)),
    ]
    return [
        scene.case("never there", "There are no series at all.", subject.every, (), never),
        scene.case("gone", "The counter grows well, then it is gone.", subject.every, subject.series(runs, 0), checks),
    ]
