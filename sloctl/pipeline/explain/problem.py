"""The manual page of a class of findings, by its code: those of reading specs, and those of the lint checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module

from sloctl.checks._check import Check
from sloctl.core.errors import UsageError
from sloctl.core.finding import Problem
from sloctl.core.human import nearest
from sloctl.core.problems import BY_CODE
from sloctl.core.registry import module_names
from sloctl.pipeline.explain.layout import INDENT, Section, page, paragraph, verbatim
from sloctl.pipeline.lint.config import all_checks
from sloctl.pipeline.lint.manual import manual_pages


def known_problems() -> Mapping[str, Problem]:
    """Map every code to its class. Where reading and a check share a code, the check speaks."""
    return dict(sorted({**BY_CODE, **{check.code: check.problem for check in all_checks()}}.items()))


def find_problem(code: str) -> Problem:
    """Return the class of a code; raise UsageError when there is none."""
    known = known_problems()
    if code in known:
        return known[code]
    meant = nearest(code, known)
    hint = f"did you mean {meant}? " if meant else ""
    raise UsageError(f"unknown code {code}", f"{hint}`sloctl explain --list` lists all codes")


def code_of(name: str) -> str | None:
    """Return the code of the class of findings that bears a name, such as `zero-for`; only that check is loaded."""
    own = {problem.name: problem.code for problem in BY_CODE.values()}
    module = name.replace("-", "_")
    if module not in module_names("sloctl.checks"):
        return own.get(name)
    check: Check = import_module(f"sloctl.checks.{module}").CHECK
    return check.code


def problem_page(problem: Problem, *, color: bool) -> str:
    """Write the manual page of a class."""
    title = f"{problem.code} {problem.name} ({problem.severity.value})"
    blocks = re.split(r"\n\s*\n", manual_pages()[problem.code])
    return page(title, [Section("", _block(block, color=color)) for block in blocks], color=color)


def _block(block: str, *, color: bool) -> list[str]:
    """Wrap prose; keep examples, which are indented, and lists as they are written."""
    if block.startswith((" ", "-", "|", "`")):
        return verbatim(block, INDENT)
    lines = paragraph(re.sub(r"\*\*(.+?)\*\*", r"\1", block), INDENT)
    lead = re.match(r"\*\*(.+?)\*\*", block)
    if lead and color:
        lines[0] = lines[0].replace(lead[1], f"\x1b[1m{lead[1]}\x1b[0m", 1)
    return lines


def problem_list() -> str:
    """List all classes, one per line: code, severity, name."""
    rows = [f"{code}  {problem.severity.value:7}  {problem.name}" for code, problem in known_problems().items()]
    return "\n".join(rows)
