"""Another level: round, as near as it can be, and never at the price of an incident."""

from __future__ import annotations

from sloctl.evidence.firings import Bout
from sloctl.evidence.suggest import better_level, levels_beyond

NOISE = [Bout(start=100 * number, end=100 * number + 10) for number in range(20)]
INCIDENT = Bout(start=5000, end=6000)


def rung(level: float) -> list[Bout]:
    """Ring at every noise below 120, and in the incident below 700."""
    return [*(NOISE if level < 120 else ()), *([INCIDENT] if level < 700 else ())]


def test_levels_are_round_and_lie_between() -> None:
    """The nearest first, above and below, and not the level itself."""
    assert [120.0, 150.0, 200.0, 250.0] == list(levels_beyond(100, 290))
    assert [0.08, 0.06, 0.05] == list(levels_beyond(0.1, 0.045))
    assert [-2.5, -3.0] == list(levels_beyond(-2, -3.5))
    assert [6000.0, 8000.0, 10_000.0] == list(levels_beyond(5000, 11_000))


def test_there_is_nothing_between_a_level_and_the_other_side_of_zero() -> None:
    """Round numbers in proportion to the level make no sense there."""
    assert [] == list(levels_beyond(5, -5))
    assert [] == list(levels_beyond(0, 0))


def test_the_nearest_of_the_best_levels_wins() -> None:
    """120 is as good as 600, and closer to what was meant."""
    found = better_level(levels_beyond(100, 900), rung, now=rung(100), incidents=[INCIDENT])
    assert (120.0, 1, 1) == found


def test_no_incident_is_given_up() -> None:
    """A level beyond 700 would be quieter still, and miss it."""
    found = better_level(iter([800.0, 900.0]), rung, now=rung(100), incidents=[INCIDENT])
    assert None is found


def test_without_an_incident_no_level_is_better() -> None:
    """An alert that never rang for a reason is not mended by a level."""
    assert None is better_level(levels_beyond(100, 900), rung, now=rung(100), incidents=[])


def test_a_little_less_is_not_worth_a_word() -> None:
    """Only a level that at least halves the firings is told."""
    two = [Bout(start=0, end=1), Bout(start=10, end=11), Bout(start=20, end=21)]
    assert None is better_level(iter([2.0]), lambda _: two[:2], now=two, incidents=two[:1])
