"""The arithmetic of burn rates: the golden values of the workbook's tiers, and the laws that hold for all."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sloctl.core.duration import Duration
from sloctl.core.human import percent, time_text
from sloctl.model.burn import Tier, raw_burn_rate, short_window, standard_tiers

BASE = Duration.of(minutes=5)
MONTH = Duration.of(days=30)
TIERS = standard_tiers(MONTH, BASE)
BUDGET = Decimal("0.001")
BUDGETS = st.integers(1, 99_999).map(lambda each: Decimal(each) / 100_000)
RATIOS = st.integers(1, 10_000).map(lambda each: Decimal(each) / 10_000)


@pytest.mark.parametrize(
    ("ratio", "times"),
    [
        ("1", ["51.8s", "2m 10s", "4m 19s", "4m 19s"]),
        ("0.1", ["8m 38s", "21m 36s", "43m 12s", "43m 12s"]),
        ("0.01", [None, "3h 36m", "7h 12m", "7h 12m"]),
        ("0.002", [None, None, None, "1d 12h"]),
    ],
)
def test_detection_times_at_99_9(ratio: str, times: list[str | None]) -> None:
    """Each standard tier fires after the known time, or never, at 99.9 % over 30 days."""
    found = [tier.detection_seconds(BUDGET, Decimal(ratio)) for tier in TIERS]
    assert times == [None if seconds is None else time_text(seconds) for seconds in found]


def test_burn_rates_of_the_workbook() -> None:
    """2 % in 1h, 5 % in 6h, 10 % in 1d and 10 % in 3d of 30d are 14.4, 6, 3 and 1."""
    assert [Decimal("14.4"), 6, 3, 1] == [tier.burn_rate for tier in TIERS]


def test_windows_of_the_workbook() -> None:
    """The short windows are a twelfth of the long ones."""
    assert ["1h 5m", "6h 30m", "1d 2h", "3d 6h"] == [f"{tier.long} {tier.short}" for tier in TIERS]


def test_single_failures() -> None:
    """One failure exceeds the limit with fewer than 69, 167, 333 and 1000 events in the window."""
    assert [69, 167, 333, 1000] == [round(tier.single_failure_events(BUDGET)) for tier in TIERS]


def test_smallest_objectives() -> None:
    """Tiers of burn rate 14.4, 6 and 3 are of use above 93.06, 83.33 and 66.67 %; burn rate 1 always is."""
    assert ["93.06 %", "83.33 %", "66.67 %", "0 %"] == [percent(tier.smallest_objective) for tier in TIERS]


def test_exhaustion() -> None:
    """A budget of 30 days lasts 50h, 5d, 10d and 30d at the tiers' burn rates."""
    assert ["2d 2h", "5d", "10d", "30d"] == [time_text(tier.exhaustion_seconds) for tier in TIERS]


def test_reset_after_a_full_outage() -> None:
    """The tiers fire on for nearly their short windows."""
    found = [tier.reset_seconds(BUDGET, Decimal(1)) or Decimal(0) for tier in TIERS]
    assert ["4m 56s", "29m 49s", "1h 59m", "5h 59m"] == [time_text(seconds) for seconds in found]


def test_a_week_has_no_burn_rate_below_one() -> None:
    """Over 7 days the shares of the longer tiers would give burn rates below 1, which are raised to 1."""
    tiers = standard_tiers(Duration.of(days=7), BASE)
    assert [Decimal("3.36"), Decimal("1.4"), 1, 1] == [tier.burn_rate for tier in tiers]


def test_a_tier_longer_than_the_period_is_left_out() -> None:
    """A period of 2 days has no tier of 3 days."""
    assert ["fast", "slow", "trend"] == [tier.name for tier in standard_tiers(Duration.of(days=2), BASE)]


def test_the_short_window_is_a_multiple_of_the_base() -> None:
    """A twelfth of 1h is 5m, with a base of 10m it is 10m."""
    hour = Duration.of(hours=1)
    assert ["5m", "10m"] == [str(short_window(hour, base)) for base in (BASE, Duration.of(minutes=10))]


def test_the_floor_delays_detection_in_little_traffic() -> None:
    """At one event a minute, a full outage is seen after five minutes: then five events were bad."""
    assert 300 == _with_floor(TIERS[0], "1", 5, Decimal(1) / 60)


