"""Figures of reports as a person would write them: shares, counts, and milliseconds as lengths and times."""

from __future__ import annotations

from datetime import datetime, tzinfo
from decimal import Decimal

from sloctl.core.human import decimal_text, time_text

_DAY = 86_400_000


def decimal(number: float) -> Decimal:
    """Return a number without the digits that only binary has."""
    return Decimal(f"{number:.12g}")


def share(ratio: float) -> str:
    """Write a share: `2.1 %`, `143 %`."""
    percent = decimal(100 * ratio)
    return f"{decimal_text(percent, 2 if percent < 100 else 3)} %"


def count(number: float) -> str:
    """Write a number of events: `8,632,110`, and `0.4` for what increases leave of one."""
    return f"{number:,.0f}" if number >= 10 or not number else decimal_text(decimal(number), 2)


def lasted(ms: int) -> str:
    """Write a length of time in its two largest units."""
    return time_text(Decimal(ms) / 1000)


def brief(ms: int) -> str:
    """Write a length of time in at most six characters: `45s`, `9m 30s`, `34m`, `4h 37m`, `13h`, `1d 5h`."""
    seconds = ms // 1000
    for size, finer in ((86_400, 3600), (3600, 60), (60, 1)):
        if seconds >= size:
            return lasted(1000 * (seconds - seconds % (finer if seconds < 10 * size else size)))
    return lasted(1000 * seconds)


def days_text(ms: int) -> str:
    """Write a length of time in days: `13.2 days`."""
    days = decimal_text(decimal(ms / _DAY).quantize(Decimal("0.1")))
    return f"{days} day" if days == "1" else f"{days} days"


def moment(ms: int, zone: tzinfo) -> str:
    """Write a time of day: `2026-11-23 04:05`, with seconds where it has any."""
    at = datetime.fromtimestamp(ms // 1000, zone)
    return at.strftime("%Y-%m-%d %H:%M:%S" if at.second else "%Y-%m-%d %H:%M")


def stamp(ms: int, zone: tzinfo) -> str:
    """Write a time for programs: RFC 3339."""
    return datetime.fromtimestamp(ms / 1000, zone).isoformat(timespec="milliseconds" if ms % 1000 else "seconds")
