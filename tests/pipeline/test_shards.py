"""Dealing rules out to shards: everybody gets about as much, and growth moves little."""

from collections import Counter

import pytest

from sloctl.pipeline.shards import deal, shard_of
from tests.pipeline.specs import MINIMAL, planned

NAMES = [f"slo/service-{number // 10}/endpoint-{number % 10}" for number in range(10_000)]


@pytest.mark.parametrize("shards", [2, 8, 9, 16])
def test_shards_are_of_one_size(shards: int) -> None:
    """10,000 SLOs are dealt out so that no shard differs from the mean by more than a tenth."""
    counts = Counter(shard_of(name, shards) for name in NAMES)
    assert set(range(shards)) == set(counts)
    mean = len(NAMES) / shards
    assert [] == [count for count in counts.values() if abs(count - mean) > 0.1 * mean]


def test_a_further_shard_takes_its_share_and_no_more_moves() -> None:
    """From 8 to 9 shards a ninth of the SLOs moves, all of them to the new one."""
    before, after = ({name: shard_of(name, shards) for name in NAMES} for shards in (8, 9))
    moved = [name for name in NAMES if before[name] != after[name]]
    assert {8} == {after[name] for name in moved}
    assert abs(len(moved) - len(NAMES) / 9) < 0.1 * len(NAMES) / 9


def test_groups_stay_whole_and_none_is_lost() -> None:
    """The parts of a service hold each of its groups once, as it was."""
    file = planned(MINIMAL)
    parts = deal(file, 5)
    assert sorted(file.groups, key=str) == sorted((group for _, part in parts for group in part.groups), key=str)
    assert [shard for shard, _ in parts] == sorted({shard_of(group.name, 5) for group in file.groups})


def test_the_deal_is_the_same_everywhere() -> None:
    """Which shard evaluates an SLO is fixed by its name: these must never change."""
    assert [3, 4, 4] == [shard_of(f"slo/shop/{name}", 5) for name in ("checkout", "search", "login")]
