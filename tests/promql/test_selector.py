"""Selectors as text: what counts as one, and how matchers and suffixes are added to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sloctl.promql.errors import PromqlError
from sloctl.promql.literals import quote
from sloctl.promql.parse import parse
from sloctl.promql.selector import fixed_labels, parse_selector, substitute, with_matchers, with_suffix
from sloctl.promql.tree import Selector, String
from tests.promql.drawn import drawn


@pytest.mark.parametrize("text", ["up", 'up{a="b"}', '{a="b"}', " up # comment", "sum", '{"http.requests"}'])
def test_selectors_are_accepted(text):
    """A metric name, matchers in braces, or both."""
    assert isinstance(parse_selector(text), Selector)


NOT_SELECTORS = """
rate(x[5m])
^^^^ expected a selector, not an expression: `rate`
sum by (a) (x)
^^^ expected a selector, not an expression: `sum`
x > 1
  ^ expected a selector, not an expression: `>`
-x
^ expected a selector, not an expression: `-`
x[5m]
 ^^^^ expected a selector without `[5m]`
x offset 5m
  ^^^^^^^^^ expected a selector without `offset 5m`
x @ end()
  ^^^^^^^ expected a selector without `@ end()`
(x)
^^^ expected a selector, not an expression: `(x)`
"""


@pytest.mark.parametrize("case", drawn(NOT_SELECTORS), ids=lambda case: case.text)
def test_what_makes_it_an_expression_is_blamed(case):
    """An expression where a selector belongs is refused at the function, operator, range or modifier."""
    with pytest.raises(PromqlError) as caught:
        parse_selector(case.text)
    assert (case.note, case.start, case.end) == (caught.value.message, caught.value.start, caught.value.end)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", 'x{le="0.3"}'),
        ("x{}", 'x{le="0.3"}'),
        ('x{a="b"}', 'x{a="b",le="0.3"}'),
        ('x{a="b",}', 'x{a="b",le="0.3"}'),
        ("x { a='}' , } ", "x { a='}' ,le=\"0.3\" } "),
        ('{a="b"} # of {c}', '{a="b",le="0.3"} # of {c}'),
        ("x # of y", 'x{le="0.3"} # of y'),
        ('x{a="b" # why\n}', 'x{a="b",le="0.3" # why\n}'),
    ],
)
def test_matchers_are_added_to_the_text_as_it_is(text, expected):
    """Quotes, spaces, commas and comments of the user stay; a comma is added only where one is missing."""
    assert expected == with_matchers(text, (("le", "=", "0.3"),))


def test_no_matchers_change_nothing():
    """Adding nothing gives the text back."""
    assert "x { }" == with_matchers("x { }", ())


@given(st.text(st.characters(codec="utf-8")))
def test_any_value_survives_quoting(value):
    """Reading what was quoted gives the value back, whatever it is, and nothing escapes from the quotes."""
    assert String(start=0, end=len(quote(value)), value=value) == parse(quote(value)).root
    added = parse_selector(with_matchers('x{a="b"}', (("c", "=~", "a"), ("d", "!=", value))))
    assert [("a", "b"), ("c", "a"), ("d", value)] == [(matcher.label, matcher.value) for matcher in added.matchers]


@pytest.mark.parametrize(
    ("text", "expected"),
    [('x{a="x"}', 'x_bucket{a="x"}'), ("x # x", "x_bucket # x"), (' x {a="b"}', ' x_bucket {a="b"}')],
)
def test_a_suffix_goes_to_the_name(text, expected):
    """Only the metric name gets the suffix."""
    assert expected == with_suffix(text, "_bucket")


@pytest.mark.parametrize("text", ['{__name__="x"}', '{"x"}'])
def test_a_suffix_needs_a_name_before_the_braces(text):
    """A selector that does not begin with its name is refused."""
    with pytest.raises(PromqlError, match="expected a metric name before the braces"):
        with_suffix(text, "_bucket")


def test_fixed_labels_are_those_pinned_by_equality():
    """A regex pins nothing, an empty value means that the label is missing, the name is no label."""
    selector = parse_selector('{__name__="x",a="b",c="",d=~"e",f!="g"}')
    assert {"a": "b"} == fixed_labels(selector)


def test_variables_are_replaced_outside_strings_and_comments():
    """`$window` in a string or a comment is the user's own text."""
    text = "rate(x{a='$window'}[$window]) # $window\n/ y[$window:]"
    assert "rate(x{a='$window'}[1h30m]) # $window\n/ y[1h30m:]" == substitute(text, "window", "1h30m")


def test_a_longer_name_is_another_variable():
    """`$windows` is not `$window` with an s."""
    with pytest.raises(PromqlError, match="unknown variable"):
        substitute("x[$windows]", "window", "5m")
