"""Alerts that are compared with each other: those of one folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sloctl.checks import duplicate_alert, same_expression_two_names
from sloctl.checks._check import Check
from sloctl.checks._context import Context
from sloctl.pipeline.lint.config import ALL, LintConfig
from sloctl.pipeline.lint.run import check_project, lint_bytes
from sloctl.pipeline.settings import Settings

ALERT = "groups:\n  - name: queue\n    rules:\n      - alert: {name}\n        expr: max(queue_length) > 100\n"


def reported(check: Check, *files: tuple[str, str], root: Path) -> list[str]:
    """Lint files, each a path and the name of its alert, and return the paths of those that are reported."""
    context = Context(today=date(2026, 11, 23), root=root)
    config = LintConfig(context=context, settings=Settings(root=root), profile=ALL, checks=(check,))
    briefs = [
        brief for path, name in files for brief in lint_bytes(ALERT.format(name=name).encode(), path, config).briefs
    ]
    findings, _ = check_project(briefs, config)
    return [finding.at.source.path for finding in findings]


def test_a_copy_in_another_file_of_the_folder_is_reported(tmp_path: Path) -> None:
    """The same alert in two files that one server loads is found, at the second of them."""
    found = reported(duplicate_alert.CHECK, ("eu/a.yml", "QueueLong"), ("eu/b.yml", "QueueLong"), root=tmp_path)
    assert ["eu/b.yml"] == found


@pytest.mark.parametrize(
    ("check", "other"), [(duplicate_alert.CHECK, "QueueLong"), (same_expression_two_names.CHECK, "WorkersSlow")]
)
def test_copies_for_different_servers_are_normal(check: Check, other: str, tmp_path: Path) -> None:
    """The same rules in the folders of two regions are no duplicates, under one name or two."""
    assert [] == reported(check, ("eu/a.yml", "QueueLong"), ("us/a.yml", other), root=tmp_path)
