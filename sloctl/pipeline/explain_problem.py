"""The manual page of a class of findings, by its code."""

from __future__ import annotations

from sloctl.core.errors import UsageError
from sloctl.core.finding import Problem
from sloctl.core.human import nearest
from sloctl.core.problems import BY_CODE
from sloctl.pipeline.explain_layout import Section, page, paragraph


def find_problem(code: str) -> Problem:
    """Return the class of a code; raise UsageError when there is none."""
    if code in BY_CODE:
        return BY_CODE[code]
    meant = nearest(code, BY_CODE)
    hint = f"did you mean {meant}? " if meant else ""
    raise UsageError(f"unknown code {code}", f"{hint}`sloctl explain --list` lists all codes")


def problem_page(problem: Problem, *, color: bool) -> str:
    """Say what a class of findings means."""
    title = f"{problem.code} {problem.name} ({problem.severity.value})"
    return page(title, [Section("", paragraph(problem.meaning, "  "))], color=color)


def problem_list() -> str:
    """List all classes, one per line: code, severity, name."""
    rows = [f"{code}  {problem.severity.value:7}  {problem.name}" for code, problem in sorted(BY_CODE.items())]
    return "\n".join(rows)
