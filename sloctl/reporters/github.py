"""Annotations on a GitHub pull request, as workflow commands."""

from __future__ import annotations

from collections.abc import Sequence

from sloctl.core.finding import Finding, Severity
from sloctl.reporters._reporter import Reporter, Run, one_line

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def _render(findings: Sequence[Finding], _run: Run) -> str:
    return "".join(f"{_command(finding)}\n" for finding in findings)


def _command(finding: Finding) -> str:
    span = finding.at.span
    properties = {
        "file": finding.at.source.path,
        "line": str(span.line),
        "endLine": str(span.end_line),
        "col": str(span.column),
        "endColumn": str(span.end_column),
        "title": f"{finding.problem.code} {finding.problem.name}",
    }
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    text = finding.message + (f"\n{finding.help}" if finding.help else "")
    return f"::{_LEVELS[finding.severity]} {written}::{_data(text)}"


def _data(text: str) -> str:
    """Escape what would end the command: a line break begins a new one."""
    return "%0A".join(one_line(line).replace("%", "%25") for line in text.split("\n"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


REPORTER = Reporter("github", "annotations on a GitHub pull request", _render)
