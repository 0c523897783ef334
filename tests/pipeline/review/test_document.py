"""The document of a review as text: its marker, its verdict, and how it is cut where it is too long."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sloctl.core.errors import UsageError, WorldError
from sloctl.pipeline.review.document import Part, document, exit_code, fenced, marker, shortened
from sloctl.pipeline.review.summary import LIMIT, append_summary

FINE, BAD = Part(title="Lint", verdict="no findings"), Part(title="Rules", verdict="1 stale", body="- `a`", code=1)


def test_the_marker_comes_first() -> None:
    """A bot knows its comment by the first line; a name makes another marker."""
    assert "<!-- sloctl:review -->\n## sloctl review: fine\n" == document([FINE])[:46]
    assert document([FINE], "eu").startswith("<!-- sloctl:review:eu -->\n## sloctl review (eu): fine\n")


@pytest.mark.parametrize("name", ["a b", "-->", "a\n", "x" * 65, "ü"])
def test_a_name_cannot_end_the_marker(name: str) -> None:
    """What could stand outside of the comment is wrong use."""
    with pytest.raises(UsageError, match="is no name for a review"):
        marker(name)


def test_the_verdict_counts_parts() -> None:
    """What needs work is bold in the table, and the worst code is the code of the whole."""
    assert "## sloctl review: one part needs work" in document([FINE, BAD])
    assert "| Rules | **1 stale** |" in document([FINE, BAD])
    assert (0, 1, 3) == (
        exit_code([FINE]),
        exit_code([FINE, BAD]),
        exit_code([BAD, Part(title="", verdict="", code=3)]),
    )


def test_a_fence_is_longer_than_any_in_it() -> None:
    """A text with a fence of its own cannot leave the block."""
    assert "````diff\n```\n+x\n````" == fenced("```\n+x\n", "diff")


LONG = "<!-- m -->\n<details><summary>x</summary>\n\n```diff\n" + "+ 😀 <details> line\n" * 9000 + "```\n\n</details>\n"


@pytest.mark.parametrize("limit", [1000, 65_000])
def test_a_long_document_is_cut_whole(limit: int) -> None:
    """It fits, says that it was cut, and closes fence and fold."""
    text = shortened(LONG, limit)
    assert limit >= len(text.encode("utf-16-le")) // 2 >= limit - 400
    assert re.search(r"line\n```\n\n</details>\n\n_This is not all", text)


def test_a_short_document_is_not_cut() -> None:
    """Up to the limit nothing changes."""
    assert LONG == shortened(LONG, len(LONG) + 9000)


def test_a_summary_is_appended_and_stays_below_the_limit(tmp_path: Path) -> None:
    """What other steps wrote stays; a text that does not fit any more is cut, and then left out."""
    path = tmp_path / "summary.md"
    path.write_text("# before\n")
    append_summary(path, "short")
    assert "# before\nshort\n" == path.read_text()
    for _ in range(9):
        append_summary(path, LONG)
    assert LIMIT >= path.stat().st_size > LIMIT - 10_000
    assert path.read_text().startswith("# before\nshort\n")


def test_a_summary_that_cannot_be_written_is_a_broken_world(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(WorldError, match="cannot write the job summary"):
        append_summary(tmp_path / "gone" / "summary.md", "x")
