"""SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from sloctl.core.finding import Finding, Severity
from sloctl.core.fingerprint import fingerprints
from sloctl.core.source import Location
from sloctl.reporters._reporter import Reporter, Run

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def _render(findings: Sequence[Finding], run: Run) -> str:
    problems = {finding.problem.code: finding.problem for finding in findings}
    rules = [_rule(code, problems[code].name, problems[code].meaning, run) for code in sorted(problems)]
    index = {rule["id"]: position for position, rule in enumerate(rules)}
    driver = {"name": "sloctl", "semanticVersion": run.version, "rules": rules}
    results = [_result(finding, digest, index) for finding, digest in fingerprints(findings)]
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(code: str, name: str, meaning: str, run: Run) -> dict[str, Any]:
    page = run.manual.get(code, meaning).strip()
    short = page.split("\n", 1)[0] or name
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in name.split("-")),
        "shortDescription": {"text": short},
        "help": {"text": page or name, "markdown": page or name},
    }


def _result(finding: Finding, digest: str, index: dict[str, int]) -> dict[str, Any]:
    text = finding.message + (f"\n{finding.help}" if finding.help else "")
    result: dict[str, Any] = {
        "ruleId": finding.problem.code,
        "ruleIndex": index[finding.problem.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [_location(finding.at)],
        "partialFingerprints": {"sloctl/v1": digest},
    }
    if finding.notes:
        result["relatedLocations"] = [
            {**_location(note.at), "message": {"text": note.message}} for note in finding.notes
        ]
    if finding.fix:
        result["fixes"] = [_fix(finding)]
    return result


def _fix(finding: Finding) -> dict[str, Any]:
    edits = finding.fix.edits if finding.fix else ()
    changes = [
        {"artifactLocation": _artifact(edit.at),
         "replacements": [{"deletedRegion": _region(edit.at), "insertedContent": {"text": edit.text}}]}
        for edit in edits
    ]  # fmt: skip
    return {"description": {"text": finding.fix.title if finding.fix else ""}, "artifactChanges": changes}


def _location(at: Location) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(at), "region": _region(at)}}


def _artifact(at: Location) -> dict[str, str]:
    return {"uri": quote(at.source.path)}


def _region(at: Location) -> dict[str, int]:
    span = at.span
    return {"startLine": span.line, "startColumn": span.column, "endLine": span.end_line, "endColumn": span.end_column}


REPORTER = Reporter("sarif", "SARIF 2.1.0, for code scanning", _render)
