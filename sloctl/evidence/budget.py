"""Where an error budget went: events in any span of time, and the stretches in which it was lost."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sloctl.core.duration import Duration
from sloctl.evidence.firings import Bout, runs
from sloctl.evidence.replay import Windows
from sloctl.evidence.samples import Bools, Grid, Samples

HOUR = Duration.of(hours=1)
"""The window that tells whether a budget is being lost, and how far apart two losses are."""


@dataclass(frozen=True, slots=True)
class Events:
    """Bad and valid events."""

    bad: float = 0.0
    total: float = 0.0

    @property
    def ratio(self) -> float | None:
        """The error ratio; None without events."""
        return self.bad / self.total if self.total > 0 else None

    def __add__(self, other: Events) -> Events:
        return Events(self.bad + other.bad, self.total + other.total)


@dataclass(frozen=True, slots=True)
class Counted:
    """One group of an SLO: bad and total events in the base window that ends at each evaluation."""

    bad: Samples
    total: Samples
    grid: Grid
    base: Duration

    def events(self, start: int, end: int) -> Events:
        """Count the events after `start` up to `end` (unix milliseconds) as the rules do: base windows back from `end`.

        Where the length is a multiple of the base, it is the very sum that is recorded for a window of this length; of
        the oldest base window of any other length, the share that lies within counts.
        """
        last = self.grid.index(end + 1) - 1
        whole, rest = divmod(max(0, end - start), self.base.ms)
        shares = np.ones(whole + 1)
        shares[whole] = rest / self.base.ms
        index = last + (-self.base.ms * np.arange(whole + 1)) // self.grid.step
        known = (index >= 0) & (shares > 0)
        at, weights = index[known], shares[known]
        return Events(float(self.bad.numbers[at] @ weights), float(self.total.numbers[at] @ weights))

    @property
    def known_since(self) -> int | None:
        """The first evaluation that knew of any event or of none; None when no evaluation did."""
        found = np.flatnonzero(self.total.there)
        return self.grid.time(int(found[0])) if len(found) else None

    def known_ms(self, start: int, end: int) -> int:
        """Return for how long between two times the total was known."""
        return self.grid.step * int(self.total.there[self.grid.index(start) : self.grid.index(end)].sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A stretch in which the budget went faster than it may: `share` is how much of a whole period's budget went."""

    start: int
    end: int
    bad: float
    share: float

    @property
    def bout(self) -> Bout:
        """When it was."""
        return Bout(start=self.start, end=self.end)


def losses(counted: Counted, windows: Windows, *, budget: float, allowed: float) -> list[Loss]:
    """Return the stretches in which the error ratio of an hour was above the error budget.

    Stretches less than an hour apart are one. Begin and end are those of the base windows above the budget. `allowed`
    is how many bad events the budget of a whole period holds.
    """
    burning, at_once = windows.burns(HOUR, budget), windows.burns(counted.base, budget)
    spans = (_edges(first, past, at_once, counted) for first, past in runs(_joined(burning, counted.grid)))
    return [_loss(counted, start, end, allowed) for start, end in spans]


def _joined(burning: Bools, grid: Grid) -> Bools:
    """Fill the pauses of less than an hour."""
    filled = burning.copy()
    stretches = runs(burning)
    for (_, past), (first, _) in pairwise(stretches):
        if (first - past) * grid.step < HOUR.ms:
            filled[past:first] = True
    return filled


def _edges(first: int, past: int, at_once: Bools, counted: Counted) -> tuple[int, int]:
    """Find when the errors began and ended; an hour shows them for an hour longer than they last."""
    grid = counted.grid
    low = max(0, first - grid.steps(counted.base.ms))
    found = np.flatnonzero(at_once[low:past])
    begin, last = (low + int(found[0]), low + int(found[-1])) if len(found) else (first, past - 1)
    start = grid.time(begin)
    return start, max(start + grid.step, grid.time(last) - counted.base.ms)


def _loss(counted: Counted, start: int, end: int, allowed: float) -> Loss:
    bad = counted.events(start - counted.base.ms, end + counted.base.ms).bad
    return Loss(start=start, end=end, bad=bad, share=bad / allowed if allowed else 0.0)
