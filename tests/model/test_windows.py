"""Windows are sums of shorter ones that cover them exactly."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sloctl.core.duration import Duration
from sloctl.model.burn import standard_tiers
from sloctl.model.windows import BASES, LONGEST_SCRAPE_INTERVAL, MAX_TILES, Level, base_window, levels


def planned(base: str, *windows: str) -> list[str]:
    """Write the plan of some windows as `1h = 2 x 30m`."""
    rows = levels(Duration.parse(base), map(Duration.parse, windows))
    return [f"{row.window} = {sums(row)}" for row in rows[1:]]


def sums(level: Level) -> str:
    """Write the tiles of a level, equal ones counted."""
    sizes = [str(tile.window) for tile in level.tiles]
    return " + ".join(f"{sizes.count(size)} x {size}" for size in dict.fromkeys(sizes))


@given(st.sampled_from(BASES), st.lists(st.integers(1, 30_000), min_size=1, max_size=8))
@settings(max_examples=300, deadline=None)
def test_tiles_cover_each_window_once(base: Duration, counts: list[int]) -> None:
    """For any windows: adjacent tiles from now to the start, recorded before, few of them, and every window there."""
    windows = {base * count for count in counts}
    rows = levels(base, windows)
    assert windows <= {row.window for row in rows}
    assert rows[0] == Level(base, ())
    assert sorted({row.window for row in rows}) == [row.window for row in rows]
    recorded = [base]
    for row in rows[1:]:
        end = Duration(0)
        for tile in row.tiles:
            assert tile.window in recorded
            assert end == tile.offset
            end = end + tile.window
        assert row.window == end
        assert 2 <= len(row.tiles) <= MAX_TILES
        recorded.append(row.window)


def test_the_standard_windows_tile_as_documented() -> None:
    """The seven levels of the standard tiers at a period of 30d."""
    tiers = standard_tiers(Duration.of(days=30), Duration.of(minutes=5))
    windows = [str(window) for tier in tiers for window in (tier.long, tier.short)]
    assert planned("5m", "30d", *windows) == [
        "30m = 6 x 5m", "1h = 2 x 30m", "2h = 2 x 1h", "6h = 3 x 2h", "1d = 4 x 6h", "3d = 3 x 1d", "30d = 10 x 3d",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("windows", "plan"),
    [
        (["2h", "28d"], ["30m = 6 x 5m", "2h = 4 x 30m", "16h = 8 x 2h", "4d16h = 7 x 16h", "28d = 6 x 4d16h"]),
        (["1d"], ["40m = 8 x 5m", "4h = 6 x 40m", "1d = 6 x 4h"]),
        (["1h25m"], ["10m = 2 x 5m", "1h25m = 8 x 10m + 1 x 5m"]),
        (["6h", "6h25m"], ["45m = 9 x 5m", "6h = 8 x 45m", "6h25m = 1 x 6h + 5 x 5m"]),
    ],
    ids=["28 days", "one long window", "17 bases, a prime number", "a little more than another"],
)
def test_other_windows_tile_with_few_terms(windows: list[str], plan: list[str]) -> None:
    """Steps between are planned where a sum would grow long, whatever the windows are."""
    assert plan == planned("5m", *windows)


@pytest.mark.parametrize(
    ("scrape", "base"), [("15s", "5m"), ("75s", "5m"), ("76s", "10m"), ("15m", "1h"), ("16m", None)]
)
def test_the_base_holds_four_scrapes(scrape: str, base: str | None) -> None:
    """The base grows with the scrape interval up to an hour; beyond that there is none."""
    found = base_window(Duration.parse(scrape))
    assert base == (found and str(found))
    assert (found is None) == (Duration.parse(scrape) > LONGEST_SCRAPE_INTERVAL)
