"""When the alerts of an SLO hold, computed from its windows as their expressions in the rules say it.

The expressions are those of `sloctl.pipeline.plan.alerts`; the numbers in them are the ones that are written there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text
from sloctl.evidence.samples import Bools, Grid, Samples
from sloctl.model.burn import Tier


@dataclass(frozen=True, slots=True)
class Windows:
    """Bad and total events of one group of an SLO, in every window that the rules record."""

    bad: Mapping[Duration, Samples]
    total: Mapping[Duration, Samples]

    def burns(self, window: Duration, factor: float) -> Bools:
        """Return where `bad > factor * total` holds."""
        bad, total = self.bad[window], self.total[window]
        burning: Bools = bad.there & total.there & (bad.numbers > factor * total.numbers)
        return burning


def tier_holds(windows: Windows, tier: Tier, *, error_budget: Decimal, floor: float) -> Bools:
    """Return where a tier's expression holds: both windows burn too fast, with `floor` bad events in the long one."""
    factor = float(decimal_text(tier.burn_rate, 6)) * float(decimal_text(error_budget))
    holds = windows.burns(tier.long, factor) & windows.burns(tier.short, factor)
    if floor > 0:
        holds &= windows.bad[tier.long].numbers >= floor
    return holds


def is_missed(total: Samples, grid: Grid, *, within: Duration, every: Duration) -> Bools:
    """Return where `count_over_time(total[within:every]) unless total` holds.

    A subquery looks at the multiples of its step, be they on the grid or between two evaluations, and (as Prometheus 2
    does; 3 leaves it out) at the one that lies exactly `within` ago.
    """
    if not grid.count:
        return np.zeros(0, dtype=np.bool_)
    times = grid.start + grid.step * np.arange(grid.count, dtype=np.int64)
    newest, oldest = times // every.ms, -(-(times - within.ms) // every.ms)
    looked = np.arange(oldest[0], newest[-1] + 1)
    index = (looked * every.ms - grid.start) // grid.step
    seen = (index >= 0) & (index < grid.count)
    seen[seen] = total.there[index[seen]]
    counts = np.concatenate(([0], np.cumsum(seen)))
    was_there = counts[newest - looked[0] + 1] - counts[oldest - looked[0]] > 0
    missed: Bools = was_there & ~total.there
    return missed
