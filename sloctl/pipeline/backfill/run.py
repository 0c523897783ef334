"""A backfill: what the rules of new SLOs would have recorded, from the raw series that a server still has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sloctl.evidence.openmetrics import sample_lines, series_text, time_texts
from sloctl.evidence.samples import Grid, Samples
from sloctl.model.rules import Pairs
from sloctl.model.service import Service
from sloctl.pipeline.backfill.history import PART
from sloctl.pipeline.backfill.output import Families, families
from sloctl.pipeline.backfill.plan import Ask, Job, base_queries, constants, labels_of, recorded, resolution
from sloctl.pipeline.backfill.state import State
from sloctl.pipeline.settings import Settings

_SIDES = ("bad", "total")


@dataclass(frozen=True, slots=True)
class Written:
    """The SLOs that a backfill wrote, and those of whose events the server has no sample."""

    slos: tuple[Job, ...]
    empty: tuple[Job, ...]


def run_key(services: Iterable[Service], settings: Settings, **given: Any) -> str:
    """Write down all that the result depends on: the expressions, how often they are evaluated, what was asked for."""
    slos = [
        (service.name, service.owner, service.labels, slo.name, slo.sli.bad, slo.sli.total, str(slo.objective),
         slo.period.ms, slo.base.ms, [(tier.short.ms, tier.long.ms) for tier in slo.tiers])
        for service in services
        for slo in service.slos
    ]  # fmt: skip
    return json.dumps([slos, settings.evaluation_interval.ms, given], default=str)


def resumed(services: Iterable[Service], state: State) -> list[Job] | None:
    """Return the jobs as the run planned them that is gone on with; None when there is no such run."""
    plan = state.plan
    if plan is None:
        return None
    jobs = (Job(service, slo, Grid(0, 1, 0)) for service in services for slo in service.slos)
    return [replace(job, grid=Grid(*plan[job.name][:3]), first=plan[job.name][3]) for job in jobs]


def keep_plan(jobs: Iterable[Job], state: State) -> None:
    """Remember the jobs for `resumed`."""
    state.keep_plan({job.name: (job.grid.start, job.grid.step, job.grid.count, job.first) for job in jobs})


def missing_parts(jobs: Iterable[Job], state: State) -> list[tuple[Job, Grid]]:
    """List what is still to be fetched."""
    parts = ((job, part) for job in jobs for part in job.grid.parts(PART))
    return [(job, part) for job, part in parts if not state.has(job.name, part)]


def fetch(parts: Iterable[tuple[Job, Grid]], state: State, ask: Ask, done: Callable[[], None]) -> None:
    """Fetch parts, the base window of each SLO, and keep them; `done` is called after each."""
    for job, part in parts:
        sides = {side: ask(query, part) for side, query in zip(_SIDES, base_queries(job.slo), strict=True)}
        state.save(job.name, part, sides)
        done()


def write(jobs: Sequence[Job], state: State, path: Path, done: Callable[[], None]) -> Written:
    """Compute everything from what was fetched and write it; `done` is called after each SLO.

    No more than one series of the base window, with all that is computed from it, is in memory at a time.
    """
    empty = []
    with families(path) as output:
        for job in jobs:
            if not _write_slo(job, state, output):
                empty.append(job)
            done()
    return Written(tuple(job for job in jobs if job not in empty), tuple(empty))


def _write_slo(job: Job, state: State, output: Families) -> bool:
    """Write an SLO; return False when there is nothing to write."""
    groups = state.groups(job.name)
    if not groups:
        return False
    times, wanted = time_texts(job.grid), resolution(job)

    def add(metric: str, labels: Pairs, samples: Samples) -> None:
        output.add(metric, sample_lines(series_text(metric, labels), samples, times, wanted(metric, samples)))

    for group in groups:
        bad, total = (state.load(job.name, group, side, job.grid) for side in _SIDES)
        for metric, samples in recorded(job, bad, total).items():
            add(metric, labels_of(job, group), samples)
    for metric, (labels, value) in constants(job).items():
        add(metric, labels, Samples.constant(value, job.grid.count))
    return True
