"""Which operations can find a match, and why others never do."""

import pytest

from sloctl.promql.defaults import without_defaults
from sloctl.promql.matching import Mismatch, mismatch
from sloctl.promql.normal import normalise
from sloctl.promql.parse import parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum by (job, code) (x) / sum by (job) (y)", Mismatch("code", "left")),
        ("sum by (job) (x) / sum by (job, code) (y)", Mismatch("code", "right")),
        ("sum(x) / on (job) sum by (job) (y)", Mismatch("job", "right")),
        ("x > vector(5)", Mismatch("instance", "left")),
        ("x{a='1'} and x{a='2'}", Mismatch("a", "both", ("1", "2"))),
        ("(x{a='1'} > 5) unless (y{a='2'} > 5)", Mismatch("a", "both", ("1", "2"))),
    ],
)
def test_a_label_on_one_side_only_keeps_them_apart(text, expected):
    """A label that one side surely has and the other dropped, or different pinned values, make a match impossible."""
    assert expected == mismatch(parse(text).root)


@pytest.mark.parametrize(
    "text",
    [
        "x / y",
        "x > 5",
        "x > scalar(sum(y))",
        "sum by (job, code) (x) / on (job) group_left sum by (job) (y)",
        "sum by (job, code) (x) / ignoring (code) sum by (job) (y)",
        "x and on () hour() > 8",
        "x{a='1'} and ignoring (a) x{a='2'}",
        "job:x:sum / sum(y)",
        "(sum by (job) (x) or vector(0)) / sum by (job) (y)",
        "sum by (job) (x) / (sum by (job) (y) or sum by (code) (y))",
        "sum(x) or sum by (job) (y)",
    ],
)
def test_what_may_match_is_left_alone(text):
    """Bridged labels, unknown labels, scalars, defaults and one possible branch are enough."""
    assert mismatch(parse(text).root) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(x or vector(0)) > 5", "x > 5"),
        ("increase((sum(x) or 0 * absent(x))[1h:])", "increase(sum(x)[1h:])"),
        ("x or y", "x or y"),
    ],
)
def test_defaults_are_taken_out(text, expected):
    """`or vector(0)` and `or 0 * …` stand in for missing series; any other branch stays."""
    assert normalise(parse(expected).root) == normalise(without_defaults(parse(text).root))
