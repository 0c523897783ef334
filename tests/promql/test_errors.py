"""What is refused, the place that is blamed, and how a user is told."""

import pytest

from sloctl.promql.errors import PromqlError
from sloctl.promql.parse import parse
from tests.promql.drawn import drawn

BRACKETS = """
sum(rate(x[5m]) > 1
   ^ `(` is never closed
x{a="b"
 ^ `{` is never closed
x[5m
 ^ `[` is never closed
sum(x))
      ^ `)` closes nothing
x and ()
      ^^ these brackets are empty
rate(x[5m)
         ^ expected `:` or `]`, found `)`
sum by (a (x)
          ^ expected `,` or `)`, found `(`
"""

OPERANDS = """
x +
  ^ expected an operand after `+`
x > > y
    ^ expected an operand, found `>`
* x
^ an expression cannot start with `*`
x y
  ^ expected an operator before `y`
x{a="b"} {c="d"}
         ^ expected an operator before `{`
rate(x[5m]) > 1 for 5m
                ^^^ expected an operator before `for`
x + group_left y
    ^^^^^^^^^^ expected an operand, found `group_left`
x by (job)
  ^^ expected an operator before `by`
x = 1
  ^ expected an operator before `=`
rate(x[5m],)
          ^ a comma after the last argument
sum by a (x)
    ^^ `by` needs labels in brackets
sum by (a) x
           ^ expected the expression that `sum` aggregates, in brackets
"""

SELECTORS = """
x{a=b}
    ^ the value of `a` needs quotes
x{a=="b"}
   ^^ a matcher has a single `=`
x{a=}
   ^ `a=` has no value
x{a}
  ^ expected `=`, `!=`, `=~` or `!~` after the label `a`
x{a="b" c="d"}
        ^ expected `,` or `}`, found `c`
{a="b" or c="d"}
       ^^ Prometheus knows no `or` between matchers
x{__name__="y"}
  ^^^^^^^^^^^^ the metric name is set twice
{"x", "y"}
      ^^^ the metric name is set twice
x and {a!="b", c=~".*"}
      ^^^^^^^^^^^^^^^^^ this selects every series
x{a="b", c=~"("}
            ^^^ `(` is not a regular expression
x{a="\\."}
     ^^ unknown escape sequence in a string
"""

RANGES = """
x[5 m]
  ^ `5` has no unit
rate(x[step()])
       ^^^^^^ a range or step must be longer than 0
x[5m:5m - 300]
     ^^^^^^^^ a range or step must be longer than 0
x[5m / 0]
  ^^^^^^ this is no duration
x[max_of(5m)]
           ^ `max_of` takes 2 durations
x offset (5m
         ^ `(` is never closed
x - fill(y) z
         ^ `fill` takes a number
x[]
  ^ expected a duration such as `5m` in the brackets
x[30m1h]
  ^^^^^ `30m1h` is not a duration
x[0s]
  ^^ the duration `0s` must be longer than 0
x[300y]
  ^^^^ the duration `300y` must be shorter than 292 years
x offset 5m [5m]
            ^^^^ the range stands before `offset`
sum(x)[5m]
      ^^^^ a range follows a selector, not an expression
sum(x) offset 5m
       ^^^^^^^^^ `offset` follows a selector or a subquery
x offset 1m offset 5m
            ^^^^^^^^^ `offset` is set twice
x @ y
  ^ `@` needs a Unix timestamp in seconds, `start()` or `end()`
"""

