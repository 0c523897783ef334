"""Which evaluations of which SLOs a backfill computes: those before the rules recorded for the first time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from sloctl.core.duration import Duration
from sloctl.evidence.recordings import all_levels, budget_remaining, burn_rate, error_ratio, or_zero, reaches
from sloctl.evidence.samples import Grid, Samples
from sloctl.model import names
from sloctl.model.rules import Pairs
from sloctl.model.service import Service, Slo
from sloctl.pipeline.plan.recordings import BURN_WINDOW, identity, recordings, series, slo_levels
from sloctl.pipeline.settings import LOOKBACK

Ask = Callable[[str, Grid], Mapping[Pairs, Samples]]
"""Evaluates PromQL on a server at every time of a grid; the labels of an answer are sorted and without `__name__`."""

HEAD = Duration.of(hours=3)
"""How much a server may hold in memory that does not say so: one and a half of its shortest blocks."""
_SECOND = Duration.of(seconds=1)


@dataclass(frozen=True, slots=True)
class Job:
    """An SLO and the evaluations that its rules missed; `first` is when they recorded first, if they did."""

    service: Service
    slo: Slo
    grid: Grid
    first: int | None = None

    @property
    def name(self) -> str:
        """Name the SLO: `service/slo`."""
        return f"{self.service.name}/{self.slo.name}"


@dataclass(frozen=True, slots=True)
class Span:
    """The time to fill, in unix milliseconds: from `since` (included) to `until` (excluded); `now` is when."""

    since: int
    until: int
    now: int


def plan_jobs(services: Iterable[Service], interval: Duration, span: Span, ask: Ask) -> list[Job]:
    """Plan the SLOs of some services; those whose rules recorded throughout have an empty grid.

    Where rules record already, the backfill ends at their first sample and keeps their rhythm: Prometheus evaluates
    each group at its own offset within the interval, and an `offset` that finds a sample of the very same offset adds
    up windows without gap or overlap.
    """
    jobs = []
    for service, slo in ((owner, slo) for owner in services for slo in owner.slos):
        first = _first_recorded(series(names.total_events(slo.base), service, slo), span, ask)
        until, phase = (span.until, 0) if first is None else (min(span.until, first), first % interval.ms)
        jobs.append(Job(service, slo, Grid.between(span.since, until, interval.ms, phase=phase), first))
    return jobs


def _first_recorded(selector: str, span: Span, ask: Ask) -> int | None:
    """Find the first sample since the beginning of the span: first the five minutes it is in, then the sample."""
    coarse = Grid.between(span.since, span.now + LOOKBACK.ms, LOOKBACK.ms, phase=span.since % LOOKBACK.ms)
    about = _earliest(selector, coarse, span.since, ask)
    if about is None:
        return None
    begin = max(span.since, about - LOOKBACK.ms)
    return _earliest(selector, Grid.between(begin, about + 2 * _SECOND.ms, _SECOND.ms), span.since, ask)


def _earliest(selector: str, grid: Grid, since: int, ask: Ask) -> int | None:
    times = (
        round(1000 * value)
        for samples in ask(f"timestamp({selector})", grid).values()
        for value in samples.values  # a missing one is 0, long before `since`
    )
    return min((time for time in times if time >= since), default=None)


def base_queries(slo: Slo) -> tuple[str, str]:
    """Return what is asked of the server: the bad and the total events of the base window.

    Bad ones without the `or 0 * total` that their rule ends in, which would read the raw series of the total twice.
    """
    return slo.sli.failures or slo.sli.bad, slo.sli.total


def recorded(job: Job, bad: Samples, total: Samples) -> dict[str, Samples]:
    """Compute what the rules record of one group of an SLO, by metric, from the answers to `base_queries`."""
    slo, levels = job.slo, slo_levels(job.slo)
    counted = or_zero(bad, total) if slo.sli.failures else bad
    bads, totals = all_levels(counted, levels, job.grid), all_levels(total, levels, job.grid)
    ratio, budget = error_ratio(bads[slo.period], totals[slo.period]), float(slo.error_budget)
    burning = error_ratio(bads[BURN_WINDOW], totals[BURN_WINDOW])
    return {
        **{names.bad_events(window): samples for window, samples in bads.items()},
        **{names.total_events(window): samples for window, samples in totals.items()},
        names.ERROR_RATIO: ratio,
        names.BUDGET_REMAINING: budget_remaining(ratio, budget),
        names.burn_rate(BURN_WINDOW): burn_rate(burning, budget),
    }


def constants(job: Job) -> dict[str, tuple[Pairs, float]]:
    """Return the recordings that depend on no data, by metric: their labels and their value."""
    values = {names.OBJECTIVE: float(job.slo.objective), names.INFO: 1.0}
    rules = recordings(job.service, job.slo)
    return {rule.record: (rule.labels, values[rule.record]) for rule in rules if rule.record in values}


def labels_of(job: Job, group: Pairs) -> Pairs:
    """Label a recorded series: the labels of its group, and those that identify the SLO."""
    return tuple((dict(group) | dict(identity(job.service, job.slo))).items())


def resolution(job: Job) -> Callable[[str, Samples], Iterable[int]]:
    """Return a function that tells which samples of a metric are written, as indexes into the grid.

    Every one that the rules will read back by an `offset`; of those before, the first and then one in five minutes,
    which is what a graph needs to show a line.
    """
    grid, reach = job.grid, reaches(slo_levels(job.slo))
    read_back = {name(window): how_far for window, how_far in reach.items()
                 for name in (names.bad_events, names.total_events)}  # fmt: skip

    def wanted(metric: str, samples: Samples) -> Iterable[int]:
        first = max(0, samples.present.find(1))
        fine = max(0, grid.count - 1 - grid.steps(read_back.get(metric, Duration(0)).ms))
        return chain(range(first, fine, max(1, LOOKBACK.ms // grid.step)), range(fine, grid.count))

    return wanted
