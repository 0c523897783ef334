"""Recordings written into the expressions that read them."""

from __future__ import annotations

import pytest

from sloctl.core.duration import Duration
from sloctl.pipeline.backtest.cases import Recorded
from sloctl.pipeline.backtest.inline import LONGEST, NotInlinedError, inline, level_of

MINUTE = Duration.of(minutes=1)


def rec(expr: str, **labels: str) -> Recorded:
    """Return a recording that is evaluated every minute."""
    return Recorded(expr, tuple(labels.items()), MINUTE)


def inlined(text: str, **rules: Recorded) -> str:
    """Write an expression, read every minute, without recordings; `a__b` stands for `a:b`."""
    known = {name.replace("__", ":"): [rule] for name, rule in rules.items()}
    return inline(text, known, lambda _: False, every=MINUTE)


@pytest.mark.parametrize(
    ("text", "rule", "expected"),
    [
        ("r:x > 1", rec("sum(x)"), "((sum(x))) > 1"),
        ("r:x[10m]", rec("sum(x)"), "((sum(x)))[10m:1m]"),
        ("max_over_time(r:x[1h] offset 1d)", rec("sum(x)"), "max_over_time(((sum(x)))[1h:1m] offset 1d)"),
        ("r:x offset 5m", rec("sum(x)"), "(last_over_time((sum(x))[59s999ms:1m] offset 5m))"),
        ('r:x{team="a"}', rec("sum(x)", team="a"), '((label_replace(sum(x), "team", "a", "", "")))'),
        ('r:x{team=~"a|b"}', rec("sum(x)", team="b"), '((label_replace(sum(x), "team", "b", "", "")))'),
        ('r:x{job="a"}', rec("sum by (job) (rate(x[5m]))"), '((sum by (job) (rate(x{job="a"}[5m]))))'),
        ('r:x{job!="a"}', rec('sum by (job) (x{z="1",})'), '((sum by (job) (x{z="1",job!="a"})))'),
        ("r:x", rec("sum(x)", money="5$"), '((label_replace(sum(x), "money", "5$$", "", "")))'),
        ("r:x > 1", rec("sum(x) # all of it"), "((sum(x) # all of it\n))\n > 1\n"),
        ("other > r:x", rec("sum(x)"), "other > ((sum(x)))"),
        ("r:x @ 1700000000", rec("sum(x)"), "(last_over_time((sum(x))[59s999ms:1m] @ 1700000000.000))"),
        ("max_over_time(r:x[1h:90s])", rec("x"), "max_over_time((last_over_time((x)[59s999ms:1m]))[1h:90s])"),
        (
            'absent(r:x{a="1", b!="2"}) > 0',
            rec("sum by (a, b) (x)"),
            'label_replace(absent(((sum by (a, b) (x{a="1",b!="2"})))), "a", "1", "", "") > 0',
        ),
    ],
)  # fmt: skip
def test_a_recording_becomes_its_expression(text: str, rule: Recorded, expected: str) -> None:
    """With its labels, at the times at which it is read, and narrowed as it is selected."""
    found = inlined(text, r__x=rule)
    assert "".join(expected.split()) == "".join(found.split())


def test_recordings_of_recordings_are_followed() -> None:
    """To the raw series at the end."""
    found = inlined("a:b / 2", a__b=rec("sum(c:d)"), c__d=rec("rate(x[5m])"))
    assert "((sum(((rate(x[5m])))))) / 2" == found


def test_recordings_of_one_name_are_joined() -> None:
    """Rules that record one name under different labels are chosen by the matchers."""
    rules = {"r:x": [rec("x", tier="a"), rec("y", tier="b"), rec("z", tier="c")]}
    parts = ('(label_replace(y, "tier", "b", "", ""))', '(label_replace(z, "tier", "c", "", ""))')
    assert f"({' or '.join(parts)})" == inline('r:x{tier!="a"}', rules, lambda _: False, every=MINUTE)


def test_a_slower_group_is_read_as_it_was_last_evaluated() -> None:
    """Between two evaluations of the recording the alert sees the one before; a sample is seen for five minutes."""
    for every, looked in (("5m", "4m59s999ms"), ("15m", "5m")):
        rules = {"r:x": [Recorded("sum(x)", (), Duration.parse(every))]}
        expected = f"(last_over_time((sum(x))[{looked}:{every}])) > 1"
        assert expected == inline("r:x > 1", rules, lambda _: False, every=MINUTE)


def test_what_the_server_knows_stays() -> None:
    """A recording with a history is read as it is."""
    assert "r:x > 1" == inline("r:x > 1", {"r:x": [rec("sum(x)")]}, lambda _: True, every=MINUTE)


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [
        ("r:x", rec("r:x + 1"), "recorded from itself"),
        ('r:x{job="a"}', rec("sum(x)"), "a matcher on `job` cannot be moved"),
        ('r:x{job="a"}', rec("topk by (job) (3, x)"), "a matcher on `job` cannot be moved"),
        ('r:x{job="a"}', rec('label_replace(x, "job", "$1", "pod", "(.*)")'), "a matcher on `job` cannot be moved"),
        ('r:x{job="a"}', rec("x * on (pod) y"), "a matcher on `job` cannot be moved"),
        ("r:x @ end()", rec("sum(x)"), "is the moment of the evaluation"),
        ('{__name__=~"r:.*"}', rec("sum(x)"), "chosen by a pattern"),
        ('r:x{team="b"}', rec("sum(x)", team="a"), "no recording rule has the labels"),
        ("r:x", rec(f'x{{a=~"{"b" * LONGEST}"}}'), "the query is too long"),
    ],
    ids=["itself", "aggregated", "topk", "replaced", "unmatched", "end", "pattern", "labels", "long"],
)
def test_what_cannot_be_inlined_is_said(text: str, rule: Recorded, message: str) -> None:
    """Nothing is asked that would mean something else."""
    with pytest.raises(NotInlinedError, match=message):
        inlined(text, r__x=rule)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x > 5", ("(x)", ">", 5.0)),
        ("sum(rate(x[5m])) <= 0.5", ("(sum(rate(x[5m])))", "<=", 0.5)),
        ("a / b > 0.1 and b >= 20", ("(a / b) and b >= 20", ">", 0.1)),
        ("(x > 5)", ("((x))", ">", 5.0)),
        ("x > 5 unless on () y", ("(x) unless on () y", ">", 5.0)),
        ("x > y", None),
        ("x > bool 5", None),
        ("x > 5 or y > 6", None),
        ("x", None),
        ("x >", None),
    ],
)
def test_the_level_of_an_expression(text: str, expected: tuple[str, str, float] | None) -> None:
    """One value against one number; anything else has no level that could be moved."""
    assert expected == level_of(text)
