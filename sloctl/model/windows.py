"""Long windows as sums of shorter ones that were recorded already, so that only the base reads raw counters.

`increase1h(t) = increase30m(t) + increase30m(t - 30m)`. Tiles may differ in size (28d = 9 x 3d + 1d), so every
window that is a multiple of the base has a tiling; steps between are added only to keep sums short.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from sloctl.core.duration import Duration

BASES = tuple(Duration.of(minutes=minutes) for minutes in (5, 10, 15, 30, 60))
SCRAPES_PER_BASE = 4
"""`increase` needs two samples, and one or two scrapes may fail."""
LONGEST_SCRAPE_INTERVAL = Duration(BASES[-1].ms // SCRAPES_PER_BASE)
MAX_TILES = 16
"""A longer sum is hard to read; a step between shortens it."""


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
    """Return the shortest base that holds four scrapes (5m up to 75s); None when even the longest does not."""
    return next((base for base in BASES if base >= scrape_interval * SCRAPES_PER_BASE), None)


def levels(base: Duration, windows: Iterable[Duration]) -> tuple[Level, ...]:
    """Plan the recorded windows, shortest first; each is a sum of shorter ones.

    Every window must be a whole multiple of the base (see `is_tileable`).
    """
    return _levels(base, tuple(sorted(set(windows) - {base})))


@cache
def _levels(base: Duration, windows: tuple[Duration, ...]) -> tuple[Level, ...]:
    planned = [base]
    result = [Level(base, ())]
    for window in windows:
        for level in [*_steps(window, planned), window]:
            if level not in planned:
                result.append(Level(level, tile(level, planned)))
                planned.append(level)
    return tuple(sorted(result, key=lambda level: level.window))


def _steps(window: Duration, recorded: Sequence[Duration]) -> list[Duration]:
    """Return the levels between, shortest first, that keep the sum of a window short; mostly there are none."""
    if len(tile(window, recorded)) <= MAX_TILES:
        return []
    unit = max(size for size in recorded if window.ms % size.ms == 0)
    count = window.ms // unit.ms
    # A count with a prime factor above MAX_TILES has no factors: 8 steps and at most 7 units of rest are few enough.
    *_, last = _factors(count) or (8,)
    step = unit * (count // last)
    return [*_steps(step, recorded), step]


@cache
def _factors(count: int) -> tuple[int, ...]:
    """Return the fewest and smallest factors up to MAX_TILES whose product is `count`; nothing where there are none."""
    if count <= MAX_TILES:
        return (count,)
    products = [
        (*rest, factor)
        for factor in range(2, MAX_TILES + 1)
        if count % factor == 0 and (rest := _factors(count // factor))
    ]
    return min(products, key=lambda factors: (len(factors), sum(factors)), default=())


def is_tileable(window: Duration, base: Duration) -> bool:
    """Tell whether a window is a whole multiple of the base."""
    return window.ms >= base.ms and window.ms % base.ms == 0


def tile(window: Duration, recorded: Sequence[Duration]) -> tuple[Tile, ...]:
    """Cover a window with few recorded ones, the largest first, from now into the past."""
    sizes = sorted((size.ms for size in recorded if size <= window), reverse=True)
    choices = [sizes[start:] for start in range(len(sizes))] + [list(pair) for pair in combinations(sizes, 2)]
    covers = (cover for choice in choices if (cover := _cover(window.ms, choice)))
    tiles: list[Tile] = []
    covered = 0
    for size in min(covers, key=len):
        tiles.append(Tile(Duration(size), Duration(covered)))
        covered += size
    return tuple(tiles)


def _cover(length: int, sizes: Sequence[int]) -> list[int]:
    """Fill a length with sizes, each as often as it fits, the largest first; return nothing when a rest is left."""
    cover: list[int] = []
    for size in sizes:
        count, length = divmod(length, size)
        cover += [size] * count
    return [] if length else cover
