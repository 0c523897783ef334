"""Findings for people: each with its place, its source line, a caret, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from sloctl.core.finding import Finding, Note, Severity
from sloctl.reporters._reporter import Reporter, Style
from sloctl.reporters._source import excerpt

_COLORS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.NOTE: "36;1"}


def _render(findings: Sequence[Finding], style: Style) -> str:
    return "\n".join(_block(finding, style) for finding in findings)


def _block(finding: Finding, style: Style) -> str:
    severity = _painted(finding.severity.value, _COLORS[finding.severity], style)
    title = f"{severity} {finding.problem.code} {finding.problem.name}"
    lines = [f"{_painted(str(finding.at), '1', style)}: {title}: {_one_line(finding.message)}"]
    lines += _shown((finding.at.source.path and excerpt(finding.at)) or [], _COLORS[finding.severity], style)
    lines += [line for note in finding.notes for line in _note(note, style)]
    if finding.help:
        lines.append(f"   = help: {_one_line(finding.help)}")
    return "\n".join(lines) + "\n"


def _note(note: Note, style: Style) -> list[str]:
    return [f"   = note: {_one_line(note.message)}: {note.at}", *_shown(excerpt(note.at), "36", style)]


def _shown(lines: list[str], color: str, style: Style) -> list[str]:
    return lines and [*lines[:-1], _painted(lines[-1], color, style)]


def _painted(text: str, code: str, style: Style) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if style.color else text


def _one_line(text: str) -> str:
    """Keep a message on its line, whatever the user's text in it holds."""
    return "".join(char if char.isprintable() else " " for char in text)


REPORTER = Reporter("text", "for people, with the source line and a caret", _render)
