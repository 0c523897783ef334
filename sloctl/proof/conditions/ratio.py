"""A part of a whole over a window against a share, with a floor on events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text, percent
from sloctl.proof.case import Case, Series
from sloctl.proof.conditions._levels import Run, Subject, level_cases
from sloctl.proof.conditions._scene import ConditionCases, Scene
from sloctl.proof.flow import Phase, counter
from sloctl.proof.pairs import Counts, Part, parts

_DEFAULT_FLOOR = 10
_ONE = Decimal(1)
_NOTHING = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class _Counters:
    """The counters of part and whole; `traffic` is the events in a step, `floor` how many a window must hold."""

    scene: Scene
    traffic: Decimal
    floor: int

    def parts(self, group: int) -> tuple[Part, ...]:
        given = {"bad": self.scene.selector("part"), "total": self.scene.selector("of")}
        return parts(given, self.scene.by, group)

    def group(self, group: int) -> dict[str, str]:
        return self.scene.group(self.parts(group)[0].labels)

    def series(self, runs: Sequence[Run], group: int) -> tuple[Series, ...]:
        flow = tuple(self._phase(samples, share) for samples, share in runs)
        return self._written(flow, group, self.traffic * 10)

    def _phase(self, samples: int, share: Decimal | None) -> Phase:
        if share is None:
            return Phase(samples, gone=True)
        some = (self.traffic * share).quantize(Decimal("1e-9")).normalize()
        return Phase(samples, good=self.traffic - some, bad=some)

    def burst(self, before: int, whole: Decimal, part: Decimal, after: int) -> tuple[Series, ...]:
        """Count everything in one step, from 0: exact in every version."""
        return self._written((Phase(before), Phase(1, good=whole - part, bad=part), Phase(after)), 0, _NOTHING)

    def _written(self, flow: tuple[Phase, ...], group: int, start: Decimal) -> tuple[Series, ...]:
        return tuple(
            Series(part.labels, counter(((phase, _growth(phase, part.counts)) for phase in flow), start))
            for part in self.parts(group)
        )


def _growth(phase: Phase, counts: Counts) -> Decimal:
    return {Counts.GOOD: phase.good, Counts.BAD: phase.bad}.get(counts, phase.total)


def _build(scene: Scene) -> tuple[Duration, list[Case]]:
    over, level = scene.time("over"), scene.level()
    every = scene.every(over)
    floor = scene.fields.number("min_events") if scene.fields.has("min_events") else Decimal(_DEFAULT_FLOOR)
    least = max(int(floor or 0), 1)
    shown = _Counters(scene=scene, traffic=Decimal(max(100, least)), floor=least)
    subject = Subject(
        series=shown.series,
        group=shown.group,
        level=level,
        every=every,
        window=over.ms // every.ms,
        lowest=_NOTHING,
        highest=_ONE,
    )
    cases = [*_bursts(scene, subject, shown), _idle(scene, subject, shown), *level_cases(scene, subject)]
    return every, cases


def _bursts(scene: Scene, subject: Subject, shown: _Counters) -> Iterator[Case]:
    """Exactly the level; and just too few and just enough events, all of them beyond the level."""
    every, level = subject.every, subject.level
    if scene.hold >= every * (subject.window - 3):
        return  # whatever happens at once has left the window before the alert fires
    extreme = _ONE if level.side == "above" else _NOTHING
    whole = shown.floor * _ONE.scaleb(max(0, -int(level.value.as_tuple().exponent)))
    lead, last = 3, subject.window + 1
    rows = (
        (whole, whole * level.value, f"stays quiet exactly at {percent(level.value)}", False),
        (Decimal(shown.floor - 1), (shown.floor - 1) * extreme, f"stays quiet below {shown.floor} events", False),
        (Decimal(shown.floor), shown.floor * extreme, f"fires from {shown.floor} events on", True),
    )
    for events, part, claim, fires in rows:
        at = every * (lead + 1) + scene.hold
        checks = [scene.watch.fires(claim, at, subject.group(0))] if fires else [
            scene.watch.quiet_during(claim, Duration(0), every * last)]  # fmt: skip
        reason = f"{decimal_text(part)} of {decimal_text(events)} events, all at once."
        series = shown.burst(lead, events, part, subject.window)
        yield scene.case(claim.removeprefix("stays "), reason, every, series, checks)


def _idle(scene: Scene, subject: Subject, shown: _Counters) -> Case:
    samples = 2 * subject.window + scene.hold.ms // subject.every.ms
    series = shown.burst(samples, _NOTHING, _NOTHING, 1)
    checks = [scene.watch.quiet_during("stays quiet without events", Duration(0), subject.every * samples)]
    return scene.case("no events", "The series are there and count nothing.", subject.every, series, checks)


CASES = ConditionCases("ratio", _build)
