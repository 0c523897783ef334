"""Gauges that are compared with a level, as they are, averaged, or as the time since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text
from sloctl.promql.tree import Selector
from sloctl.proof.case import Case, Labels, Series
from sloctl.proof.conditions._levels import Run, Subject, held, level_cases
from sloctl.proof.conditions._scene import Level, Scene
from sloctl.proof.flow import gauge
from sloctl.proof.labels import solve


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How a gauge shows a value v at the time t: `sign * v + moves * t`; averaged over a window or not.

    With -1 and 1 the expression is `time() - gauge`, with 1 and 1 it is `gauge - time()`.
    """

    sign: int = 1
    moves: int = 0
    averaged: Duration | None = None


PLAIN = Shown()


def gauge_cases(scene: Scene, selector: Selector, level: Level, shown: Shown = PLAIN) -> tuple[Duration, list[Case]]:
    """Return the evaluation interval and the cases of a gauge that is compared with a level."""
    every = scene.every(shown.averaged)
    slope = every.seconds * shown.moves

    def labels(group: int) -> Labels:
        return solve([selector], by=scene.by, group=group)

    def series(runs: Sequence[Run], group: int) -> tuple[Series, ...]:
        written: list[tuple[int, Decimal | None, Decimal]] = []
        at = 0
        for samples, value in runs:
            written.append((samples, None if value is None else value * shown.sign + slope * at, slope))
            at += samples
        return (Series(labels(group), gauge(written)),)

    window = shown.averaged.ms // every.ms if shown.averaged else 1
    subject = Subject(
        series=series, group=lambda group: scene.group(labels(group)), level=level, every=every, window=window
    )
    return every, [_at_level(scene, subject), *level_cases(scene, subject)]


def _at_level(scene: Scene, subject: Subject) -> Case:
    samples = held(scene, subject)
    shown = decimal_text(subject.level.value)
    checks = [scene.watch.quiet_during(f"stays quiet exactly at {shown}", Duration(0), subject.every * (samples - 1))]
    series = subject.series([(samples, subject.level.value)], 0)
    return scene.case("exactly at the level", f"The value is {shown}, all the time.", subject.every, series, checks)
