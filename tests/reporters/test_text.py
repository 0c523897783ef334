"""Findings as people read them: the place, the line, a caret under the exact span, what to do."""

from __future__ import annotations

import pytest

from sloctl.core.finding import Finding, Note, Problem, Severity
from sloctl.core.source import Location, Source, Span
from sloctl.reporters._reporter import Run
from sloctl.reporters.text import REPORTER

PROBLEM = Problem("S999", "example", Severity.ERROR, "An example.")


def shown(text: str, span: Span, message: str = "it is wrong", advice: str = "", **more: object) -> str:
    """Render one finding about a text."""
    finding = Finding(problem=PROBLEM, at=Location(Source("a.yaml", text), span), message=message, help=advice)
    return REPORTER.render([finding], Run(**more))  # type: ignore[arg-type]


def test_a_finding_shows_place_line_caret_and_help() -> None:
    """The whole of a finding."""
    assert shown("one\nkey: value\n", Span(2, 6, 2, 11), advice="mend it") == (
        "a.yaml:2:6: error S999 example: it is wrong\n"
        " 2 | key: value\n"
        "   |      ^^^^^\n"
        "   = help: mend it\n"
    )


@pytest.mark.parametrize(
    ("line", "span", "caret"),
    [
        ("東京: x", Span(1, 5, 1, 6), "      ^"),
        ("🗼🗼: 東京", Span(1, 5, 1, 7), "      ^^^^"),
        ("e\u0301: x", Span(1, 5, 1, 6), "   ^"),
        ("\tkey: x", Span(1, 7, 1, 8), "\t     ^"),
        ("key:", Span(1, 5, 1, 5), "    ^"),
        ("a: |\n  b", Span(1, 4, 2, 4), "   ^"),
    ],
    ids=["wide characters before", "wide characters inside", "combining characters", "tab", "nothing there", "block"],
)
def test_the_caret_stands_under_its_characters(line: str, span: Span, caret: str) -> None:
    """Wide characters take two cells, combining ones none, tabs stay tabs, and a block is marked on its first line."""
    assert f"   | {caret}" == shown(line, span).splitlines()[2]


def test_a_long_line_is_cut_around_the_caret() -> None:
    """A line of 10 kB shows the part that matters."""
    lines = shown("x" * 5000 + "HERE" + "y" * 5000, Span(1, 5001, 1, 5005)).splitlines()
    assert max(map(len, lines)) < 200
    column = lines[2].index("^")
    assert "HERE" == lines[1][column : column + 4]


def test_control_characters_reach_no_terminal() -> None:
    """Escape sequences and line breaks in a user's text cannot change the screen or the report."""
    text = shown("key: \x1b[31m\x85x", Span(1, 6, 1, 7), message="bad \x1b[2J\nname\u2028")
    assert not set(text) & {"\x1b", "\x85", "\u2028"}
    assert 3 == len(text.splitlines())


def test_a_finding_about_a_whole_file_shows_no_line() -> None:
    """Where there is no text to show, the place and the message are enough."""
    finding = Finding(problem=PROBLEM, at=Location.whole("a.yaml"), message="it is empty")
    assert "a.yaml:1:1: error S999 example: it is empty\n" == REPORTER.render([finding], Run())


def test_notes_show_the_other_place() -> None:
    """A second place has its own line and caret."""
    source = Source("a.yaml", "name: a\nname: b\n")
    note = Note("it stands here first", Location(source, Span(1, 1, 1, 5)))
    finding = Finding(problem=PROBLEM, at=Location(source, Span(2, 1, 2, 5)), message="twice", notes=(note,))
    assert REPORTER.render([finding], Run()) == (
        "a.yaml:2:1: error S999 example: twice\n"
        " 2 | name: b\n"
        "   | ^^^^\n"
        "   = note: it stands here first: a.yaml:1:1\n"
        " 1 | name: a\n"
        "   | ^^^^\n"
    )


def test_colour_changes_nothing_but_colour() -> None:
    """Without its escape sequences the coloured report is the plain one."""
    plain, colored = (shown("key: value", Span(1, 1, 1, 4), color=color) for color in (False, True))
    for sequence in ("\x1b[1m", "\x1b[31;1m", "\x1b[0m"):
        assert sequence in colored
        colored = colored.replace(sequence, "")
    assert plain == colored
