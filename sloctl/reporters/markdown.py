"""Findings for a pull-request comment: a table, with what to do below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sloctl.core.finding import Finding
from sloctl.core.human import plural
from sloctl.reporters._reporter import Reporter, Run, counts, one_line

_SPECIAL = re.compile(r"[\\`*_{}\[\]()#+!|~<>&:]")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "|": "&#124;"}
_CODE = re.compile(r"`([^`]*)`")


def _render(findings: Sequence[Finding], run: Run) -> str:
    counted = ", ".join(plural(count, word) for word, count in counts(findings).items() if count) or "no findings"
    head = f"**sloctl lint**: {counted} in {plural(run.rules, 'rule')} of {plural(run.files, 'file')}\n"
    if not findings:
        return head
    rows = "".join(_row(finding) for finding in findings)
    return f"{head}\n| severity | code | place | finding |\n| --- | --- | --- | --- |\n{rows}"


def _row(finding: Finding) -> str:
    code = f"{finding.problem.code} {finding.problem.name}"
    advice = f"<br>{marked(finding.help)}" if finding.help else ""
    place = plain(f"{finding.at.source.path}:{finding.at.span.line}")
    return f"| {finding.severity.value} | {code} | {place} | {marked(finding.message)}{advice} |\n"


def marked(text: str) -> str:
    """Escape a message, keeping its back-ticks as code."""
    parts = _CODE.split(one_line(text))
    return "".join(_code(part) if index % 2 else plain(part) for index, part in enumerate(parts))


def plain(text: str) -> str:
    """Escape a text so that Markdown shows it as it is: no markup, no link, nobody mentioned."""
    escaped = _SPECIAL.sub(lambda match: _ENTITIES.get(match[0], f"\\{match[0]}"), one_line(text))
    # A backslash does not keep `@name` from calling that person; an invisible space does.
    return escaped.replace("@", "@&#8203;")


def _code(text: str) -> str:
    return f"<code>{plain(text)}</code>"


REPORTER = Reporter("markdown", "a table for a pull-request comment", _render)
