"""Which labels the result of an expression has."""

import pytest

from sloctl.promql.label_set import NO_LABELS, LabelSet
from sloctl.promql.labels import dropped_by, surviving_labels
from sloctl.promql.parse import parse


def labels(text: str) -> LabelSet:
    """Return the labels of an expression."""
    return surviving_labels(parse(text).root)


# An expression, the labels that its result may have, those it cannot have.
CASES = [
    ("x", "a instance __name__", ""),
    ('x{a=""}', "b", "a"),
    ("1", "", "a"),
    ("vector(1)", "", "a"),
    ("time()", "", "a"),
    ("rate(x[5m])", "a", "__name__"),
    ("max_over_time(sum by (a) (x)[5m:])", "a", "b"),
    ("last_over_time(x[5m])", "a __name__", ""),
    ("-x", "a", "__name__"),
    ("sum(x)", "", "a"),
    ("sum by (a, b) (x)", "a b", "c __name__"),
    ("sum by (a) (sum by (b) (x))", "", "a b"),
    ("sum without (a) (x)", "b", "a __name__"),
    ("sum without (a) (sum by (a, b) (x))", "b", "a c"),
    ("topk(5, x)", "a __name__", ""),
    ("topk by (a) (5, x)", "a b", ""),
    ('count_values by (a) ("v", x)', "a v", "b"),
    ("histogram_quantile(0.9, sum by (le, a) (rate(x[5m])))", "a", "le b"),
    ('absent(x{a="b",c=~"d"})', "a", "c e"),
    ('absent(x{a="b",a="c"})', "", "a"),
    ("absent_over_time((sum(x{a='b'}))[5m:])", "", "a"),
    ("hour()", "", "a"),
    ("hour(x)", "a", "__name__"),
    ("scalar(x)", "", "a"),
    ("label_replace(sum(x), 'a', '$1', 'b', '(.*)')", "a", "b"),
    ("label_replace(x, 'a', '', '', '')", "b", "a"),
    ("label_join(sum(x), 'a', ',', 'b')", "a", "b"),
    ("time() - x", "a instance", "__name__"),
    ("x > 5", "a __name__", ""),
    ("5 < x", "a __name__", ""),
    ("x > bool 5", "a", "__name__"),
    ("x * 2", "a", "__name__"),
    ("x / y", "a", "__name__"),
    ("x / on (a) y", "a", "b"),
    ("x > on (a) y", "a", "b __name__"),
    ("x / ignoring (a) y", "b", "a"),
    ("x * on (a) group_left y", "a b", ""),
    ("sum by (a) (x) * on (a) group_left (c) y", "a c", "b"),
    ("x * on (a) group_left (c) sum by (a) (y)", "a b", "c"),
    ("sum by (a) (x) * on (a) group_right y", "a b", ""),
    ("sum by (a) (x) and on (a) y", "a", "b"),
    ("x and on () vector(1)", "a __name__", ""),
    ("x unless sum by (a) (y)", "a b", ""),
    ("x or sum by (a) (y)", "a", "b"),
    ("x or vector(0)", "", "a"),
    ("(x or vector(0)) > 1", "", "a"),
    ("info(sum by (a) (x))", "a b", ""),
]


@pytest.mark.parametrize(("text", "kept", "lost"), CASES, ids=[text for text, _, _ in CASES])
def test_labels_survive_or_not(text, kept, lost):
    """Each label is kept or dropped as the Prometheus engine does it."""
    found = labels(text)
    assert (kept.split(), []) == (
        [label for label in kept.split() if found.may_have(label)],
        [label for label in lost.split() if found.may_have(label)],
    )


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ('x{a="b",c=~"d",e!="",f=~".+",g!="h"}', {"__name__", "a", "e", "f"}),
        ('sum by (a, b) (x{a="c"})', {"a"}),
        ('x{a="b"} or y', {"__name__"}),
        ('x * on (z) group_left (a) y{a="b"}', {"a"}),
        ('x{a="b"} * on (z) group_left (a) y', set()),
        ('count_values("v", x)', {"v"}),
        ('absent(x{a="b"})', {"a"}),
        ('label_replace(x{a="b"}, "a", "$1", "c", "(.*)")', {"__name__"}),
    ],
)
def test_labels_that_are_on_every_series(text, certain):
    """A label is certain only if each series of the result must have it."""
    found = labels(text)
    assert certain == set(found.certain)
    assert found.certain.issuperset(certain)


@pytest.mark.parametrize(
    ("text", "label", "blamed"),
    [
        ("sum by (a) (sum by (b) (x)) > 1", "a", "sum by (b) (x)"),
        ("max(sum by (a) (x)) > 1", "a", "max(sum by (a) (x))"),
        ("x > 1 or sum(y) > 2 or vector(0)", "a", "sum(y)"),
        ("x / on (b) y", "a", "x / on (b) y"),
        ("x * on (b) group_left (a) sum by (b) (y)", "a", "sum by (b) (y)"),
        ("time() - sum(x)", "a", "sum(x)"),
        ("absent(x)", "a", "absent(x)"),
        ("time() - x", "a", None),
        ("sum(x) * on () group_right y", "a", None),
        ("count(x) and on () y", "a", "count(x)"),
    ],
)
def test_the_part_that_drops_a_label_is_named(text, label, blamed):
    """The innermost operation that loses the label is to blame; nothing is, if the label survives."""
    expression = parse(text)
    part = dropped_by(expression.root, label)
    assert blamed == (part and expression.source(part))


def test_sets_of_labels_meet():
    """What two branches have in common: neither a label one lacks, nor one the other cannot have."""
    open_set, closed = LabelSet(is_open=True, names=frozenset("a")), LabelSet(is_open=False, names=frozenset("ab"))
    assert closed.drop("a") == open_set.common(closed) == closed.common(open_set)
    other = LabelSet(is_open=True, names=frozenset("b"))
    assert LabelSet(is_open=True, names=frozenset("ab")) == open_set.common(other)
    assert NO_LABELS == NO_LABELS.common(open_set)
