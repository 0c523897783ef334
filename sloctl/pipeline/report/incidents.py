"""Times of many errors, with their share of the budget, and whom the alerts told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from sloctl.evidence.samples import Bools
from sloctl.model import names
from sloctl.model.service import PAGE, TICKET
from sloctl.pipeline.report.model import HOUR, AlertRuns, Incident
from sloctl.pipeline.report.slices import Slices

BURN = 2.0
"""Errors are an incident while they come more than twice as fast as the budget allows."""
PAUSE = HOUR
"""Errors that come back within this time belong to the same incident."""
LEAST_SHARE = 0.01
"""An incident took at least this much of the budget."""
MOST = 5
"""How many incidents are told, the worst first."""
NOBODY = "nobody"


def worst_incidents(slices: Slices, first: int, allowed: float, alerts: Sequence[AlertRuns]) -> tuple[Incident, ...]:
    """Find the worst incidents among the slices from an index on."""
    burns = slices.error_ratios(1)[first:] / allowed
    whole = allowed * slices.between(first, slices.grid.count).total
    found = [
        Incident(
            start=slices.end(first + begin),
            end=slices.end(first + end),
            bad=(bad := slices.between(first + begin, first + end).bad),
            share=bad / whole,
            worst_burn=float(np.nanmax(burns[begin:end])),
        )
        for begin, end in stretches(burns > BURN, slices.steps(PAUSE.ms))
    ]
    worst = sorted((each for each in found if each.share >= LEAST_SHARE), key=lambda each: (-each.share, each.start))
    return tuple(_with_call(each, alerts) for each in worst[:MOST])


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
