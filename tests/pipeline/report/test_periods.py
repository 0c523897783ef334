"""Periods: rolling ones, and months and quarters of a time zone."""

from __future__ import annotations

from datetime import datetime

import pytest

from sloctl.core.duration import Duration
from sloctl.core.errors import UsageError
from sloctl.pipeline.report.model import Period
from sloctl.pipeline.report.periods import calendar, rolling, time_zone


def ms(text: str) -> int:
    """Return unix milliseconds."""
    return round(1000 * datetime.fromisoformat(text).timestamp())


def test_rolling_periods_adjoin_and_end_now() -> None:
    """The newest ends now, and each begins where the one before it ends."""
    day = Duration.of(days=1)
    assert (Period("", -day.ms, 0), Period("", 0, day.ms)) == rolling(day.ms, day, 2)


def test_months_begin_at_midnight_of_the_zone() -> None:
    """October in Berlin has an hour more than 31 days, for its change of the clock; the running month is not over."""
    found = calendar(ms("2026-11-23T12:00:00Z"), "month", 3, time_zone("Europe/Berlin"))
    assert found == (
        Period("2026-09", ms("2026-09-01T00:00:00+02:00"), ms("2026-10-01T00:00:00+02:00")),
        Period("2026-10", ms("2026-10-01T00:00:00+02:00"), ms("2026-11-01T00:00:00+01:00")),
        Period("2026-11", ms("2026-11-01T00:00:00+01:00"), ms("2026-11-23T12:00:00Z"), is_over=False),
    )
    assert 31 * 86_400_000 + 3_600_000 == found[1].end - found[1].start


def test_quarters_have_three_months_and_cross_years() -> None:
    """The quarters before the running one are named after their own years."""
    found = calendar(ms("2026-02-10T00:00:00Z"), "quarter", 3, time_zone("UTC"))
    assert ["2025 Q3", "2025 Q4", "2026 Q1"] == [each.name for each in found]
    assert (ms("2025-10-01T00:00:00Z"), ms("2026-01-01T00:00:00Z")) == (found[1].start, found[1].end)


def test_a_month_that_ends_now_is_over() -> None:
    """At midnight of the first, the report is about the month before, and about nothing that is empty."""
    [found] = calendar(ms("2026-11-01T00:00:00Z"), "month", 1, time_zone("UTC"))
    assert Period("2026-10", ms("2026-10-01T00:00:00Z"), ms("2026-11-01T00:00:00Z")) == found


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../etc/passwd", ""])
def test_an_unknown_zone_is_refused(name: str) -> None:
    """The message says how zones are written."""
    with pytest.raises(UsageError, match="no time zone") as refused:
        time_zone(name)
    assert "write it as `Europe/Berlin`" == refused.value.help
