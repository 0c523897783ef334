"""How an alert behaved: how often, for how long, how often again, at which hours. It does not matter who knows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise
from statistics import median

from sloctl.core.duration import Duration
from sloctl.evidence.firings import Bout

AGAIN_WITHIN = Duration.of(hours=1)
"""An alert that fires again so soon after it has resolved flaps."""
NIGHT_BEGINS, NIGHT_ENDS = 22, 6
"""Hours of the day between which a page wakes somebody up."""
WEEK = Duration.of(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The figures of an alert; times are milliseconds. `hours` counts the beginnings in each hour of the day."""

    times: int
    per_week: float
    firing_ms: int
    median_ms: int
    shortest_ms: int
    flaps: int
    hours: tuple[int, ...]
    is_firing: bool

    @property
    def flaps_per_week(self) -> float:
        """How often it came back within the hour, by week."""
        return self.flaps * self.per_week / self.times if self.times else 0.0

    @property
    def at_night(self) -> int:
        """How often it began at night."""
        return sum(count for hour, count in enumerate(self.hours) if is_night(hour))


def is_night(hour: int) -> bool:
    """Tell whether an hour of the day (0 to 23) belongs to the night."""
    return hour >= NIGHT_BEGINS or hour < NIGHT_ENDS


def summarise(bouts: Sequence[Bout], *, known_ms: int, zone: tzinfo) -> Summary:
    """Sum up bouts, in the order of time, out of `known_ms` of history; hours are those of a time zone."""
    lengths = [bout.ms for bout in bouts]
    begun = [datetime.fromtimestamp(bout.start / 1000, zone).hour for bout in bouts]
    return Summary(
        times=len(bouts),
        per_week=len(bouts) * WEEK.ms / known_ms if known_ms else 0.0,
        firing_ms=sum(lengths),
        median_ms=round(median(lengths)) if lengths else 0,
        shortest_ms=min(lengths, default=0),
        flaps=sum(later.start - earlier.end < AGAIN_WITHIN.ms for earlier, later in pairwise(bouts)),
        hours=tuple(begun.count(hour) for hour in range(24)),
        is_firing=any(bout.is_open for bout in bouts),
    )
