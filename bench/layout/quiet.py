"""Pages of a service that meets its objective but has little traffic: both sets of rules, evaluated offline.

Requests arrive at random (Poisson), each fails with half the budget. The counters are scraped every minute, the rules
evaluated every half minute. Both layouts see the growth of the counters between scrapes: a window of 1h is 60 scrapes.
Extrapolation multiplies bad and total of one window by the same factor, so it does not matter to a ratio.
"""

from __future__ import annotations

import numpy as np

from layout.history import Ints

MONTHS = 300
FAILURES = 0.0005
_MINUTES = 30 * 24 * 60
_WARM = 6 * 60
_PAGES = ((60, 5, 0.0144), (360, 30, 0.006))
"""Long and short window in minutes, the error ratio above which both must be."""
FLOOR = 5


def pages(per_hour: float, floor: int) -> float:
    """Return how often in 30 days a page begins, the mean of many months.

    `floor` is how many bad events the long window must hold.
    """
    random = np.random.default_rng(int(per_hour))
    return sum(_month(random, per_hour, floor) for _ in range(MONTHS)) / MONTHS


def _month(random: np.random.Generator, per_hour: float, floor: int) -> int:
    total = random.poisson(per_hour / 60, _MINUTES + _WARM)
    bad = random.binomial(total, FAILURES)
    fires = np.zeros(_MINUTES, dtype=np.bool_)
    for long, short, limit in _PAGES:
        pairs = [(_window(bad, window), _window(total, window)) for window in (long, short)]
        above = [failed > limit * seen for failed, seen in pairs]
        fires |= above[0] & above[1] & (pairs[0][0] >= floor)
    return int(np.count_nonzero(np.diff(fires.astype(np.int8), prepend=0) == 1))


def _window(events: Ints, minutes: int) -> Ints:
    sums = np.concatenate(([0], events.cumsum()))
    ends = np.arange(_WARM, len(events)) + 1
    return sums[ends] - sums[ends - minutes]
