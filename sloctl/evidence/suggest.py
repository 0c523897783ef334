"""Another level for an alert: fewer firings, and every incident that it caught still caught."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10

from sloctl.evidence.firings import Bout, touching

_NICE = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
_DECADES = 6
"""A level a million times as high is no longer the same alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A level that would have fired `times` instead of `now`, and in all `caught` incidents.

    `field` is what the level is called in the spec; `incidents` says what counts as one.
    """

    field: str
    level: float
    instead: float
    times: int
    now: int
    caught: int
    incidents: str


def levels_beyond(level: float, extreme: float) -> Iterator[float]:
    """Yield round numbers between a level (not included) and the most extreme value that was seen, nearest first."""
    is_above = extreme > level
    sign = 1 if extreme > 0 else -1
    near, far = sorted((abs(level), abs(extreme)))
    if level * extreme < 0 or not far:
        return
    first = floor(log10(near or far / 10**_DECADES))
    rounds = (sign * nice * 10.0**power for power in range(first, first + _DECADES + 1) for nice in _NICE)
    between = sorted(round(each, 12) for each in rounds if min(level, extreme) < each < max(level, extreme))
    yield from between if is_above else reversed(between)


def better_level(
    levels: Iterator[float],
    replay: Callable[[float], Sequence[Bout]],
    *,
    now: Sequence[Bout],
    incidents: Sequence[Bout],
) -> tuple[float, int, int] | None:
    """Return the level with the fewest bouts that still rings in every incident in which it rings `now`.

    The nearest of equals wins. The result is the level, its bouts and the incidents; None when no level halves the
    bouts, and when it rings in no incident: then no level makes it worth while.
    """
    caught = [each for each, rung in zip(incidents, touching(incidents, now), strict=True) if rung]
    best: tuple[float, int, int] | None = None
    for level in levels if caught else ():
        rung = replay(level)
        if not touching(caught, rung).all():
            break  # a level beyond this one catches even less
        if 2 * len(rung) <= len(now) and (best is None or len(rung) < best[1]):
            best = (level, len(rung), len(caught))
    return best
