"""Long windows as sums of shorter ones that were recorded already, so that only the base reads raw counters.

`increase1h(t) = increase30m(t) + increase30m(t - 30m)`. Tiles may differ in size (28d = 9 x 3d + 1d), so every
window that is a multiple of the base has a tiling; intermediate levels are added only to keep sums short.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sloctl.core.duration import Duration

BASES = tuple(Duration.of(minutes=minutes) for minutes in (5, 10, 15, 30, 60))
MAX_TILES = 16
"""A longer sum is hard to read; an intermediate level ten times the largest tile shortens it."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A recorded window, shifted into the past by `offset`."""

    window: Duration
    offset: Duration


@dataclass(frozen=True, slots=True)
class Level:
    """A window and the tiles that add up to it. The base has no tiles: it reads raw series."""

    window: Duration
    tiles: tuple[Tile, ...]


def base_window(scrape_interval: Duration) -> Duration | None:
    """Return the shortest base that holds four scrapes (5m up to 75s); None when even the longest does not.

    Four, because `increase` needs two samples and one or two scrapes may fail.
    """
    return next((base for base in BASES if base >= scrape_interval * 4), None)


def levels(base: Duration, windows: Iterable[Duration]) -> tuple[Level, ...]:
    """Plan the recorded windows, shortest first; each is a sum of shorter ones.

    Every window must be a whole multiple of the base (see `is_tileable`).
    """
    planned = [base]
    result = [Level(base, ())]
    for window in sorted(set(windows) - {base}):
        while len(tiles := tile(window, planned)) > MAX_TILES:
            step = planned[-1] * 10
            result.append(Level(step, tile(step, planned)))
            planned.append(step)
        if window not in planned:
            result.append(Level(window, tiles))
            planned.append(window)
    return tuple(result)


def is_tileable(window: Duration, base: Duration) -> bool:
    """Tell whether a window is a whole multiple of the base."""
    return window.ms >= base.ms and window.ms % base.ms == 0


def tile(window: Duration, recorded: Sequence[Duration]) -> tuple[Tile, ...]:
    """Cover a window with recorded ones, the largest first, from now into the past."""
    tiles: list[Tile] = []
    covered = Duration(0)
    for size in sorted(recorded, reverse=True):
        while covered + size <= window:
            tiles.append(Tile(size, covered))
            covered += size
    return tuple(tiles)
