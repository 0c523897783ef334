"""What docs/formats/pyrra.md shows is what comes out."""

from __future__ import annotations

from pathlib import Path

from tests.cli.session import sloctl
from tests.support.docs import blocks


def test_the_example_converts_as_shown(tmp_path: Path) -> None:
    """The objective on the page becomes the spec below it, and only the name of its alert is lost."""
    shown = {block.language + "".join(block.words): block.text for block in blocks("docs/formats/pyrra.md")}
    (tmp_path / "orders.yaml").write_text(shown["yamlpyrra"])
    done = sloctl("convert", "orders.yaml", cwd=tmp_path)
    assert shown["yamlnative"] == done.out.partition("\n")[2]
    assert ["mapped", "derived", "Lost"] == [
        word for word in ("mapped", "derived", "Lost", "Corrected", "Missing") if word in done.err
    ]
