"""Durations as Prometheus writes them: `90s`, `1h30m`, `30d`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, total_ordering

# A year is 365 days and a week 7, as in Prometheus (model.ParseDuration).
_UNITS = {"y": 31_536_000_000, "w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_WRITTEN = ("d", "h", "m", "s", "ms")

_DIGITS = {"y": 1, "w": 2, "d": 5, "h": 4, "m": 6, "s": 7, "ms": 9}

PATTERN = f"^{''.join(f'([0-9]{{1,{digits}}}{unit})?' for unit, digits in _DIGITS.items())}$"
"""What a spec may say: units from large to small, each at most once (the empty text matches too).

Prometheus counts nanoseconds in 64 bits, which is 292 years; so few digits stay below that.
"""

_WHOLE = re.compile("".join(f"([0-9]+{unit})?" for unit in _UNITS))
_PART = re.compile(r"([0-9]+)(ms|[ywdhms])")


@total_ordering
@dataclass(frozen=True, slots=True)
class Duration:
    """A span of time in whole milliseconds; `str()` gives the text Prometheus reads."""

    ms: int

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read `1h30m`; raise ValueError for anything Prometheus would refuse."""
        return cls(_milliseconds(text))

    @classmethod
    def of(cls, *, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0) -> Duration:
        """Add up whole units."""
        return cls(1000 * (seconds + 60 * (minutes + 60 * (hours + 24 * days))))

    @property
    def seconds(self) -> Decimal:
        """The length in seconds, exactly."""
        return Decimal(self.ms) / 1000

    def __str__(self) -> str:
        """Days and smaller only: `7d`, not `1w`, because the windows of an SLO are counted in days."""
        return _written(self.ms)

    def __lt__(self, other: Duration) -> bool:
        return self.ms < other.ms

    def __mul__(self, times: int) -> Duration:
        return Duration(self.ms * times)

    def __add__(self, other: Duration) -> Duration:
        return Duration(self.ms + other.ms)

    def __sub__(self, other: Duration) -> Duration:
        return Duration(self.ms - other.ms)


@lru_cache(maxsize=1024)  # the rules of a project share few durations
def _milliseconds(text: str) -> int:
    if not text or not _WHOLE.fullmatch(text):
        raise ValueError(f"not a duration: {text!r}")
    return sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(text))


@lru_cache(maxsize=1024)  # a compile run writes few durations, each of them very often
def _written(ms: int) -> str:
    rest, parts = ms, []
    for unit in _WRITTEN:
        count, rest = divmod(rest, _UNITS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
