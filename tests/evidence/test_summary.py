"""The figures of an alert."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

from sloctl.evidence.firings import Bout
from sloctl.evidence.summary import is_night, summarise

HOUR = 3_600_000
WEEK = 7 * 24 * HOUR


def bouts(*spans: tuple[int, int]) -> list[Bout]:
    """Return bouts of hours."""
    return [Bout(start=start * HOUR, end=end * HOUR) for start, end in spans]


def test_how_often_and_how_long() -> None:
    """Times, times a week, the sum, the median and the shortest."""
    found = summarise(bouts((0, 1), (10, 13), (50, 52)), known_ms=2 * WEEK, zone=UTC)
    assert (3, 1.5) == (found.times, found.per_week)
    assert (6 * HOUR, 2 * HOUR, HOUR) == (found.firing_ms, found.median_ms, found.shortest_ms)


def test_a_flap_comes_back_within_the_hour() -> None:
    """An hour after it resolved it is a new firing."""
    later = [Bout(start=0, end=HOUR), Bout(start=2 * HOUR - 1, end=3 * HOUR), Bout(start=4 * HOUR, end=5 * HOUR)]
    assert 1 == summarise(later, known_ms=WEEK, zone=UTC).flaps


def test_the_night_is_that_of_the_zone() -> None:
    """23:00 UTC is midnight in Berlin in winter; 05:00 UTC is day there."""
    night, morning = bouts((22 + 24 * 0, 23)), bouts((5, 6))
    berlin = ZoneInfo("Europe/Berlin")
    assert [1, 1] == [summarise(night, known_ms=WEEK, zone=zone).at_night for zone in (UTC, berlin)]
    assert [1, 0] == [summarise(morning, known_ms=WEEK, zone=zone).at_night for zone in (UTC, berlin)]
    assert 1 == summarise(night, known_ms=WEEK, zone=berlin).hours[23]


def test_the_night_begins_at_ten_and_ends_at_six() -> None:
    """22:00 to 05:59."""
    assert [22, 23, 0, 1, 2, 3, 4, 5] == sorted(
        (hour for hour in range(24) if is_night(hour)), key=lambda h: (h < 12, h)
    )


def test_nothing_fired() -> None:
    """All figures are 0, also when nothing is known."""
    found = summarise([], known_ms=0, zone=UTC)
    assert (0, 0.0, 0, 0, 0, 0, 0, False) == (
        found.times, found.per_week, found.firing_ms, found.median_ms, found.shortest_ms, found.flaps, found.at_night,
        found.is_firing,
    )  # fmt: skip
