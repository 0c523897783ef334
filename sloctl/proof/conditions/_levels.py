"""Cases of a value against a level, which several condition kinds share.

The value is what the expression compares with the level. How series show it is the business of a `Subject`: a gauge
shows it as it is, counters by how they grow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sloctl.core.duration import Duration
from sloctl.core.human import and_list, decimal_text
from sloctl.proof.case import Case, Check, Series, Unproven
from sloctl.proof.conditions._scene import Level, Scene

_NEAR, _FAR = Decimal("0.01"), Decimal("0.5")

Run = tuple[int, Decimal | None]
"""So many samples with this value; None when the series are gone."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is compared with the level.

    `series` writes the runs of a group, `group` its labels. A change takes effect over `window` samples (1: at once),
    evenly. `lowest` and `highest` are the values that are possible at all. `is_warm` tells that the value is right from
    the first sample on; a count below a level is not, because no window is full then. `can_be_absent` tells whether
    absence is quiet.
    """

    series: Callable[[Sequence[Run], int], tuple[Series, ...]]
    group: Callable[[int], dict[str, str]]
    level: Level
    every: Duration
    window: int = 1
    lowest: Decimal | None = None
    highest: Decimal | None = None
    is_warm: bool = True
    can_be_absent: bool = True

    @property
    def tolerance(self) -> int:
        """Evaluations by which a window may see a change sooner or later: versions differ in what is on its edge."""
        return 0 if self.window == 1 else 2

    def beyond(self, share: Decimal) -> Decimal:
        """Return a value on the bad side of the level; raise Unproven when there is none."""
        value = self._possible(self.level.beyond(share))
        if value == self.level.value:
            raise Unproven(f"no value can be {self.level.side} {decimal_text(value)}")
        return value

    def within(self, share: Decimal) -> Decimal:
        """Return a value on the good side of the level, or the level itself."""
        return self._possible(self.level.within(share))

    def _possible(self, value: Decimal) -> Decimal:
        low = value if self.lowest is None else max(value, self.lowest)
        return low if self.highest is None else min(low, self.highest)


def level_cases(scene: Scene, subject: Subject) -> list[Case]:
    """Return the cases: just within and beyond the level, there and back, groups, absence."""
    makers = (_near, _crossing, _blip, _absent, _groups)
    return [case for make in makers for case in make(scene, subject)]


def warm_up(scene: Scene, subject: Subject) -> int:
    """Count the samples after which the value is right and what it was before is forgotten."""
    return 0 if subject.is_warm else subject.window + scene.lingering.ms // subject.every.ms + 2


def held(scene: Scene, subject: Subject) -> int:
    """Count the samples after which a value beyond the level certainly fires."""
    return 2 * subject.window + scene.hold.ms // subject.every.ms + subject.tolerance + 2


def _near(scene: Scene, subject: Subject) -> Iterator[Case]:
    level, samples = decimal_text(subject.level.value), held(scene, subject) + warm_up(scene, subject)
    start, end = subject.every * warm_up(scene, subject), subject.every * (samples - 1)
    value, group = subject.within(_NEAR), subject.group(0)
    quiet = [scene.watch.quiet_during(f"stays quiet just within {level}", start, end)]
    yield _case(scene, subject, "just within the level", [(samples, value)], quiet)
    value = subject.beyond(_NEAR)
    side = "above" if subject.level.side == "above" else "below"
    loud: list[Check] = [scene.watch.fires(f"fires just {side} {level}", end, group)]
    loud += scene.said(end, group, float(value))
    yield _case(scene, subject, "just beyond the level", [(samples, value)], loud)


def _crossing(scene: Scene, subject: Subject) -> Iterator[Case]:
    """From the good side to the bad one and back: the time of firing, `for`, and the end."""
    every, watch, slack = subject.every, scene.watch, subject.every * subject.tolerance
    good, bad, lead = subject.within(_FAR), subject.beyond(_FAR), warm_up(scene, subject) + subject.window + 2
    lasting = held(scene, subject)
    change, recovery = every * lead, every * (lead + lasting)
    due = change + _crossed(subject, good, bad) + scene.hold
    over = recovery + _crossed(subject, bad, good) + slack + scene.lingering
    rest = (over - recovery).ms // every.ms + 2
    fires, ends = f"fires {_after(due - change)} the crossing of the level", f"ends {_after(over - recovery)} recovery"
    checks = [
        watch.quiet_during("stays quiet on the good side", every * warm_up(scene, subject), change - every),
        watch.quiet_during(fires, change - every, max(due - slack - every, change - every)),
        watch.fires(fires, due + slack, subject.group(0)),
        *([watch.fires(ends, over - slack * 2 - every, subject.group(0))] if scene.lingering.ms else []),
        watch.quiet(ends, over),
    ]
    yield _case(scene, subject, "there and back", [(lead, good), (lasting, bad), (rest, good)], checks)


def _crossed(subject: Subject, before: Decimal, after: Decimal) -> Duration:
    """Return how long after a change the value is on the other side of the level."""
    if subject.window == 1:
        return Duration(0)
    share = (subject.level.value - before) / (after - before)
    return subject.every * (int(share * subject.window) + 1)


def _after(time: Duration) -> str:
    return f"{time} after" if time.ms else "at"


def _blip(scene: Scene, subject: Subject) -> Iterator[Case]:
    """One sample beyond the level: too short for `for`, and too little for an average."""
    if subject.window == 1 and scene.hold < subject.every * 2:
        return
    lead = warm_up(scene, subject) + subject.window + 2
    near, beyond = subject.within(_NEAR), subject.beyond(_NEAR / 2)
    if near == subject.level.value:
        return  # nothing lies within a level at the end of what is possible
    start, end = subject.every * warm_up(scene, subject), subject.every * (2 * lead)
    checks = [scene.watch.quiet_during("stays quiet at one sample beyond the level", start, end)]
    yield _case(scene, subject, "a single sample", [(lead, near), (1, beyond), (lead, near)], checks)


def _absent(scene: Scene, subject: Subject) -> Iterator[Case]:
    if not subject.can_be_absent:
        return
    every, watch, lasting = subject.every, scene.watch, held(scene, subject)
    gone = subject.window + scene.lingering.ms // every.ms + 3
    ends = every * (lasting + gone - 1)
    claim = "ends when the metric is gone, and fires again when it is back"
    value = subject.beyond(_FAR)
    checks = [
        watch.fires(claim, every * (lasting - 1), subject.group(0)),
        watch.quiet(claim, ends),
        watch.fires(claim, ends + every * lasting, subject.group(0)),
    ]
    yield _case(scene, subject, "absent and back", [(lasting, value), (gone, None), (lasting, value)], checks)


def _groups(scene: Scene, subject: Subject) -> Iterator[Case]:
    if not scene.by:
        return
    lasting = held(scene, subject) + warm_up(scene, subject)
    broken, healthy = subject.group(0), subject.group(1)
    if broken == healthy:
        raise Unproven(f"no second value was found for {and_list(scene.by)}")
    series = (
        *subject.series([(lasting, subject.beyond(_FAR))], 0),
        *subject.series([(lasting, subject.within(_FAR))], 1),
    )
    claim = f"fires for the broken {and_list(scene.by)} only"
    checks = [scene.watch.fires(claim, subject.every * (lasting - 1), broken)]
    yield scene.case("one broken group", "Of two groups the first is beyond the level.", subject.every, series, checks)


def _case(scene: Scene, subject: Subject, name: str, runs: Sequence[Run], checks: Sequence[Check]) -> Case:
    at, told = 0, []
    for samples, value in runs:
        told.append(f"{'gone' if value is None else decimal_text(value, 9)} from {subject.every * at} on")
        at += samples
    reason = f"The value is {', '.join(told)}."
    return scene.case(name, reason, subject.every, subject.series(runs, 0), checks)
