"""One line a finding, for editors and for grep."""

from __future__ import annotations

from collections.abc import Sequence

from sloctl.core.finding import Finding
from sloctl.reporters._reporter import Reporter, Run, one_line, place


def _render(findings: Sequence[Finding], _run: Run) -> str:
    return "".join(f"{_line(finding)}\n" for finding in findings)


def _line(finding: Finding) -> str:
    title = f"{finding.severity.value} {finding.problem.code} {finding.problem.name}"
    return f"{place(finding.at)}: {title}: {one_line(finding.message)}"


REPORTER = Reporter("concise", "one line a finding: file:line:column", _render)
