"""The figures of an error budget, from the events of its slices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sloctl.model.rules import Pairs
from sloctl.model.service import PolicyStep, Slo
from sloctl.pipeline.report.incidents import stretches, worst_incidents
from sloctl.pipeline.report.model import DAY, HOUR, AlertRuns, Budget, Overspent, PastBudget, Period, Point
from sloctl.pipeline.report.slices import Slices

POINTS = 240
"""How many points a graph has; at 30d, one every three hours."""


def budget(slo: Slo, group: Pairs, slices: Slices, periods: Sequence[Period], alerts: Sequence[AlertRuns]) -> Budget:
    """Compute a budget; the slices end at the end of its period. Without `periods`, nothing is said about the past."""
    allowed, last = float(slo.error_budget), slices.grid.count
    first = last - slo.period.ms // slices.grid.step
    usage = slices.between(first, last)
    left = usage.budget_left(allowed)
    since = slices.first_seen
    return Budget(
        group=group,
        since=slices.end(since) if first < since < last else None,
        silent_since=slices.end(seen) if 0 < (seen := slices.past_seen) < last - slices.steps(HOUR.ms) else None,
        usage=usage,
        left=left,
        burn_hour=slices.latest(HOUR.ms).burn_rate(allowed),
        burn_day=slices.latest(DAY.ms).burn_rate(allowed),
        exhausted_in=exhausted_in(slices, last - first, allowed),
        steps=steps_reached(slo.policy, left),
        past=tuple(_past(period, slices, allowed) for period in periods),
        overspent=tuple(_overspent(slices, last - first, allowed, periods[0].start)) if periods else (),
        incidents=worst_incidents(slices, first, slo, [each for each in alerts if _is_about(each, slo, group)]),
        curve=tuple(_curve(slices, first, allowed)),
    )


def steps_reached(policy: Sequence[PolicyStep], left: float | None) -> tuple[PolicyStep, ...]:
    """Return the steps of a policy that hold; none while nothing is known."""
    return tuple(step for step in policy if left is not None and left < step.below)


def _is_about(alert: AlertRuns, slo: Slo, group: Pairs) -> bool:
    return alert.label("slo") == slo.name and all(alert.label(name) == value for name, value in group)


def _past(period: Period, slices: Slices, allowed: float) -> PastBudget:
    usage = slices.usage(period.start, period.end)
    return PastBudget(period, usage, usage.budget_left(allowed))


def exhausted_in(slices: Slices, width: int, allowed: float) -> int | None:
    """Return in how many milliseconds the budget is gone if every slice is like the mean of the last day.

    Where the last hour burnt slower, its mean counts: an incident that is over does not go on. What leaves the rolling
    period meanwhile is taken into account: an old incident gives its share back.
    """
    last, length = slices.grid.count, _pace(slices)
    recent = slices.latest(length)
    known = recent.known * min(last, slices.steps(length))
    if not known:
        return None
    ahead = np.arange(width + 1)
    bad, total = (
        sums[last] - sums[last - width :] + ahead * more / known
        for sums, more in ((slices.bad, recent.bad), (slices.total, recent.total))
    )
    gone = np.flatnonzero(bad > allowed * total)
    return int(gone[0]) * slices.grid.step if len(gone) else None


def _pace(slices: Slices) -> int:
    """Return the length of the time, the last day or the last hour, that tells how the budget will be spent."""
    day, hour = slices.latest(DAY.ms).error_ratio, slices.latest(HOUR.ms).error_ratio
    return HOUR.ms if day is not None and hour is not None and hour < day else DAY.ms


def _overspent(slices: Slices, width: int, allowed: float, start: int) -> Iterator[Overspent]:
    """Find when the rolling budget was below 0; pauses of less than an hour do not count."""
    first = slices.upto(start)
    left = 1 - slices.error_ratios(width)[first:] / allowed
    for begin, end in stretches(left < 0, slices.steps(HOUR.ms)):
        is_over = first + end < slices.grid.count
        until = slices.end(first + end + 1) if is_over else None
        yield Overspent(slices.end(first + begin + 1) if begin else None, until, float(np.nanmin(left[begin:end])))


def _curve(slices: Slices, first: int, allowed: float) -> Iterator[Point]:
    """Draw how the budget of the period was spent: from 1 at its beginning to what is left now."""
    last = slices.grid.count
    whole = allowed * slices.between(first, last).total
    size = max(1, (last - first) // POINTS)
    if not whole:
        return
    burns = slices.error_ratios(slices.steps(HOUR.ms)) / allowed
    for before in range(first, last, size):
        index = min(before + size, last)
        known = burns[before:index][~np.isnan(burns[before:index])]
        burn = float(known.max()) if len(known) else None
        yield Point(slices.end(index), 1 - slices.between(first, index).bad / whole, burn)
