"""Times in which the error budget was lost too fast, with their share of it, and whom the alerts told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from sloctl.evidence.limits import WORTH
from sloctl.evidence.samples import Bools, Floats
from sloctl.model import names
from sloctl.model.service import PAGE, TICKET, Slo
from sloctl.pipeline.report.model import HOUR, AlertRuns, Incident
from sloctl.pipeline.report.slices import Slices

PAUSE = HOUR
"""Errors that come back within this time belong to the same incident."""
MOST = 5
"""How many incidents are told, the worst first."""
NOBODY = "nobody"


def worst_incidents(slices: Slices, first: int, slo: Slo, alerts: Sequence[AlertRuns]) -> tuple[Incident, ...]:
    """Find the worst incidents among the slices from an index on: what `sloctl backtest` calls a loss.

    The error ratio of an hour was above the budget. It took `WORTH` of the budget and more, and had as many bad events
    as the alerts of the SLO ask for: of a quiet service, one event can be a part of the budget that looks large.
    """
    allowed = float(slo.error_budget)
    burns = slices.error_ratios(1)[first:] / allowed
    hours = slices.error_ratios(slices.steps(HOUR.ms))[first:] / allowed
    found = [_incident(slices, first, (begin, end), burns, allowed) for begin, end in _spans(hours, burns, slices)]
    worth = [each for each in found if each.share >= WORTH and each.bad >= slo.min_bad_events]
    worst = sorted(worth, key=lambda each: (-each.share, each.start))
    return tuple(_with_call(each, alerts) for each in worst[:MOST])


def _spans(hours: Floats, burns: Floats, slices: Slices) -> Iterator[tuple[int, int]]:
    """Yield when an hour burnt too fast, from the first slice that did to the last: an hour shows errors for longer."""
    hour = slices.steps(HOUR.ms)
    for begin, end in stretches(hours > 1, slices.steps(PAUSE.ms)):
        low = max(0, begin - hour + 1)
        fast = low + np.flatnonzero(burns[low:end] > 1)
        if len(fast):
            yield int(fast[0]), int(fast[-1]) + 1


def _incident(slices: Slices, first: int, span: tuple[int, int], burns: Floats, allowed: float) -> Incident:
    begin, end = first + span[0], first + span[1]
    bad = slices.between(begin, end).bad
    return Incident(
        start=slices.end(begin),
        end=slices.end(end),
        bad=bad,
        share=bad / (allowed * slices.between(first, slices.grid.count).total),
        worst_burn=float(np.nanmax(burns[slice(*span)])),
    )


def stretches(active: Bools, pause: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches in which something holds, as pairs of index and index after; join those with short pauses."""
    indexes = np.flatnonzero(active)
    for stretch in np.split(indexes, np.flatnonzero(np.diff(indexes) > pause) + 1):
        if len(stretch):
            yield int(stretch[0]), int(stretch[-1]) + 1


def _with_call(incident: Incident, alerts: Sequence[AlertRuns]) -> Incident:
    """Add who was told: by the first page in the incident or within an hour after it, else by the first ticket."""
    for notify in (PAGE, TICKET):
        starts = [
            start
            for alert in alerts
            if alert.label(names.NOTIFY) == notify
            for start, end in alert.runs
            if end > incident.start and start <= incident.end + PAUSE.ms
        ]
        if starts:
            return _called(incident, notify, max(0, min(starts) - incident.start))
    return _called(incident, NOBODY, 0) if alerts else incident


def _called(incident: Incident, called: str, delay: int) -> Incident:
    return replace(incident, called=called, delay=delay)
