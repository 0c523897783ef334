"""Where a budget went: events in any span, and losses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sloctl.core.duration import Duration
from sloctl.evidence.budget import HOUR, Counted, Events, Loss, losses
from sloctl.evidence.recordings import all_levels
from sloctl.evidence.replay import Windows
from sloctl.evidence.samples import Grid, Samples
from sloctl.model.windows import levels

MINUTE = Duration.of(minutes=1)
BASE = MINUTE * 5
DAY = MINUTE * 1440
PLAN = levels(BASE, [HOUR, DAY])


def counted(bad: list[float], total: list[float] | None = None, step: Duration = MINUTE) -> Counted:
    """Return a group whose base windows hold these events, from time 0 on."""
    total = total or [100.0] * len(bad)
    there = np.ones(len(bad), dtype=bool)
    grid = Grid(0, step.ms, len(bad))
    return Counted(Samples.of(np.array(bad), there), Samples.of(np.array(total), there), grid, BASE)


@given(st.integers(0, 2**32 - 1))
def test_events_of_a_day_are_what_is_recorded_for_a_day(seed: int) -> None:
    """The sum for a length that the rules record is their sum, at any evaluation."""
    group = counted(np.random.default_rng(seed).integers(0, 50, 1500).astype(float).tolist())
    recorded = all_levels(group.bad, PLAN, group.grid)[DAY]
    for index in (1440, 1466, 1499):
        end = group.grid.time(index)
        assert recorded.values[index] == pytest.approx(group.events(end - DAY.ms, end).bad)


def test_intervals_that_divide_no_window_read_as_the_rules_do() -> None:
    """Every 2m, the tile of 5m ago is that of 6m ago."""
    bad = [float(number) for number in range(60)]
    group = counted(bad, step=MINUTE * 2)
    recorded = all_levels(group.bad, levels(BASE, [MINUTE * 30]), group.grid)[MINUTE * 30]
    assert recorded.values[59] == group.events(group.grid.time(59) - 30 * MINUTE.ms, group.grid.time(59)).bad


def test_a_rest_counts_by_its_share() -> None:
    """Seven minutes are one base window and two fifths of the one before."""
    group = counted([10.0] * 20)
    assert Events(14.0, 140.0) == group.events(8 * MINUTE.ms, 15 * MINUTE.ms)
    assert Events(0.0, 0.0) == group.events(8 * MINUTE.ms, 8 * MINUTE.ms)


def test_the_ratio_needs_events() -> None:
    """Without traffic there is no ratio, not 0 and not NaN."""
    assert None is Events(0.0, 0.0).ratio
    assert 0.25 == (Events(1.0, 4.0) + Events(1.0, 4.0)).ratio


def test_what_is_known() -> None:
    """Since the first sample, and for as long as there are samples."""
    there = np.array([False, False, True, True, False, True])
    samples = Samples.of(np.zeros(6), there)
    group = Counted(samples, samples, Grid(1000, 10, 6), BASE)
    assert 1020 == group.known_since
    assert 20 == group.known_ms(1030, 1060)
    empty = Samples.empty(6)
    assert None is Counted(empty, empty, Grid(1000, 10, 6), BASE).known_since


def lost(bad: list[float], budget: float = 0.01, allowed: float = 1000.0) -> list[Loss]:
    """Return the losses of a group."""
    group = counted(bad)
    windows = Windows(all_levels(group.bad, PLAN, group.grid), all_levels(group.total, PLAN, group.grid))
    return losses(group, windows, budget=budget, allowed=allowed)


def outage(at: int, minutes: int, length: int) -> list[float]:
    """Return base windows of a service that fails whole for some minutes: 20 events a minute."""
    return [20.0 * max(0, min(index, at + minutes) - max(index - 5, at)) for index in range(length)]


def test_a_loss_is_as_long_as_its_errors() -> None:
    """Not as long as the hour that remembers them; all its bad events count."""
    [found] = lost(outage(100, 30, 400))
    assert (101 * MINUTE.ms, 129 * MINUTE.ms) == (found.start, found.end)
    assert (600.0, 0.6) == (found.bad, found.share)


def test_losses_less_than_an_hour_apart_are_one() -> None:
    """An hour counts from the moment at which the hour before no longer burns."""
    near = [a + b for a, b in zip(outage(100, 10, 600), outage(200, 10, 600), strict=True)]
    far = [a + b for a, b in zip(outage(100, 10, 600), outage(400, 10, 600), strict=True)]
    assert [400.0] == [each.bad for each in lost(near)]
    assert [200.0, 200.0] == [each.bad for each in lost(far)]


def test_errors_within_the_budget_are_no_loss() -> None:
    """Half a percent of one percent."""
    assert [] == lost([0.5] * 400)
