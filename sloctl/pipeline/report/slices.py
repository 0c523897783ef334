"""Bad and valid events per base window, and sums of them over any stretch of time.

The recorded windows of an SLO are sums of adjacent base windows (`sloctl.model.windows`). So a sum of slices over a
period is what the rules record for the period at its end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sloctl.evidence.samples import Floats, Grid, Samples
from sloctl.pipeline.report.model import Usage

_ROUNDING = 1e-12
"""Of a sum: more than the error of its last digits (2**-53, some thousand times), less than any count of events."""


@dataclass(frozen=True, slots=True)
class Slices:
    """Sums of events up to each slice, from 0 on: one more than there are slices.

    A slice ends at a time of the grid and is as long as its step; one that is missing counts 0.
    """

    grid: Grid
    bad: Floats
    total: Floats
    seen: Floats

    @classmethod
    def of(cls, grid: Grid, bad: Samples, total: Samples) -> Slices:
        """Add up once what is asked for again and again."""
        return cls(grid, _sums(bad.numbers), _sums(total.numbers), _sums(total.there))

    def upto(self, time: int) -> int:
        """Count the slices that end at a time or before."""
        return min(max((time - self.grid.start) // self.grid.step + 1, 0), self.grid.count)

    def end(self, count: int) -> int:
        """Return when so many slices have ended; with 0, when the first one begins."""
        return self.grid.time(count - 1)

    def steps(self, length: int) -> int:
        """Count the slices in a length of time, at least one."""
        return max(1, length // self.grid.step)

    def usage(self, start: int, end: int) -> Usage:
        """Return the events of the slices that end after `start` and not after `end`."""
        return self.between(self.upto(start), self.upto(end))

    def latest(self, length: int) -> Usage:
        """Return the events of the newest slices."""
        return self.between(max(0, self.grid.count - self.steps(length)), self.grid.count)

    def between(self, first: int, last: int) -> Usage:
        """Return the events of the slices from one index to another (excluded)."""
        bad, total = (float(self._clean(sums[last] - sums[first], sums)) for sums in (self.bad, self.total))
        known = float(self.seen[last] - self.seen[first]) / (last - first) if last > first else 0.0
        return Usage(bad, total, known)

    def error_ratios(self, width: int) -> Floats:
        """Return, for every slice, the error ratio of so many slices up to it; NaN where there were no events."""
        bad, total = (self._clean(sums[1:] - _before(sums, width), sums) for sums in (self.bad, self.total))
        ratio = np.full(self.grid.count, np.nan)
        np.divide(bad, total, out=ratio, where=total > 0)
        return ratio

    @property
    def first_seen(self) -> int:
        """The index of the first slice that was measured; their number when none was."""
        return int(np.searchsorted(self.seen, 1)) - 1 if self.seen[-1] else self.grid.count

    @property
    def past_seen(self) -> int:
        """The index after the last slice that was measured; 0 when none was."""
        return int(np.searchsorted(self.seen, self.seen[-1]))

    def _clean(self, grown: Floats, sums: Floats) -> Floats:
        """Let what is left of rounding, where nothing was added, be 0."""
        return np.where(grown > _ROUNDING * sums[-1], grown, 0.0)


def _sums(values: np.typing.ArrayLike) -> Floats:
    return np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))


def _before(sums: Floats, width: int) -> Floats:
    """Return the sums where each window begins; one that would reach beyond the first slice begins with it."""
    count = len(sums) - 1
    return np.concatenate((np.zeros(min(width, count + 1) - 1), sums[: max(0, count - width + 1)]))
