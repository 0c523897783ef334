"""Specs with their expected findings drawn under the lines, as in `tests/golden/problems/`.

    objective: 0.999
    #          ^^^^^ S302 the objective is 0.999 percent: nearly everything may fail

Carets in the first column stand after `#<`; a `~` after the carets says that the place goes on in later lines.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sloctl.core.finding import Finding
from sloctl.pipeline.load import parse_bytes
from sloctl.pipeline.resolve.service import resolve
from sloctl.pipeline.settings import Settings

FOLDER = Path(__file__).parents[1] / "golden" / "problems"
UPDATE = os.environ.get("SLOCTL_UPDATE_GOLDEN") == "1"
_DRAWN = re.compile(r"^\s*#(?P<left><?)\s*(?P<carets>\^+)(?P<more>~?) (?P<code>[A-Z][0-9]{3}) (?P<message>.*)$")


@dataclass(frozen=True, order=True)
class Drawn:
    """A finding as it is drawn; `more` says that it ends in a later line."""

    line: int
    column: int
    end_column: int
    code: str
    message: str
    more: bool


def read_case(drawing: str) -> tuple[str, list[Drawn]]:
    """Return the text without what is drawn, and what is drawn."""
    lines: list[str] = []
    drawn: list[Drawn] = []
    for line in drawing.split("\n"):
        if match := _DRAWN.match(line):
            start, end = match.span("carets")
            column = 1 if match["left"] else start + 1
            drawn.append(Drawn(len(lines), column, column + end - start, match["code"], match["message"],
                               bool(match["more"])))  # fmt: skip
        else:
            lines.append(line)
    return "\n".join(lines), sorted(drawn)


def problems_of(raw: bytes, settings: Settings) -> list[Finding]:
    """Return what is found in the bytes of a file."""
    documents, findings = parse_bytes(raw, "spec.yaml")
    for document in documents:
        findings += resolve(document, settings)[1]
    return findings


def as_drawn(findings: Iterable[Finding]) -> list[Drawn]:
    """Return findings as they would be drawn."""
    return sorted(_as_drawn(finding) for finding in findings)


def _as_drawn(finding: Finding) -> Drawn:
    span, line = finding.at.span, finding.at.source.line(finding.at.span.line)
    more = span.end_line > span.line
    end = len(line) + 1 if more else span.end_column
    return Drawn(span.line, span.column, end, finding.problem.code, finding.message, more)


def draw(text: str, findings: Iterable[Drawn]) -> str:
    """Return a text with findings drawn under its lines."""
    lines = text.split("\n")
    result: list[str] = []
    for number, line in enumerate(lines, start=1):
        result.append(line)
        result += [_drawing(each) for each in sorted(findings) if each.line == number]
    return "\n".join(result)


def _drawing(drawn: Drawn) -> str:
    carets = "^" * (drawn.end_column - drawn.column) + "~" * drawn.more
    margin = "#<" if drawn.column == 1 else "#".rjust(1).ljust(drawn.column - 1)
    return f"{margin}{carets} {drawn.code} {drawn.message}"
