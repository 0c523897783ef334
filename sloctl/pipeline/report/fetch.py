"""Asking a server for the events of an SLO and for its alerts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from sloctl.evidence.recordings import or_zero
from sloctl.evidence.samples import Grid, Samples
from sloctl.model import names
from sloctl.model.rules import Pairs
from sloctl.model.service import Service, Slo
from sloctl.pipeline.backfill.plan import Ask, base_queries
from sloctl.pipeline.plan.recordings import series
from sloctl.pipeline.report.incidents import stretches
from sloctl.pipeline.report.model import BOTH, NOTHING, RAW, RECORDED, AlertRuns
from sloctl.pipeline.report.slices import Slices
from sloctl.promql.literals import quote

_KEPT = ("alertname", names.SLO, names.TIER, names.NOTIFY)
"""Labels that tell the alerts of a service apart, beside those that its SLOs are split by."""

Answer = Mapping[Pairs, Samples]


def fetch_slices(
    ask: Ask, service: Service, slo: Slo, grid: Grid, *, raw: Ask | None
) -> tuple[dict[Pairs, Slices], str]:
    """Return the events of every group of an SLO, and where they come from.

    Up to the first recorded sample, the raw series stand in, as in a backfill; None for `raw` leaves them out.
    """
    bad, total = (_recorded(ask, service, slo, name, grid) for name in (names.bad_events, names.total_events))
    first = min((int(samples.there.argmax()) for samples in total.values() if samples.there.any()), default=grid.count)
    source = NOTHING if first == grid.count else RECORDED
    if raw and first:
        before = Grid(grid.start, grid.step, first)
        raw_bad, raw_total = _raw(raw, slo, before)
        bad, total = _joined(raw_bad, bad, grid, first), _joined(raw_total, total, grid, first)
        source = source if not raw_total else RAW if source == NOTHING else BOTH
    nothing = Samples.empty(grid.count)
    return {group: Slices.of(grid, bad.get(group, nothing), total[group]) for group in sorted(total)}, source


def _recorded(ask: Ask, service: Service, slo: Slo, name: names.Namer, grid: Grid) -> Answer:
    """Read a recording of the base window; of copies that differ in labels of the servers, the highest counts."""
    by = f" by ({', '.join(slo.by)})" if slo.by else ""
    return _grouped(ask(f"max{by} ({series(name(slo.base), service, slo)})", grid), slo)


def _raw(ask: Ask, slo: Slo, grid: Grid) -> tuple[Answer, Answer]:
    bad, total = (_grouped(ask(expr, grid), slo) for expr in base_queries(slo))
    if slo.sli.failures:
        nothing = Samples.empty(grid.count)
        bad = {group: or_zero(bad.get(group, nothing), samples) for group, samples in total.items()}
    return bad, total


def _grouped(answer: Answer, slo: Slo) -> Answer:
    """Know each series by the labels that split the SLO; what is no number counts as missing."""
    return {tuple((label, dict(labels).get(label, "")) for label in slo.by): _finite(samples)
            for labels, samples in answer.items()}  # fmt: skip


def _finite(samples: Samples) -> Samples:
    there = samples.there & np.isfinite(samples.numbers)
    return Samples.of(np.where(there, samples.numbers, 0.0), there)


def _joined(early: Answer, late: Answer, grid: Grid, first: int) -> Answer:
    """Put the samples up to an index before those from there on."""
    before, whole = Samples.empty(first), Samples.empty(grid.count)
    joined = {}
    for group in early.keys() | late.keys():
        head, tail = early.get(group, before), late.get(group, whole)
        numbers = np.concatenate((head.numbers, tail.numbers[first:]))
        joined[group] = Samples.of(numbers, np.concatenate((head.there, tail.there[first:])))
    return joined


def fetch_alerts(ask: Ask, service: Service, grid: Grid) -> tuple[AlertRuns, ...]:
    """Return when the alerts of a service fired, to the evaluation where that can be told, else to a step.

    `count_over_time` sees the short ones too, and tells how much of its first and last slice an alert fired.
    """
    labels = sorted({*_KEPT, *(label for slo in service.slos for label in slo.by)})
    selector = f'ALERTS{{alertstate="firing", {names.SERVICE}={quote(service.name)}}}'
    answer = ask(f"max by ({', '.join(labels)}) (count_over_time({selector}[{grid.step}ms]))", grid)
    most = max((float(samples.numbers.max(initial=0)) for samples in answer.values()), default=0.0)
    found = (AlertRuns(dict(key).get("alertname", ""), key, tuple(_runs(samples, grid, most)))
             for key, samples in answer.items())  # fmt: skip
    return tuple(sorted(found, key=lambda alert: alert.labels))


def _runs(samples: Samples, grid: Grid, most: float) -> Iterator[tuple[int, int]]:
    """Find the stretches in which samples are there; each slice reaches back from its time by a step.

    A slice with fewer samples than the `most` that any has is the first or the last of an alert: it fired for a part of
    it. Of an alert within one slice it is not known which part, so that slice counts whole.
    """
    for begin, end in stretches(samples.there, 1):
        head, tail = (round(grid.step * (1 - samples.numbers[index] / most)) for index in (begin, end - 1))
        is_within, is_last = end - begin < 2, end == grid.count
        yield (
            grid.time(begin - 1) + (0 if is_within else head),
            grid.time(end - 1) - (0 if is_within or is_last else tail),
        )
