"""Lint debt: how many findings there are of each code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sloctl.pipeline.lint.judge import lint
from sloctl.pipeline.lint.settings import lint_config
from sloctl.pipeline.load import find_files, shown_path
from sloctl.pipeline.report.model import Debt
from sloctl.pipeline.settings import Settings


def lint_debt(paths: Sequence[Path], settings: Settings, cwd: Path, today: date) -> tuple[Debt, ...]:
    """Lint the files below the paths, as `sloctl lint` does offline, and count the findings."""
    files = [(path, shown_path(path, cwd)) for path in find_files(paths)]
    found = lint(files, lint_config(settings, today), jobs=1).findings
    counted = Counter(finding.problem for finding in found)
    return tuple(
        Debt(code=problem.code, name=problem.name, severity=problem.severity.value, count=count)
        for problem, count in sorted(counted.items(), key=lambda item: item[0].code)
    )
