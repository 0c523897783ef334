"""The periods of a report: rolling ones that end now, or months and quarters of a calendar."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sloctl.core.duration import Duration
from sloctl.core.errors import UsageError
from sloctl.pipeline.report.model import Period

CALENDARS = {"month": 1, "quarter": 3}
"""How many months each has."""


UTC_NAME = "UTC"


def time_zone(name: str) -> tzinfo:
    """Return a time zone by its name in the IANA database; raise UsageError for an unknown one.

    UTC is there on systems without the database too.
    """
    if name == UTC_NAME:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(f"`{name}` is no time zone that is known here", "write it as `Europe/Berlin`") from error


def rolling(until: int, period: Duration, last: int) -> tuple[Period, ...]:
    """Return the last periods, one after the other, the newest ending at `until`; oldest first."""
    ends = [until - back * period.ms for back in reversed(range(last))]
    return tuple(Period("", end - period.ms, end) for end in ends)


def calendar(until: int, unit: str, last: int, zone: tzinfo) -> tuple[Period, ...]:
    """Return the month or quarter of `until`, as far as it has come, and those before it; oldest first."""
    months = CALENDARS[unit]
    now = datetime.fromtimestamp((until - 1) / 1000, zone)  # at midnight of the 1st, the month that ends
    running = (now.year * 12 + now.month - 1) // months
    found = [_calendar_period(number, months, zone) for number in range(running - last + 1, running + 1)]
    return tuple(
        Period(each.name, each.start, min(each.end, until), each.end <= until) for each in found if each.start < until
    )


def _calendar_period(number: int, months: int, zone: tzinfo) -> Period:
    year, month = divmod(number * months, 12)
    name = f"{year}-{month + 1:02}" if months == 1 else f"{year} Q{month // 3 + 1}"
    return Period(name, _month_start(number * months, zone), _month_start((number + 1) * months, zone))


def _month_start(months: int, zone: tzinfo) -> int:
    """Return when a month begins, counted from that of year 0."""
    return round(1000 * datetime(months // 12, months % 12 + 1, 1, tzinfo=zone).timestamp())
