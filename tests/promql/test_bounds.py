"""Between which numbers values lie, and which comparisons follow from that."""

import pytest

from sloctl.promql.bounds import Bounds, always_holds, bounds, never_holds
from sloctl.promql.parse import parse
from sloctl.promql.shape import comparisons

INF = float("inf")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("up", 0, 1),
        ("avg by (job) (up)", 0, 1),
        ("sum(up)", 0, INF),
        ("100 * avg(up)", 0, 100),
        ("1 - avg(up)", 0, 1),
        ("-up", -1, 0),
        ("count(queue)", 1, INF),
        ("count(queue) or vector(0)", 0, INF),
        ("absent(queue)", 1, 1),
        ("rate(queue[5m])", 0, INF),
        ("deriv(queue[5m])", -INF, INF),
        ("requests_total / 60", 0, INF),
        ("queue", -INF, INF),
        ("clamp(queue, 0, 5)", 0, 5),
        ("clamp_max(queue, 5)", -INF, 5),
        ("queue > bool 5", 0, 1),
        ("hour()", 0, 23),
        ("max_over_time(up[5m])", 0, 1),
        ("queue > 5 < 9", 5, 9),
        ("3 < queue", 3, INF),
        ("sum(up == 1)", 1, INF),
    ],
)
def test_bounds_follow_from_how_a_value_is_made(text, low, high):
    """Known metrics, functions, aggregations and arithmetic bound a value; what is not known does not."""
    assert Bounds(low, high) == bounds(parse(text).root)


@pytest.mark.parametrize(
    "text",
    ["count(up) == 0", "up > 1", "rate(x[5m]) < 0", "absent(x) != 1", "2 <= avg(up)", "x > 5 < 3", "x == NaN"],
)
def test_a_comparison_outside_of_the_bounds_never_holds(text):
    """The comparison is false for every value."""
    assert never_holds(comparisons(parse(text).root)[0])


@pytest.mark.parametrize("text", ["sum(up) == 0", "up >= 1", "rate(x[5m]) <= 0", "x > y", "queue < 0"])
def test_a_comparison_inside_of_the_bounds_may_hold(text):
    """The edges are possible values, and what has no bounds may be anything."""
    assert not never_holds(comparisons(parse(text).root)[0])


def test_a_comparison_that_every_value_meets():
    """Nothing is below the lower bound."""
    assert always_holds(comparisons(parse("rate(x[5m]) >= 0").root)[0])
    assert not always_holds(comparisons(parse("rate(x[5m]) > 0").root)[0])
