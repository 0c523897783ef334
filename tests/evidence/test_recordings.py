"""Computed recordings are what the rules record: the same sums, the same quotients, the same gaps."""

import math

from hypothesis import given
from hypothesis import strategies as st

from sloctl.core.duration import Duration
from sloctl.evidence.recordings import all_levels, budget_remaining, burn_rate, error_ratio, or_zero, reaches
from sloctl.evidence.samples import Grid, Samples
from sloctl.model.windows import Level, levels

MINUTE = Duration.of(minutes=1)
BASE = MINUTE * 5
PLAN = levels(BASE, [MINUTE * 30, MINUTE * 60, MINUTE * 150])
"""2h30m = 2 x 1h + 1 x 30m: tiles of two sizes."""

Series = dict[int, float]


def on(grid: Grid, series: Series) -> Samples:
    """Put a series on a grid."""
    return Samples.on(grid, series.items())


def as_series(grid: Grid, samples: Samples) -> Series:
    """Return the samples that are there, by time."""
    return {grid.time(index): samples.values[index] for index in range(grid.count) if samples.present[index]}


def evaluated(grid: Grid, level: Level, recorded: dict[Duration, Series]) -> Series:
    """Evaluate the rule of a window at one time after the other, as Prometheus does."""
    result: Series = {}
    for index in range(grid.count):
        seen = [newest(recorded[tile.window], grid.time(index) - tile.offset.ms, grid.step) for tile in level.tiles]
        there = [value for value in seen if value is not None]
        if there:
            result[grid.time(index)] = math.fsum(there)
    return result


def newest(series: Series, at: int, step: int) -> float | None:
    """Return the sample of the last evaluation at or before a time, if that evaluation recorded one."""
    return next((series[time] for time in range(at, at - step, -TICK) if time in series), None)


TICK = 10_000
"""Every time of these tests is a multiple of ten seconds."""
STEPS = st.sampled_from([60_000, 100_000, 300_000, 70_000])
"""The last divides no window, so an offset finds a sample that is a little older."""
BASES = st.dictionaries(st.integers(0, 60), st.integers(0, 1000).map(float), max_size=60)


@given(STEPS, BASES)
def test_every_window_is_what_its_rule_records(step: int, base: dict[int, float]) -> None:
    """For any base samples, with any gaps, each level equals the rule evaluated time by time."""
    grid = Grid(0, step, 61)
    series = {grid.time(index): value for index, value in base.items()}
    computed = all_levels(on(grid, series), PLAN, grid)
    expected = {BASE: series}
    for level in PLAN[1:]:
        expected[level.window] = evaluated(grid, level, expected)
    assert expected == {window: as_series(grid, samples) for window, samples in computed.items()}


def test_a_window_holds_each_event_once() -> None:
    """One event per base window: every window holds as many as it has base windows, once history is long enough."""
    grid = Grid(0, BASE.ms, 100)
    computed = all_levels(Samples.constant(1.0, 100), PLAN, grid)
    assert [1.0, 6.0, 12.0, 30.0] == [computed[level.window].values[99] for level in PLAN]
    assert [1.0, 1.0, 1.0, 1.0] == [computed[level.window].values[0] for level in PLAN]


def test_how_far_back_a_window_is_read() -> None:
    """5m is read by 30m up to 25m ago, 1h by 2h30m up to an hour; nothing reads the longest."""
    found = {str(window): str(reach) for window, reach in reaches(PLAN).items()}
    assert {"5m": "25m", "30m": "2h", "1h": "1h", "2h30m": "0s"} == found


def test_no_events_have_no_ratio() -> None:
    """A quotient is there where both sides are, and where there were events; bad events of none are no error."""
    grid = Grid(0, 1, 5)
    bad, total = on(grid, {0: 1.0, 1: 0.0, 2: 1.0, 3: 1.0}), on(grid, {0: 4.0, 1: 0.0, 2: 2.0, 4: 8.0})
    assert {0: 0.25, 2: 0.5} == as_series(grid, error_ratio(bad, total))


def test_no_failure_is_no_failure_only_where_events_were_counted() -> None:
    """A counter of failures that is not there yet counts 0 beside a total, and nothing without one."""
    grid = Grid(0, 1, 4)
    bad, total = on(grid, {1: 2.0, 2: 3.0}), on(grid, {0: 9.0, 1: 9.0})
    assert {0: 0.0, 1: 2.0, 2: 3.0} == as_series(grid, or_zero(bad, total))


def test_figures_of_the_budget() -> None:
    """At half the allowed ratio half the budget is left and the burn rate is 0.5; a gap stays a gap."""
    grid = Grid(0, 1, 3)
    ratio = on(grid, {0: 0.0005, 2: 0.002})
    assert {0: 0.5, 2: -1.0} == as_series(grid, budget_remaining(ratio, 0.001))
    assert {0: 0.5, 2: 2.0} == as_series(grid, burn_rate(ratio, 0.001))
