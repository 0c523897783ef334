"""Two selectors that overlap: counters of which one counts a part of what the other counts.

In `total: x{job="a"}` and `bad: x{job="a",code=~"5.."}` a bad event counts in both. So the series of bad events are
chosen inside of `total` where that is possible, those of good events outside of `bad`; where the two have nothing in
common (two metrics), the total gets a series of its own that counts everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from sloctl.promql.tree import Selector
from sloctl.proof.case import Labels, Unproven
from sloctl.proof.labels import solve


class Counts(Enum):
    """What a series shows: a counter of good, bad or all events, or a gauge with the share of good ones."""

    GOOD = "good"
    BAD = "bad"
    ALL = "all"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Part:
    """One series of a group, and what it shows: events so far, or with a `window` those in so many steps."""

    labels: Labels
    counts: Counts
    window: int = 0


def parts(given: Mapping[str, Selector], by: Sequence[str], group: int) -> tuple[Part, ...]:
    """Choose the series for two of `good`, `bad` and `total`; raise Unproven when none fit."""
    if "total" not in given:
        good = solve([given["good"]], [given["bad"]], by=by, group=group)
        bad = solve([given["bad"]], [given["good"]], by=by, group=group)
        return Part(good, Counts.GOOD), Part(bad, Counts.BAD)
    side, rest = (Counts.BAD, Counts.GOOD) if "bad" in given else (Counts.GOOD, Counts.BAD)
    some, everything = given[side.value], given["total"]
    try:
        inside = solve([some, everything], by=by, group=group)
    except Unproven:
        outside = solve([everything], by=by, group=group)
        return Part(outside, Counts.ALL), Part(solve([some], by=by, group=group), side)
    try:
        return Part(solve([everything], [some], by=by, group=group), rest), Part(inside, side)
    except Unproven as stuck:
        reason = f"every series of `total` is one of `{side.value}` as well: {stuck}"
        raise Unproven(reason) from stuck
