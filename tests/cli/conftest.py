"""What tests of commands that ask a server share."""

from __future__ import annotations

from pathlib import Path

import pytest

from sloctl.promapi import transport
from tests.support.shop import SETTINGS, SPEC


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask a failing server again at once, and no proxy."""
    monkeypatch.setattr(transport, "FIRST_PAUSE_SECONDS", 0.0)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the spec of the shop and its settings."""
    (tmp_path / "shop.yaml").write_text(SPEC)
    (tmp_path / "sloctl.yaml").write_text(SETTINGS)
    return tmp_path
