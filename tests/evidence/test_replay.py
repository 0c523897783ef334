"""The conditions of an SLO's alerts at the edges; the whole is held against Prometheus in tests/e2e."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from sloctl.core.duration import Duration
from sloctl.evidence.replay import Windows, is_missed, tier_holds
from sloctl.evidence.samples import Grid, Samples
from sloctl.model.burn import Tier

MINUTE = Duration.of(minutes=1)
LONG, SHORT = MINUTE * 60, MINUTE * 5
TIER = Tier(name="fast", notify="page", budget=Decimal("0.02"), long=LONG, short=SHORT, period=Duration.of(days=30))


def holds(bad_long: float, bad_short: float, *, floor: float = 0, there: bool = True) -> bool:
    """Judge one evaluation of the fast tier at 99.9 %: 1,000 events in the hour, 100 in the five minutes."""

    def one(value: float) -> Samples:
        return Samples.of(np.array([value if there else 0.0]), np.array([there]))

    windows = Windows({LONG: one(bad_long), SHORT: one(bad_short)}, {LONG: one(1000.0), SHORT: one(100.0)})
    return bool(tier_holds(windows, TIER, error_budget=Decimal("0.001"), floor=floor)[0])


def test_both_windows_must_burn_faster() -> None:
    """More than 14.4 of 1,000 and more than 1.44 of 100; exactly as much is not more."""
    assert holds(14.5, 1.5)
    assert not holds(14.4, 1.5)
    assert not holds(14.5, 1.44)


def test_the_floor_is_reached_by_as_many_events() -> None:
    """`>=`: five are enough for a floor of five."""
    assert holds(20.0, 20.0, floor=20)
    assert not holds(20.0, 20.0, floor=21)


def test_nothing_holds_where_nothing_is_known() -> None:
    """Without samples there is nothing to compare."""
    assert not holds(99.0, 99.0, there=False)


def missed(present: list[bool], step: Duration = MINUTE * 10) -> list[bool]:
    """Return where `count_over_time(total[1h:30m]) unless total` holds, from time 0 on."""
    total = Samples.of(np.zeros(len(present)), np.array(present))
    grid = Grid(0, step.ms, len(present))
    return is_missed(total, grid, within=MINUTE * 60, every=MINUTE * 30).tolist()


def test_what_was_there_within_the_time_is_missed() -> None:
    """Seen at 0m (a multiple of 30m), gone from 10m on: missed until the hour is over, its end included."""
    assert [False, *[True] * 6, False, False] == missed([True, *[False] * 8])


def test_what_was_seen_between_the_looks_is_not_missed() -> None:
    """There at 10m and 20m only, where the subquery does not look."""
    assert [False] * 6 == missed([False, True, True, False, False, False])


def test_nothing_is_missed_that_never_was() -> None:
    """Nor in an empty history."""
    assert [False] * 5 == missed([False] * 5)
    assert [] == missed([])
