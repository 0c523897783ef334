"""What is accepted, and that every part of the tree knows its place."""

import re

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sloctl.promql.errors import PromqlError
from sloctl.promql.functions import EXPERIMENTAL, FUNCTIONS
from sloctl.promql.parse import parse
from sloctl.promql.tree import Binary, Node, Number, Selector, String, Subquery, ValueType, walk
from sloctl.promql.value_types import value_type

GOOD = r"""
up
a:b:c{d="e",}
{__name__="a"}
{"http.requests", "status code"="5xx"}
sum
sum + by
and and and
or or or
sum{by="a", on="b", sum="c"}
offset offset 5m
inf == bool NaN
5m
x > 1h30m
SUM BY (a) (x) > BOOL 1
sum by (on, by, bool, offset) (x)
sum by (a,) (x)
sum by () (x)
sum(x) without (a, b)
topk by (a) (5, x)
count_values("v", x)
x[5m] @ 1.5 offset -5m
x @ end()
x offset 1h [5m:1m]
max_over_time(rate(x[5m])[1h:] offset 1d)
(x)[5m:]
1 + + 1
2 ^ -x ^ y
-x offset 5m
x == bool on (a) group_left (b) y
x and on () vector(1)
x == y == z
time() - x{a="b"} > 0x1F
x{a=~"/users/{id}/.*", b!~`\d+`}
x{a!="", b=~"(?i)A"}
hour()
label_replace(x, "a", "$1", "b", "(.*)")
holt_winters(x[1h], 0.5, 0.5)
histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))
x # a ( comment
limitk(2, x)
"""


@pytest.mark.parametrize("text", GOOD.strip().splitlines())
def test_valid_expressions_are_accepted(text):
    """Whatever Prometheus reads is read, however odd."""
    assert (0, len(text.split(" #")[0])) == parse(text).root.place


LATER = [
    ("rate(x[«5m + 1m * 2»])", 420_000),
    ("rate(x[«300»])", 300_000),
    ("x[5m:«(1m)»]", 300_000),
    ("rate(x[«-(1m - 3m) ^ 1»])", 120_000),
    ("rate(x[«max_of(step(), 5m) - min_of(1m, 60)»])", 240_000),
    ("rate(x[5m] «anchored»)", 300_000),
    ("rate(x[5m] offset -«(2 * 1h)»)", 300_000),
    ("rate(x[5m] offset «300»)", 300_000),
    ("rate(x[5m]) - on (a) group_left «fill_left(-1)» y", 300_000),
    ("rate(x[5m]) > «1_000»", 300_000),
]


@pytest.mark.parametrize(("drawn", "range_ms"), LATER)
def test_syntax_of_version_3_is_read_and_told(drawn, range_ms):
    """What Prometheus 3 allows is a part of the tree, and known as something that version 2 refuses."""
    before, later, after = re.split("[«»]", drawn)
    expression = parse(f"{before}{later}{after}", later=True)
    [found] = [
        part.range_ms for part in walk(expression.root) if isinstance(part, Selector | Subquery) and part.range_ms
    ]
    assert (range_ms, [(len(before), len(before + later))]) == (found, [part.place for part in expression.later])


def test_syntax_of_version_3_is_refused_unless_asked_for():
    """What is compiled has to load everywhere, so a spec cannot hold it."""
    with pytest.raises(PromqlError) as caught:
        parse("rate(x[300])")
    assert ("Prometheus before version 3 refuses `300` without a unit", 7, 10, "write `300s` or `300m`") == (
        caught.value.message, caught.value.start, caught.value.end, caught.value.help)  # fmt: skip


def test_a_computed_offset_counts_with_its_sign():
    """`offset -(1h)` looks ahead."""
    [selector] = [node for node in walk(parse("x offset -(2 * 1h)", later=True).root) if isinstance(node, Selector)]
    assert -7_200_000 == selector.offset_ms


def sources(text: str) -> list[str]:
    """Return the source of every node, outer before inner."""
    expression = parse(text)
    return [expression.source(node) for node in walk(expression.root)]


def test_comments_may_stand_anywhere():
    """A comment ends with its line, also inside brackets of any kind."""
    assert ["x", "y[5m # b\n]"] == sources("x # ((\n / # a\n rate(y[5m # b\n])")[1::2]


def test_every_node_has_its_place():
    """The offsets of each node cut exactly its source out of the text, outer nodes before inner ones."""
    text = 'sum by (a) (rate( x{b="c"} [5m] offset 1m )) > on (a) -(max(y) ) '
    assert [
        'sum by (a) (rate( x{b="c"} [5m] offset 1m )) > on (a) -(max(y) )',
        'sum by (a) (rate( x{b="c"} [5m] offset 1m ))',
        'rate( x{b="c"} [5m] offset 1m )',
        'x{b="c"} [5m] offset 1m',
        "-(max(y) )",
        "(max(y) )",
        "max(y)",
        "y",
    ] == sources(text)


def test_parts_of_a_selector_have_their_places():
    """Name, matchers, values, range and modifiers can each be pointed at."""
    text = "x { a =~ \"b.c\" , d!='e' } [5m] @ start() offset -1h"
    node = parse(text).root
    assert isinstance(node, Selector)
    first, second = node.matchers
    places = [node.name_at, node.braces_at, node.range_at, node.at_at, node.offset_at, node.vector_at]
    places += [first.place, first.op_at, first.value_at, second.place]
    expected = ["x", "{ a =~ \"b.c\" , d!='e' }", "[5m]", "@ start()", "offset -1h", "x { a =~ \"b.c\" , d!='e' }"]
    assert [*expected, 'a =~ "b.c"', "=~", '"b.c"', "d!='e'"] == [text[slice(*place)] for place in places if place]
    assert (300_000, "start", -3_600_000, "b.c") == (node.range_ms, node.at, node.offset_ms, first.value)


