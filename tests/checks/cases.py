"""Reading the cases of checks: YAML with the expected findings drawn under their lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import dedent, indent

from sloctl.checks._check import Bad, Check, Good
from sloctl.checks._context import Context
from sloctl.pipeline.lint.config import ALL, LintConfig
from sloctl.pipeline.lint.online import check_online
from sloctl.pipeline.lint.run import check_project, lint_bytes
from sloctl.pipeline.settings import Settings

_DRAWN = re.compile(r"^\s*#\s*(\^+) (.*)$")
_WHOLE_FILE = ("groups:", "apiVersion:", "namespace:", "{", "kind:")


@dataclass(frozen=True, order=True)
class Drawn:
    """A finding as drawn: line, first and last column, and message."""

    line: int
    column: int
    end_column: int
    message: str


def read_case(text: str) -> tuple[str, list[Drawn]]:
    """Return the YAML without the drawings, and what was drawn."""
    body = dedent(text).strip("\n") + "\n"
    if not any(line.startswith(_WHOLE_FILE) for line in body.splitlines()):
        body = "groups:\n  - name: example\n    rules:\n" + indent(body, "      ")
    lines: list[str] = []
    drawn: list[Drawn] = []
    for line in body.splitlines():
        if match := _DRAWN.match(line):
            drawn.append(Drawn(len(lines), match.start(1) + 1, match.end(1) + 1, match[2]))
        else:
            lines.append(line)
    return "\n".join(lines) + "\n", drawn


def found(check: Check, case: Good | Bad, root: Path) -> list[Drawn]:
    """Run one check over a case and return what it finds, as it would be drawn."""
    text, _ = read_case(case.yaml)
    for name, content in case.files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(dedent(content), encoding="utf-8")
    known = {option.name for option in check.options}
    options = {key: value for key, value in case.options.items() if key in known}
    settings = {key: value for key, value in case.options.items() if key not in known}
    context = Context(**{"today": date(2026, 11, 23), "root": root, "options": {check.code: options}, **settings})
    lint = Settings(root=root)
    config = LintConfig(context=context, settings=lint, profile=ALL, select=(check.code, "X900"), checks=(check,),
                        server=case.server)  # fmt: skip
    linted = lint_bytes(text.encode(), "case.yml", config)
    shared, _ = check_project(linted.briefs, config)
    hits = [*linted.findings, *shared, *check_online(linted.rules, config).findings]
    return sorted(
        Drawn(hit.at.span.line, hit.at.span.column, hit.at.span.end_column, hit.message)
        for hit in hits
        if hit.problem.code in (check.code, "X900")
    )
