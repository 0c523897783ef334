"""Texts made for regular expressions of matchers."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sloctl.proof.case import Unproven
from sloctl.proof.strings import matching

READ = {
    "5..": "500",
    "[45]..": "400",
    "5[0-9]{2}": "500",
    "GET|POST": "GET",
    "(GET|POST)/.+": "GET/0",
    "|none": "",
    r"api\.v1": "api.v1",
    r"\d+(ms|s)": "0ms",
    "[^a-z]x": "0x",
    "[[:upper:]]{3}": "AAA",
    "(?i)ok": "ok",
    "^prod$": "prod",
    "(?:a|b){2,}c?": "aac",
    "a*": "a",
    r"\S+\.svc": "0.svc",
}


@pytest.mark.parametrize(("pattern", "simplest"), READ.items())
def test_the_simplest_text_comes_first(pattern: str, simplest: str) -> None:
    """Alternations, classes, repetitions, escapes and anchors of RE2 give a short, plain text."""
    assert simplest == matching(pattern)[0]


@pytest.mark.parametrize("pattern", [r"\pL+", r"a(?i)b", "(", r"\Qa.b\E"])
def test_a_pattern_that_cannot_be_read_says_so(pattern: str) -> None:
    """What Python does not read is no failure of the user's rules, but cannot be proven either."""
    with pytest.raises(Unproven, match="cannot be read here"):
        matching(pattern)


def test_a_pattern_without_any_text_gives_none() -> None:
    """A contradiction inside of a pattern is found by trying, not by looping."""
    assert () == matching(r"a\bb")


_ATOMS = st.sampled_from(["a", ".", "[0-9]", "[^x]", r"\w", r"\.", "(b|cd)", "e?", "f+", "g{2,3}", "(?:h|)"])


@given(st.lists(_ATOMS, min_size=1, max_size=6).map("".join))
def test_every_text_is_accepted_by_its_pattern(pattern: str) -> None:
    """Whatever is made for a pattern, the pattern matches as a whole; and there is at least one text."""
    texts = matching(pattern)
    assert texts
    assert [] == [text for text in texts if not re.fullmatch(pattern, text)]