def test_parts_of_a_binary_operation_have_their_places():
    """Operator, matching and each label can be pointed at."""
    text = "a / ignoring (b, c) group_right (d) e"
    node = parse(text).root
    assert isinstance(node, Binary)
    assert node.matching is not None
    parts = [node.op_at, node.matching.place, *(label.place for label in node.matching.labels + node.matching.include)]
    assert ["/", "ignoring (b, c) group_right (d)", "b", "c", "d"] == [text[slice(*place)] for place in parts]
    assert ("ignoring", "right") == (node.matching.kind, node.matching.group)


def shape(node: Node) -> str:
    """Return an expression with a bracket around every operation."""
    inner = " ".join(map(shape, node.children))
    return f"({getattr(node, 'op', '')} {inner})" if node.children else getattr(node, "name", None) or "?"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a or b and c", "(or a (and b c))"),
        ("a and b unless c", "(unless (and a b) c)"),
        ("a > b + c * d", "(> a (+ b (* c d)))"),
        ("a - b - c", "(- (- a b) c)"),
        ("a ^ b ^ c", "(^ a (^ b c))"),
        ("-a ^ b", "(- (^ a b))"),
        ("-a * b", "(* (- a) b)"),
        ("a ^ -b * c", "(* (^ a (- b)) c)"),
        ("a > b > c", "(> (> a b) c)"),
        ("a atan2 b + c", "(+ (atan2 a b) c)"),
    ],
)
def test_operators_bind_as_in_prometheus(text, expected):
    """Precedence and associativity are those of the PromQL manual."""
    assert expected == shape(parse(text).root)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0x1F", 31.0), ("010", 8.0), ("09", 9.0), ("1e3", 1000.0), (".5", 0.5), ("1h30m", 5400.0), ("5ms", 0.005)],
)
def test_numbers_mean_what_prometheus_means(text, value):
    """A leading zero is octal, `0x` hexadecimal, and a duration counts its seconds."""
    node = parse(text).root
    assert isinstance(node, Number)
    assert value == node.value


@pytest.mark.parametrize(
    ("text", "value"),
    [(r'"a\"b\\\n"', 'a"b\\\n'), (r"'\'\x41\101\u00e9\U0001F600'", "'AA\u00e9\U0001f600"), (r"`a\n`", r"a\n")],
)
def test_strings_mean_what_prometheus_means(text, value):
    """Escapes are Go's; back-ticks have none."""
    node = parse(text).root
    assert isinstance(node, String)
    assert value == node.value


def test_a_subquery_without_step_is_told_from_one_with_a_step():
    """`[1h:]` uses the evaluation interval of the server, `[1h:1m]` its own."""
    roots = [parse(text).root for text in ("x[1h:]", "x[1h:1m]")]
    assert [None, 60_000] == [root.step_ms for root in roots if isinstance(root, Subquery)]


def test_variables_stand_for_their_values():
    """`$window` is read as its value; the tree keeps the user's places."""
    expression = parse("rate(x[$window]) > 0", {"window": "5m"})
    ranged = [node for node in walk(expression.root) if isinstance(node, Selector)]
    assert [("x[$window]", 300_000)] == [(expression.source(node), node.range_ms) for node in ranged]


def test_the_same_text_is_parsed_once():
    """A rule that many checks look at costs one parse."""
    assert parse("same > 1") is parse("same > 1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + time()", "scalar"),
        ("-(2)", "scalar"),
        ('"a"', "string"),
        ("x - 1", "instant vector"),
        ("vector(1)", "instant vector"),
        ("x[5m]", "range vector"),
        ("sum(x)[5m:]", "range vector"),
    ],
)
def test_the_type_of_a_value(text, expected):
    """Scalars stay scalars in arithmetic with each other; a vector makes the result a vector."""
    assert expected == value_type(parse(text).root)


EXAMPLES: dict[ValueType, str] = {"instant vector": "x", "range vector": "x[5m]", "scalar": "1", "string": '"a"'}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_the_table_of_functions_agrees_with_the_library(name):
    """Each function is accepted with the arguments the table gives, returns its type, and refuses one argument less."""
    signature = FUNCTIONS[name]
    args = [EXAMPLES[signature.argument(index)] for index in range(signature.least)]
    parse(f"{name}({', '.join(args)})")
    call = promql_parser.parse(f"{name}({', '.join(args)})")
    expected = "scalar" if call.func.return_type == promql_parser.ValueType.Scalar else "instant vector"
    assert expected == signature.returns
    assert not call.func.experimental or name in EXPERIMENTAL
    if args:
        with pytest.raises(PromqlError, match=f"`{name}` takes"):
            parse(f"{name}({', '.join(args[:-1])})")


PIECES = """
    x up sum rate by on bool and unless offset @ start ( ) [ ] { } , : = == =~ > - * ^ 5 5m "a" `b` # $w inf [5m] [5m:]
    (x) {a="b"} group_left ignoring time() topk count_values "\\x" "( 0x . \u00e9
"""
PIECED = st.lists(st.sampled_from(PIECES.split()), max_size=9)


@given(st.text() | PIECED.map(" ".join) | PIECED.map("".join))
def test_any_text_parses_or_is_refused_with_a_place(text):
    """Whatever a user writes, the answer is a tree or an error inside the text, never anything else."""
    places: list[tuple[int, int]] = []
    try:
        places += [node.place for node in walk(parse(text).root)]
    except PromqlError as error:
        places.append((error.start, error.end))
    assert places
    assert all(0 <= start <= end <= len(text) for start, end in places)
