"""Findings for people: each with its place, its source line, a caret, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from sloctl.core.finding import Finding, Note, Severity
from sloctl.reporters._reporter import Reporter, Run, one_line, place
from sloctl.reporters._source import excerpt

_COLORS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.NOTE: "36;1"}


def _render(findings: Sequence[Finding], run: Run) -> str:
    return "\n".join(_block(finding, run) for finding in findings)


def _block(finding: Finding, run: Run) -> str:
    severity = _painted(finding.severity.value, _COLORS[finding.severity], run)
    title = f"{severity} {finding.problem.code} {finding.problem.name}"
    lines = [f"{_painted(place(finding.at), '1', run)}: {title}: {one_line(finding.message)}"]
    lines += _shown((finding.at.source.path and excerpt(finding.at)) or [], _COLORS[finding.severity], run)
    lines += [line for note in finding.notes for line in _note(note, run)]
    if finding.help:
        lines.append(f"   = help: {one_line(finding.help)}")
    return "\n".join(lines) + "\n"


def _note(note: Note, run: Run) -> list[str]:
    return [f"   = note: {one_line(note.message)}: {one_line(str(note.at))}", *_shown(excerpt(note.at), "36", run)]


def _shown(lines: list[str], color: str, run: Run) -> list[str]:
    return lines and [*lines[:-1], _painted(lines[-1], color, run)]


def _painted(text: str, code: str, run: Run) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if run.color else text


REPORTER = Reporter("text", "for people, with the source line and a caret", _render)
