"""A scratch repository for each test, and no CI service around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.diff.scratch import Scratch, scratch


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_BASE_REF", "GITHUB_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def repository(tmp_path: Path) -> Scratch:
    """A repository with one commit."""
    return scratch(tmp_path / "repository")
