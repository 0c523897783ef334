"""The contract of a feed: how the events of an SLI kind become series.

A feed is one module with `FEED`, an object with the `name` of its SLI kind and `build`, which returns the `Supply` of
an SLO or raises Unproven with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import chain

from sloctl.core.duration import Duration
from sloctl.model import names
from sloctl.model.service import Slo
from sloctl.promql.selector import parse_selector
from sloctl.promql.tree import Selector
from sloctl.proof.case import Labels, Series
from sloctl.proof.flow import Flow, Phase, counter, gauge, windowed
from sloctl.proof.pairs import Counts, Part

_STEPS_PER_BASE = (15, 12)
"""Samples per base window: enough for `increase`, few enough to be quick."""
_GROUPS = ("a", "b")
_COPY = "sloctl_series"
"""The label that tells apart series that stand for many targets; selectors do not know it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """The series of an SLO.

    `parts` gives the series of a group. `weight` is what one event counts in the recorded windows, `scale` by how much
    a counter grows for one event. `is_ratio` tells that a base window counts as one event whatever the traffic,
    `overlaps` that windows read one scrape more than their length (see `sloctl.sli`).
    """

    parts: Callable[[int], tuple[Part, ...]]
    weight: Decimal = Decimal(1)
    scale: Decimal = Decimal(1)
    is_ratio: bool = False
    overlaps: bool = False

    @property
    def is_sampled(self) -> bool:
        """Whether events are samples of gauges, so that there is no traffic without events, and no reset."""
        return any(part.counts is Counts.SHARE for part in self.parts(0))

    @property
    def fed(self) -> frozenset[str]:
        """The recordings that the series stand in for."""
        return frozenset(dict(part.labels.pairs)["__name__"] for part in self.parts(0) if part.window)

    def series(self, flow: Flow, group: int = 0, *, without: Counts | None = None) -> tuple[Series, ...]:
        """Write the series of a group, except those that count `without`."""
        kept = (part for part in self.parts(group) if part.counts is not without)
        return tuple(chain.from_iterable(self._part(part, flow) for part in kept))

    def _part(self, part: Part, flow: Flow) -> Iterable[Series]:
        if part.counts is Counts.SHARE:
            copies = int(max(phase.total for phase in flow))
            values = gauge((steps, share, Decimal(0)) for steps, share in _shares(flow))
            return [Series(_numbered(part.labels, index, copies), values) for index in range(1, copies + 1)]
        growth = [(phase, _growth(phase, part.counts) * self.scale) for phase in flow]
        if part.window:
            return [Series(part.labels, windowed(growth, part.window))]
        return [Series(part.labels, counter(growth, self.scale * 10 * max(phase.total for phase in flow)))]


def _growth(phase: Phase, counts: Counts) -> Decimal:
    return {Counts.GOOD: phase.good, Counts.BAD: phase.bad}.get(counts, phase.total)


def _shares(flow: Flow) -> Iterable[tuple[int, Decimal | None]]:
    """The first sample stands before the first step."""
    for index, phase in enumerate(flow):
        share = None if phase.gone or not phase.total else phase.good / phase.total
        yield phase.steps + (index == 0), share


def _numbered(labels: Labels, index: int, copies: int) -> Labels:
    return Labels.of(dict(labels.pairs), {_COPY: str(index)}) if copies > 1 else labels


@dataclass(frozen=True, slots=True)
class SliFeed:
    """The feed of an SLI kind."""

    name: str
    build: Callable[[Slo], Supply]


def steps_per_base(base: Duration, scrape: Duration) -> int:
    """Return the number of steps in a base window: one with which no sample stands on the edge of a window.

    Prometheus 2 counts such a sample and Prometheus 3 does not; so both give the same figures.
    """
    apart = (steps for steps in _STEPS_PER_BASE if scrape.ms * steps % base.ms)
    return next(apart, _STEPS_PER_BASE[-1])


def recorded(service: str, slo: Slo, windows: Iterable[Duration], step: Duration) -> Supply:
    """Feed recorded windows instead of the series behind them."""
    named = {names.SERVICE: service, names.SLO: slo.name}
    fed = {
        metric: (counts, window.ms // step.ms)
        for window in windows
        for counts, metric in ((Counts.ALL, names.total_events(window)), (Counts.BAD, names.bad_events(window)))
    }

    @cache
    def parts(group: int) -> tuple[Part, ...]:
        labels = {**named, **dict.fromkeys(slo.by, _GROUPS[group])}
        return tuple(Part(Labels.of(labels, {"__name__": metric}), *shown) for metric, shown in fed.items())

    return Supply(parts=parts)


def selectors(slo: Slo) -> dict[str, Selector]:
    """Parse the selectors that an SLO's kind keeps by field name."""
    return {key: parse_selector(text) for key, text in slo.sli.inputs}
