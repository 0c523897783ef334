"""GitLab's Code Quality report (the Code Climate shape)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sloctl.core.finding import Finding, Severity
from sloctl.core.fingerprint import fingerprints
from sloctl.reporters._reporter import Reporter, Run

_LEVELS = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def _render(findings: Sequence[Finding], _run: Run) -> str:
    issues = [_issue(finding, digest) for finding, digest in fingerprints(findings)]
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"


def _issue(finding: Finding, digest: str) -> dict[str, Any]:
    span = finding.at.span
    return {
        "type": "issue",
        "check_name": f"{finding.problem.code} {finding.problem.name}",
        "description": finding.message,
        "content": {"body": finding.help},
        "categories": ["Bug Risk"],
        "severity": _LEVELS[finding.severity],
        "fingerprint": digest,
        "location": {"path": finding.at.source.path, "lines": {"begin": span.line, "end": span.end_line}},
    }


REPORTER = Reporter("gitlab", "GitLab Code Quality", _render)
