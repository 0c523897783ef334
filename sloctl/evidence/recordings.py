"""What the recording rules of an SLO would have recorded, computed from the samples of the base window.

The rules are those of `sloctl.pipeline.plan.recordings`; each function here does to whole series what one of them
does at one evaluation, with the same operations in the same order, so that the results are the same numbers.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from operator import add

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
    values, present = array("d", bytes(8 * grid.count)), 0
    for tile in tiles:
        seen = recorded[tile.window].shifted(grid.steps(tile.offset.ms))
        values = array("d", map(add, values, seen.values))
        present |= int.from_bytes(seen.present, "little")  # bytes have no `|`, and a loop over them is slow
    return Samples(values, present.to_bytes(grid.count, "little"))


def or_zero(bad: Samples, total: Samples) -> Samples:
    """Return `bad or 0 * total`: where events were counted and none is known to have failed, none has."""
    present = int.from_bytes(bad.present, "little") | int.from_bytes(total.present, "little")
    return Samples(bad.values, present.to_bytes(len(bad), "little"))


def reaches(levels: Sequence[Level]) -> dict[Duration, Duration]:
    """Return for every window how far back longer windows read its samples."""
    found = {level.window: Duration(0) for level in levels}
    for tile in (tile for level in levels for tile in level.tiles):
        found[tile.window] = max(found[tile.window], tile.offset)
    return found


def error_ratio(bad: Samples, total: Samples) -> Samples:
    """Divide `bad / (total > 0)`: there is no ratio where there were no events."""
    present = bytes(there and here and value > 0 for there, here, value in _both(bad, total))
    pairs = zip(bad.values, total.values, present, strict=True)
    return Samples(array("d", (part / whole if kept else 0.0 for part, whole, kept in pairs)), present)


def _both(bad: Samples, total: Samples) -> zip[tuple[int, int, float]]:
    return zip(bad.present, total.present, total.values, strict=True)


def budget_remaining(ratio: Samples, budget: float) -> Samples:
    """Return `1 - ratio / budget`: 1 is a whole error budget, 0 none."""
    pairs = zip(ratio.values, ratio.present, strict=True)
    return Samples(array("d", (1 - value / budget if kept else 0.0 for value, kept in pairs)), ratio.present)


def burn_rate(ratio: Samples, budget: float) -> Samples:
    """Return `ratio / budget`: how many times faster than allowed the budget is spent."""
    return Samples(array("d", (value / budget for value in ratio.values)), ratio.present)
