"""The canonical form of expressions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sloctl.promql.normal import normalise
from sloctl.promql.parse import parse


def normal(text: str) -> str:
    """Return the canonical form of a text."""
    return normalise(parse(text).root)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x>1", "x > 1 # comment"),
        ("x{a='b',c=\"d\",}", 'x { c = `d`, a = "b" }'),
        ("sum(x) by (a, b)", "SUM BY (b, a) ((x))"),
        ("sum(x)", "sum by () (x)"),
        ("x > 1e3", "x > 1000.0"),
        ("x[90m]", "x[1h30m]"),
        ("x offset 60s @ 5", "x @ 5.0 offset 1m"),
        ('{__name__="x"}', "x"),
        ("a + b * c", "a + (b * c)"),
        ("x AND ON (b, a) y", "x and on (a,b) y"),
    ],
)
def test_the_same_written_differently(one, other):
    """White space, comments, quotes, order of labels and idle brackets do not matter."""
    assert normal(one) == normal(other)


DIFFERENT = [
    "x > 1",
    "x > bool 1",
    "x >= 1",
    "x > 2",
    'x{a="b"} > 1',
    'x{a=~"b"} > 1',
    "x offset 1m > 1",
    "x @ end() > 1",
    "-x > 1",
    "sum(x) > 1",
    "sum by (a) (x) > 1",
    "sum without (a) (x) > 1",
    "x > on (a) y",
    "x > ignoring (a) y",
    "x > on (a) group_left y",
    "x > on (a) group_right y",
    "x > on (a) group_left (b) y",
    "max_over_time(x[5m]) > 1",
    "max_over_time(x[5m:]) > 1",
    "max_over_time(x[5m:1m]) > 1",
    "(a + b) * c",
    "a + b * c",
    "count_values('a', x)",
    "count_values('b', x)",
]


def test_what_differs_stays_different():
    """Two expressions that mean different things never share a canonical form."""
    assert len(DIFFERENT) == len(set(map(normal, DIFFERENT)))


@given(st.sampled_from(DIFFERENT))
def test_normalising_twice_changes_nothing(text):
    """The canonical form is valid PromQL, and its own canonical form."""
    assert normal(text) == normal(normal(text))
