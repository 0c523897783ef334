"""What the rules would have recorded over a history, computed offline.

`increase` extrapolates as Prometheus does (promql/functions.go, `extrapolatedRate`, of 2.42). A recording that reads
recordings finds, as there, the newest sample of the last five minutes, unless the rule had no result meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from layout.history import EVALUATION, Floats, Ints, away

LOOKBACK_STEPS = 300 // EVALUATION


def evaluations(begin: int, until: int) -> Ints:
    """Return the times at which rules are evaluated."""
    return np.arange(-(-begin // EVALUATION) * EVALUATION, until + 1, EVALUATION)


def ran(times: Ints, midnight: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell at which times Prometheus was there to evaluate."""
    present = np.ones(len(times), dtype=np.bool_)
    for begin, end in away(midnight):
        present &= ~((times > begin) & (times <= end))
    return present


def increase(scrapes: Ints, counters: Ints, times: Ints, window: int) -> Floats:
    """Return `sum(increase(x[window]))` at each time; NaN where the window holds fewer than two scrapes."""
    first = np.searchsorted(scrapes, times - window, side="left")
    last = np.searchsorted(scrapes, times, side="right") - 1
    some = last > first
    first, last = np.where(some, first, 0), np.where(some, last, 1)
    span = (scrapes[last] - scrapes[first]).astype(np.float64)
    between = span / (last - first)
    head = (scrapes[first] - (times - window)).astype(np.float64)
    tail = (times - scrapes[last]).astype(np.float64)
    tail = np.where(tail < between * 1.1, tail, between / 2)
    result = np.zeros(len(times))
    for counter in counters:
        steps = np.diff(counter, prepend=counter[:1])
        sums = np.where(steps < 0, counter, steps).cumsum()
        grown = (sums[last] - sums[first]).astype(np.float64)
        # No counter was below 0: it is not extrapolated to before the moment at which it would have been.
        to_zero = np.divide(span * counter[first], grown, out=np.full(len(times), np.inf), where=grown > 0)
        start = np.minimum(head, to_zero)
        start = np.where(start < between * 1.1, start, between / 2)
        result += grown * (span + start + tail) / span
    result[~some] = np.nan
    return result


def tiled(base: Floats, tiles: Sequence[int], present: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Floats:
    """Add up a recorded window at offsets (seconds); what is missing counts 0, NaN where all are missing."""
    index = np.arange(len(base))
    newest = np.maximum.accumulate(np.where(present, index, -1))
    total, found = np.zeros(len(base)), np.zeros(len(base), dtype=np.bool_)
    for offset in tiles:
        wanted = index - offset // EVALUATION
        at = np.where(wanted >= 0, newest[np.maximum(wanted, 0)], -1)
        there = (at >= 0) & (wanted - at <= LOOKBACK_STEPS)
        values = np.where(there, base[np.maximum(at, 0)], np.nan)
        known = ~np.isnan(values)
        total += np.where(known, values, 0)
        found |= known
    return np.where(found, total, np.nan)


def levels(
    base: Floats, plan: Mapping[int, Sequence[tuple[int, int]]], present: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> dict[int, Floats]:
    """Return every window (seconds) of a plan, which names the tiles as window and offset, shortest first."""
    first, *longer = sorted(plan)
    result = {first: base}
    for window in longer:
        parts = [
            tiled(result[size], [offset for other, offset in plan[window] if other == size], present)
            for size in dict.fromkeys(size for size, _ in plan[window])
        ]
        stacked = np.stack(parts)
        missing = np.isnan(stacked).all(axis=0)
        result[window] = np.where(missing, np.nan, np.nansum(stacked, axis=0))
    return result