TYPES = """
sum(rate(http_requests_total))
         ^^^^^^^^^^^^^^^^^^^ expected a range such as `[5m]` after `http_requests_total`: `rate` needs a range vector
rate(sum(x))
     ^^^^^^ expected a range such as `[5m:]` after `sum(x)`: `rate` needs a range vector
sum(x[5m])
    ^^^^^ `sum` needs an instant vector; `x[5m]` is a range vector
histogram_quantile(x, 0.9)
                   ^ `histogram_quantile` needs a scalar; `x` is an instant vector
topk(x, 5)
     ^ `topk` needs a scalar; `x` is an instant vector
count_values(a, x)
             ^ `count_values` needs a string; `a` is an instant vector
clamp_max(x)
^^^^^^^^^^^^ `clamp_max` takes 2 arguments; here are 1
label_join(x, "a")
^^^^^^^^^^^^^^^^^^ `label_join` takes at least 3 arguments; here are 2
time(x)
^^^^^^^ `time` takes 0 arguments; here are 1
sum(x, y)
^^^^^^^^^ `sum` takes one argument; here are 2
1 + sun(x)
    ^^^ there is no function `sun`
y or time() > 1
            ^ a comparison of two scalars needs `bool`
x and 1
      ^ `and` needs instant vectors; `1` is a scalar
x + bool y
  ^ `bool` does not go with `+`
x + on (a) 1
    ^^^^^^ `on` needs an instant vector on both sides
x and on (a) group_left y
      ^^^^^^^^^^^^^^^^^ `group_left` does not go with `and`
x / on (a) group_left (a) y
                       ^ the label `a` is in both `on` and `group_left`
-"a"
 ^^^ `-` needs a number or an instant vector; `"a"` is a string
x[5m:][1h:]
^^^^^^ a subquery needs an instant vector; `x[5m:]` is a range vector
"a" == x
^^^ `==` needs numbers or instant vectors; `"a"` is a string
"""


@pytest.mark.parametrize("case", drawn(BRACKETS + OPERANDS + SELECTORS + RANGES + TYPES), ids=lambda case: case.text)
def test_the_culprit_is_blamed(case):
    """Each text is refused with one sentence about the exact part that is wrong."""
    with pytest.raises(PromqlError) as caught:
        parse(case.text)
    assert (case.note, case.start, case.end) == (caught.value.message, caught.value.start, caught.value.end)


@pytest.mark.parametrize("text", ["", " \n", "# only a comment"])
def test_nothing_is_no_expression(text):
    """A text without any expression is blamed as a whole."""
    with pytest.raises(PromqlError, match="there is no expression") as caught:
        parse(text)
    assert (0, len(text)) == (caught.value.start, caught.value.end)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("rat(x[5m])", "did you mean `rate`?"),
        ("RATE(x[5m])", "did you mean `rate`?"),
        ("x{a=b}", 'write `a="b"`'),
        ("{{ .Values.x }}", "template actions and variables are not PromQL: write the value"),
        ("x > $threshold", "replace it by its value: Prometheus knows no variables"),
        ("x[5m] \u201c", 'write straight quotes: `"`'),
        ("x > 1 > bool 2 ; y", "an expression is one query: remove the semicolon"),
        ("1 > 2", "write `> bool`, or compare an instant vector"),
    ],
)
def test_help_says_what_to_do(text, advice):
    """Where the cure is known, it is offered."""
    with pytest.raises(PromqlError) as caught:
        parse(text)
    assert advice == caught.value.help


def test_an_inner_mistake_comes_before_an_outer_one():
    """Of several mistakes the innermost is told: the outer ones may be its consequences."""
    with pytest.raises(PromqlError) as caught:
        parse("sum(1 > 2) and foo(rate(x))")
    assert "expected a range" in caught.value.message


def test_places_point_into_the_text_with_variables():
    """An error behind `$window` is placed in the text that the user wrote, not in the one with the value."""
    with pytest.raises(PromqlError) as caught:
        parse("rate(x[$window]) / foo(y)", {"window": "1h30m"})
    assert (19, 22) == (caught.value.start, caught.value.end)


@pytest.mark.parametrize(
    "text",
    ["(" * 30_000 + "1" + ")" * 30_000, "-" * 30_000 + "1", "x" + " or x" * 300, "1^" * 30_000 + "1", "(" * 30_000],
    ids=["brackets", "signs", "branches", "powers", "open brackets"],
)
def test_deep_nesting_is_refused_before_it_breaks_anything(text):
    """An expression too deep for recursion is an ordinary error, neither a traceback nor a crash of the library."""
    with pytest.raises(PromqlError, match="nested too deeply"):
        parse(text)
