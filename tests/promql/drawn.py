"""Cases of PromQL with what is expected of them drawn underneath, so that a wrong place is seen at a glance."""

from typing import NamedTuple


class Drawn(NamedTuple):
    """An expression, the offsets of the carets under it, and the text beside them."""

    text: str
    start: int
    end: int
    note: str


def drawn(block: str) -> list[Drawn]:
    """Return the cases of a block of pairs of lines: an expression, and below it carets followed by a note."""
    lines = [line for line in block.splitlines() if line.strip()]
    return [_case(text, marks) for text, marks in zip(lines[::2], lines[1::2], strict=True)]


def _case(text: str, marks: str) -> Drawn:
    carets, _, note = marks.strip().partition(" ")
    start = marks.index("^")
    assert set(carets) == {"^"}, f"no carets under {text!r}"
    return Drawn(text, start, start + len(carets), note)
