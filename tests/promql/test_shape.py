"""What makes an expression a condition, and what it compares."""

import pytest

from sloctl.promql.parse import parse
from sloctl.promql.shape import (
    alternatives,
    comparisons,
    constant,
    exclusions,
    has_condition,
    requirements,
    selects_state,
    unconditional,
)
from sloctl.promql.tree import Node


def sources(text: str, parts: tuple[Node, ...]) -> list[str]:
    """Return the source of each part."""
    return [text[part.start : part.end] for part in parts]


@pytest.mark.parametrize(
    "text",
    [
        "x > 5",
        "5 < x",
        "x > y",
        "absent(x)",
        "absent_over_time(x[5m])",
        "x unless y",
        "x and y > 5",
        "x and on () hour() > 8",
        "(x > 5) * 2",
        "x * on (a) (y == 1)",
        "sum by (a) (x > 5)",
        "count((x > 5) or (y > 6))",
        "label_replace(x > 5, 'a', 'b', '', '')",
        "max_over_time((x > 5)[5m:])",
        "(x > bool 5) == 1",
        "x > 5 or y > 6",
        "(x or vector(0)) > 5",
    ],
)
def test_conditions(text):
    """A filter anywhere that can empty the result makes a condition."""
    root = parse(text).root
    assert has_condition(root)
    assert () == unconditional(root)


@pytest.mark.parametrize(
    ("text", "branches"),
    [
        ("x", ["x"]),
        ("rate(x[5m])", ["rate(x[5m])"]),
        ("x > bool 5", ["x > bool 5"]),
        ("(x > 5) > bool 6 or vector(0)", ["vector(0)"]),
        ("x > 5 or vector(0)", ["vector(0)"]),
        ("x > 5 or (y or (z < 3))", ["y"]),
        ("x and y", ["x and y"]),
        ("sum(x > bool 5) or y", ["sum(x > bool 5)", "y"]),
        ("vector(scalar(x > 5))", ["vector(scalar(x > 5))"]),
        ("vector(1)", ["vector(1)"]),
        ("x * (time() > bool 5)", ["x * (time() > bool 5)"]),
    ],
)
def test_branches_without_condition(text, branches):
    """A branch that nothing filters always fires and is named; `bool` and `vector(scalar(…))` filter nothing."""
    assert branches == sources(text, unconditional(parse(text).root))


def test_branches_requirements_and_exclusions():
    """`or` parts alternatives, `and` parts requirements, the right side of `unless` is an exclusion."""
    text = "(a > 1 and b > 2 unless c) or (d)"
    first, second = alternatives(parse(text).root)
    assert ["a > 1", "b > 2"] == sources(text, requirements(first))
    assert ["c"] == sources(text, exclusions(first))
    assert (["d"], []) == (sources(text, requirements(second)), sources(text, exclusions(second)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('kube_x_info{ready="False"}', True),
        ('sum by (a) (y_info{duplex!="full"})', True),
        ('ALERTS{alertstate="firing"}', True),
        ('x_info{job="api"}', False),
        ("x_info", False),
        ('x_info{ready=~".+"}', False),
        ('kube_node_status_condition{condition="Ready",status="false"}', False),
        ('x_info{ready="False"} == 1', False),
    ],
)
def test_states(text, expected):
    """An info metric of one state is news by existing; a status that is 0 or 1 is not, nor is any target's info."""
    assert expected == selects_state(parse(text).root)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x > 5", [("x", ">", 5.0)]),
        ("5 >= x", [("x", "<=", 5.0)]),
        ("0 == x", [("x", "==", 0.0)]),
        ("x / y < (1 - 0.75)", [("x / y", "<", 0.25)]),
        ("x > y", [("x", ">", None)]),
        ("sum(x > 1) > 2", [("sum(x > 1)", ">", 2.0), ("x", ">", 1.0)]),
        ("x + y", []),
    ],
)
def test_comparisons_read_subject_operator_threshold(text, expected):
    """A constant on the left is turned to the right; the threshold is calculated."""
    found = comparisons(parse(text).root)
    assert expected == [(*sources(text, (each.subject,)), each.op, each.threshold) for each in found]


def test_a_raw_sample_against_a_constant():
    """A bare selector, in brackets or not, is told from a calculated value."""
    texts = ("(x) > 1", "1 < x", "rate(x[5m]) > 1", "x + 1 > 1")
    subjects = [comparisons(parse(text).root)[0].bare_selector for text in texts]
    assert [True, True, False, False] == [subject is not None for subject in subjects]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("14.4 * (1 - 0.5)", 7.2),
        ("-2 ^ 2", -4.0),
        ("+(10 / 4)", 2.5),
        ("vector(3)", 3.0),
        ("1 / 0", None),
        ("2 ^ 10000", None),
        ("(-8) ^ 0.5", None),
        ("time()", None),
        ("x", None),
        ("5 % 2", None),
    ],
)
def test_constants_are_calculated(text, value):
    """Arithmetic of numbers alone has a value; what has none, or needs data, gives None."""
    assert value == constant(parse(text).root)
