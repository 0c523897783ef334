"""What counts as the same rule, and what does not."""

from __future__ import annotations

import pytest

from sloctl.pipeline.push.meaning import differing, fields, same_group, same_rule

ALERT = {"alert": "Down", "expr": "up == 0", "for": "1h", "labels": {"a": "1", "b": "2"}, "annotations": {"s": "x"}}
GROUP = {"name": "g", "interval": "1m", "rules": [ALERT, {"record": "a:b", "expr": "sum(up)"}]}


@pytest.mark.parametrize(
    "change",
    [
        {"for": "60m"},
        {"for": "3600s"},
        {"expr": "up==0"},
        {"expr": "(up)\n  == 0 # a comment"},
        {"labels": {"b": "2", "a": "1"}},
        {"keep_firing_for": "0s"},
        {"keep_firing_for": ""},
    ],
    ids=str,
)
def test_the_same_written_otherwise(change: dict[str, object]) -> None:
    """Units, brackets, comments, the order of labels and defaults change nothing."""
    assert same_rule(ALERT, ALERT | change)


@pytest.mark.parametrize(
    "change",
    [
        {"for": "1m"},
        {"for": ""},
        {"expr": "up == 1"},
        {"labels": {"a": "1"}},
        {"labels": {"a": "1", "b": "3"}},
        {"annotations": {"s": "y"}},
        {"alert": "Up"},
        {"keep_firing_for": "5m"},
    ],
    ids=str,
)
def test_something_else(change: dict[str, object]) -> None:
    """Each field of a rule counts."""
    assert not same_rule(ALERT, ALERT | change)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"interval": "60s"}, True),
        ({"limit": 0}, True),
        ({"limit": "0"}, True),
        ({"source_tenants": []}, True),
        ({"interval": "30s"}, False),
        ({"limit": 10}, False),
        ({"source_tenants": ["a", "b"]}, False),
        ({"rules": GROUP["rules"][::-1]}, False),
        ({"rules": GROUP["rules"][:1]}, False),
    ],
    ids=str,
)
def test_groups(change: dict[str, object], expected: bool) -> None:
    """Groups are the same with the same head and the same rules in the same order."""
    assert expected == same_group(GROUP, GROUP | change)


def test_an_expression_that_is_not_understood_is_compared_as_text() -> None:
    """Syntax that is newer than this parser is not refused: only its white space does not count."""
    new = {"record": "a:b", "expr": "brand_new up ?? 3"}
    assert same_rule(new, new | {"expr": "brand_new  up\n?? 3"})
    assert not same_rule(new, new | {"expr": "brand_new up ?? 4"})


def test_types_of_yaml_do_not_count() -> None:
    """A server's answer is read as text, our own files with numbers and booleans."""
    ours = {"name": "g", "limit": 5, "align_evaluation_time_on_interval": True}
    theirs = {"name": "g", "limit": "5", "align_evaluation_time_on_interval": "true"}
    assert [] == differing(fields(theirs), fields(ours))
