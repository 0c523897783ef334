"""Numbers and times as a person would write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sloctl.core.human import and_list, decimal_text, nearest, percent, plural, time_text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_decimal_text_is_exact_and_plain(value: Decimal) -> None:
    """No exponent, no superfluous zeros, and the same number when read again."""
    text = decimal_text(value)
    assert value == Decimal(text)
    assert "e" not in text.lower()
    assert "." not in text or not text.endswith(("0", "."))


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [("0.0010", 28, "0.001"), ("1E+3", 28, "1000"), ("14.40", 3, "14.4"), ("1.0333333333", 6, "1.03333"),
     ("99999", 2, "100000"), ("0", 3, "0")],
)  # fmt: skip
def test_decimal_text_rounds_to_significant_digits(value: str, digits: int, text: str) -> None:
    """The number of digits limits what is shown, never the size."""
    assert text == decimal_text(Decimal(value), digits)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [("51.84", "51.8s"), ("59.96", "1m"), ("60", "1m"), ("518", "8m 38s"), ("2592", "43m 12s"), ("129600", "1d 12h"),
     ("0", "0s"), ("86400", "1d"), ("86460", "1d")],
)  # fmt: skip
def test_times_are_told_in_two_units(seconds: str, text: str) -> None:
    """The two largest neighbouring units are enough for people."""
    assert text == time_text(Decimal(seconds))


def test_sentences() -> None:
    """Ratios, lists and counts as they stand in messages."""
    assert "1.44 %" == percent(Decimal("0.0144"))
    assert ["", "a", "a and b", "a, b or c"] == [and_list([]), and_list(["a"]), and_list(["a", "b"]),
                                                and_list(["a", "b", "c"], "or")]  # fmt: skip
    assert ["0 files", "1 file", "2 queries", "3 days"] == [
        plural(0, "file"), plural(1, "file"), plural(2, "query"), plural(3, "day"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "meant"),
    [("runbok", "runbook"), ("Runbook", "runbook"), ("run_book", "runbook"), ("objektive", "objective"),
     ("zebra", None)],
)  # fmt: skip
def test_the_nearest_known_word_is_suggested(word: str, meant: str | None) -> None:
    """Case, `-` and `_` do not count as differences; what resembles nothing suggests nothing."""
    assert meant == nearest(word, ["runbook", "objective", "action"])
