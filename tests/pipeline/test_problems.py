"""Problems are shown well: each case of `tests/golden/problems/` draws every finding that its spec has."""

from pathlib import Path

import pytest

from sloctl.pipeline.settings import Settings
from tests.pipeline.problem_cases import FOLDER, UPDATE, as_drawn, draw, problems_of, read_case

CASES = sorted(FOLDER.glob("*.yaml"))
SETTINGS = Settings(root=Path("/"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_problem_is_drawn_at_its_place(path: Path) -> None:
    """Line, column, end column, code and message of every finding are as drawn, and there are no others."""
    text, expected = read_case(path.read_text(encoding="utf-8"))
    found = as_drawn(problems_of(text.encode(), SETTINGS))
    if UPDATE:
        path.write_text(draw(text, found), encoding="utf-8")
        expected = found
    assert expected == found


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_windows_line_ends_and_a_byte_order_mark_move_nothing(path: Path) -> None:
    """The same file as an editor on Windows saves it has the same findings at the same places."""
    text, expected = read_case(path.read_text(encoding="utf-8"))
    windows = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    assert expected == as_drawn(problems_of(windows, SETTINGS))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_shows_a_problem(path: Path) -> None:
    """A case without a drawing would prove nothing; only those named `fine…` have none."""
    _, expected = read_case(path.read_text(encoding="utf-8"))
    assert path.stem.startswith("fine") == (not expected)


def test_ten_mistakes_are_ten_findings() -> None:
    """Each mistake is said once, and none hides another."""
    text, _ = read_case((FOLDER / "ten-mistakes.yaml").read_text(encoding="utf-8"))
    assert 10 == len(problems_of(text.encode(), SETTINGS))