def test_the_floor_makes_a_tier_blind() -> None:
    """At four events an hour no hour ever holds five bad ones."""
    assert None is _with_floor(TIERS[0], "1", 5, Decimal(4) / 3600)


def test_without_a_floor_only_the_ratio_decides() -> None:
    """With `min_bad_events: 0` the time is that of the plain formula."""
    assert TIERS[0].detection_seconds(BUDGET, Decimal(1)) == _with_floor(TIERS[0], "1", 0, Decimal(1) / 60)


def _with_floor(tier: Tier, ratio: str, floor: int, traffic: Decimal) -> Decimal | None:
    found = tier.detection_with_floor(BUDGET, Decimal(ratio), min_bad_events=floor, traffic=traffic)
    return None if found is None else found.quantize(Decimal("0.01"))


@given(BUDGETS, BUDGETS, RATIOS)
def test_a_stricter_objective_never_fires_later(one: Decimal, other: Decimal, ratio: Decimal) -> None:
    """A smaller error budget never lengthens the time to detection, nor turns it into never."""
    strict, lax = sorted((one, other))
    for tier in TIERS:
        late, early = tier.detection_seconds(lax, ratio), tier.detection_seconds(strict, ratio)
        assert late is None or (early is not None and early <= late)


@given(BUDGETS, RATIOS)
def test_a_tier_that_fires_does_so_within_its_long_window(budget: Decimal, ratio: Decimal) -> None:
    """Detection is never later than the long window, and reset never later than the short one."""
    for tier in TIERS:
        detection, reset = tier.detection_seconds(budget, ratio), tier.reset_seconds(budget, ratio)
        assert (detection is None) == (reset is None)
        if detection is not None and reset is not None:
            assert detection < tier.long.seconds
            assert reset < tier.short.seconds


@given(BUDGETS)
def test_a_tier_can_fire_exactly_above_its_smallest_objective(budget: Decimal) -> None:
    """`can_fire` and `smallest_objective` draw the same line."""
    for tier in TIERS:
        assert (1 - budget > tier.smallest_objective) == tier.can_fire(budget)


@given(BUDGETS, st.integers(0, 50), st.integers(1, 10_000))
def test_the_bad_events_needed_are_the_fewest_that_fire(budget: Decimal, floor: int, events: int) -> None:
    """So many bad events satisfy limit and floor in the long window, one fewer does not."""
    for tier in TIERS:
        limit = tier.threshold(budget) * events
        needed = tier.bad_events_needed(budget, min_bad_events=floor, traffic=events / tier.long.seconds)
        assert needed > limit - Decimal("1e-9")
        assert needed >= floor
        assert needed - 1 < floor or needed - 1 <= limit + Decimal("1e-9")


@given(st.integers(1, 100), st.integers(1, 100))
def test_the_budget_spent_is_the_share_asked_for(share: int, days: int) -> None:
    """When a tier fires, its share of the budget is gone, unless its burn rate was raised to 1."""
    period, budget = Duration.of(days=days), Decimal(share) / 100
    tier = Tier(name="t", notify="page", budget=budget, long=Duration.of(hours=1), short=BASE, period=period)
    if raw_burn_rate(budget, period, tier.long) >= 1:
        assert budget == round(tier.budget_spent, 20)


def test_a_burn_rate_that_is_written_is_exact() -> None:
    """1 stays 1, though its share of the budget, 15m / 90d, has no end as a decimal and would make it less."""
    long, period = Duration.of(minutes=15), Duration.of(days=90)
    share = long.seconds / period.seconds
    tier = Tier(name="t", notify="page", budget=share, long=long, short=BASE, period=period, burn=Decimal(1))
    assert raw_burn_rate(share, period, long) < tier.burn_rate == Decimal(1)


@given(BUDGETS, st.integers(1, 120))
def test_a_tier_that_holds_fires_that_much_later(budget: Decimal, minutes: int) -> None:
    """`for` is added to the detection, and nothing is added to the reset."""
    hold = Duration.of(minutes=minutes)
    for tier in TIERS:
        held = replace(tier, hold=hold)
        detection = tier.detection_seconds(budget, Decimal(1))
        expected = None if detection is None else detection + hold.seconds
        assert expected == held.detection_seconds(budget, Decimal(1))
        assert tier.reset_seconds(budget, Decimal(1)) == held.reset_seconds(budget, Decimal(1))
