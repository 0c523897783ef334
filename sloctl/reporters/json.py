"""Findings for programs: spans, notes, fixes and fingerprints; the schema is `sloctl schema report`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sloctl.core.finding import Finding
from sloctl.core.fingerprint import fingerprints
from sloctl.core.source import Location
from sloctl.reporters._reporter import Reporter, Run, counts

VERSION = 1


def _render(findings: Sequence[Finding], run: Run) -> str:
    report = {
        "version": VERSION,
        "tool": {"name": "sloctl", "version": run.version},
        "summary": {"files": run.files, "rules": run.rules, "suppressed": run.suppressed, **counts(findings)},
        "findings": [_finding(finding, digest) for finding, digest in fingerprints(findings)],
    }
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _finding(finding: Finding, digest: str) -> dict[str, Any]:
    return {
        "code": finding.problem.code,
        "name": finding.problem.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "help": finding.help,
        "rule": finding.subject,
        "fingerprint": digest,
        "at": _place(finding.at),
        "notes": [{"message": note.message, "at": _place(note.at)} for note in finding.notes],
        "fix": _fix(finding),
    }


def _fix(finding: Finding) -> dict[str, Any] | None:
    if finding.fix is None:
        return None
    edits = [{"at": _place(edit.at), "text": edit.text} for edit in finding.fix.edits]
    return {"title": finding.fix.title, "safe": finding.fix.safe, "edits": edits}


def _place(at: Location) -> dict[str, Any]:
    span = at.span
    return {"path": at.source.path, "line": span.line, "column": span.column,
            "end_line": span.end_line, "end_column": span.end_column}  # fmt: skip


REPORTER = Reporter("json", "for programs, with spans, fixes and fingerprints", _render)
