"""A difference of long texts: what `patch` would make the new text from, found where `difflib` alone takes minutes."""

from __future__ import annotations

import re
from difflib import unified_diff

from hypothesis import given, settings
from hypothesis import strategies as st

from sloctl.core.linediff import unified

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")

texts = st.lists(st.sampled_from("abcdefgh"), max_size=30).map(lambda lines: "".join(f"{line}\n" for line in lines))


def patched(old: str, diff: str) -> str:
    """Apply a difference, and check that its context and its removed lines are those of the old text."""
    lines, result, at = old.splitlines(), list[str](), 0
    for line in diff.splitlines()[2:]:
        if found := _HUNK.match(line):
            start = int(found[1]) - (found[2] != "0")
            result += lines[at:start]
            at = start
            continue
        if line[0] in " -":
            assert line[1:] == lines[at]
            at += 1
        result += [line[1:]] if line[0] in " +" else []
    return "".join(f"{line}\n" for line in [*result, *lines[at:]])


@settings(deadline=None)
@given(texts, texts)
def test_the_difference_leads_from_old_to_new(old: str, new: str) -> None:
    """Whatever repeats and moves, the new text comes out; equal texts have no difference."""
    diff = unified(old, new, "a", "b")
    assert new == patched(old, diff)
    assert (old == new) == (diff == "")


def test_a_change_looks_as_ever() -> None:
    """Three lines around it, merged hunks, and the numbers of the lines, as `diff -u` writes them."""
    old = "".join(f"line {number}\n" for number in range(40))
    new = old.replace("line 10\n", "other\n").replace("line 14\n", "").replace("line 30\n", "line 30\nmore\n")
    pieces = (each.splitlines(keepends=True) for each in (old, new))
    assert "".join(unified_diff(*pieces, "a", "b")) == unified(old, new, "a", "b")


def test_a_file_that_comes_or_goes() -> None:
    """The side without lines is numbered 0, as `patch` expects it."""
    assert "--- /dev/null\n+++ b\n@@ -0,0 +1,2 @@\n+x\n+y\n" == unified("", "x\ny\n", "/dev/null", "b")
    assert "--- a\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n" == unified("x\n", "", "a", "/dev/null")


def test_a_hundred_thousand_lines_with_a_thousand_changes() -> None:
    """Each changed line is two of the difference; in the time of a test, where `difflib` would take minutes."""
    same = "same\n" * 99
    old = "".join(f"name {number}\n{same}interval 30s\n" for number in range(1000))
    diff = unified(old, old.replace("30s", "1m"), "a", "b")
    assert (1000, 1000) == (diff.count("\n-interval 30s"), diff.count("\n+interval 1m"))
