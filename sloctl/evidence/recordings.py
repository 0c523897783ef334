"""What the recording rules of an SLO would have recorded, computed from the samples of the base window.

The rules are those of `sloctl.pipeline.plan.recordings`; each function here does to whole series what one of them
does at one evaluation, with the same operations in the same order, so that the results are the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sloctl.core.duration import Duration
from sloctl.evidence.samples import Grid, Samples
from sloctl.model.windows import Level, Tile


def all_levels(base: Samples, levels: Sequence[Level], grid: Grid) -> dict[Duration, Samples]:
    """Return the samples of every window; `levels` are ordered from short to long and begin with the base."""
    recorded: dict[Duration, Samples] = {}
    for level in levels:
        recorded[level.window] = _tiled(level.tiles, recorded, grid) if level.tiles else base
    return recorded


def _tiled(tiles: Sequence[Tile], recorded: Mapping[Duration, Samples], grid: Grid) -> Samples:
    """Add up the tiles that are there; where none is, there is no sum."""
    numbers, there = np.zeros(grid.count), np.zeros(grid.count, dtype=np.bool_)
    for tile in tiles:
        late = min(grid.count, grid.steps(tile.offset.ms))
        seen, kept = recorded[tile.window], grid.count - late
        numbers[late:] += seen.numbers[:kept]
        there[late:] |= seen.there[:kept]
    return Samples.of(numbers, there)


def or_zero(bad: Samples, total: Samples) -> Samples:
    """Return `bad or 0 * total`: where events were counted and none is known to have failed, none has."""
    return Samples(bad.values, (bad.there | total.there).tobytes())


def reaches(levels: Sequence[Level]) -> dict[Duration, Duration]:
    """Return for every window how far back longer windows read its samples."""
    found = {level.window: Duration(0) for level in levels}
    for tile in (tile for level in levels for tile in level.tiles):
        found[tile.window] = max(found[tile.window], tile.offset)
    return found


def error_ratio(bad: Samples, total: Samples) -> Samples:
    """Divide `bad / (total > 0)`: there is no ratio where there were no events."""
    there = bad.there & total.there & (total.numbers > 0)
    ratio = np.zeros(len(bad))
    np.divide(bad.numbers, total.numbers, out=ratio, where=there)
    return Samples.of(ratio, there)


def budget_remaining(ratio: Samples, budget: float) -> Samples:
    """Return `1 - ratio / budget`: 1 is a whole error budget, 0 none."""
    return Samples.of(np.where(ratio.there, 1 - ratio.numbers / budget, 0.0), ratio.there)


def burn_rate(ratio: Samples, budget: float) -> Samples:
    """Return `ratio / budget`: how many times faster than allowed the budget is spent."""
    return Samples.of(ratio.numbers / budget, ratio.there)
