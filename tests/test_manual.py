"""The manual in docs/checks is what the checks say."""

from __future__ import annotations

from pathlib import Path

from sloctl.pipeline.lint.manual import markdown_pages

FOLDER = Path(__file__).parents[1] / "docs" / "checks"


def test_the_manual_is_up_to_date() -> None:
    """docs/checks holds exactly the pages that `make docs` writes."""
    assert markdown_pages() == {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
