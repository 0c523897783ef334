"""Durations are read and written as Prometheus does."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sloctl.core.duration import PATTERN, Duration

LONGEST_MS = (2**63 - 1) // 1_000_000
"""292 years: Prometheus counts nanoseconds in 64 bits."""


@given(st.integers(0, 99_999 * 86_400_000))
def test_printing_and_parsing_is_identity(ms: int) -> None:
    """What is written is read as the same length, and a spec may say it."""
    text = str(Duration(ms))
    assert ms == Duration.parse(text).ms
    assert re.fullmatch(PATTERN, text)


@given(st.from_regex(re.compile(PATTERN, re.ASCII), fullmatch=True).filter(bool))
def test_whatever_a_spec_may_say_fits_into_prometheus(text: str) -> None:
    """No duration that the schema accepts overflows 64 bits of nanoseconds."""
    assert Duration.parse(text.strip()).ms <= LONGEST_MS


@pytest.mark.parametrize(
    ("text", "ms"),
    [("1h30m", 5_400_000), ("90s", 90_000), ("1y2w3d", (365 + 14 + 3) * 86_400_000), ("300ms", 300), ("0s", 0)],
)
def test_units_are_those_of_prometheus(text: str, ms: int) -> None:
    """A year has 365 days, a week 7."""
    assert ms == Duration.parse(text).ms


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "1.5h", "30m1h", "1h1h", "-5m", "5M", "5m\n", "\u0665m", "1d "])
def test_what_prometheus_refuses_is_refused(text: str) -> None:
    """Units go from large to small, once each, without signs, fractions and blanks."""
    with pytest.raises(ValueError, match="not a duration"):
        Duration.parse(text)


@pytest.mark.parametrize(("ms", "text"), [(5_400_000, "1h30m"), (604_800_000, "7d"), (86_400_001, "1d1ms"), (0, "0s")])
def test_days_are_the_largest_unit(ms: int, text: str) -> None:
    """Windows of an SLO are counted in days, so weeks are written as days."""
    assert text == str(Duration(ms))
