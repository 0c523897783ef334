"""Plain text for a terminal of 80 columns: titled sections, tables, and labelled lines that wrap.

What is printed does not depend on the terminal, so that a pipe receives the same text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap

WIDTH = 80
INDENT = "  "
_GAP = 2
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Section:
    """A title and the lines below it."""

    title: str
    lines: Sequence[str]


def page(title: str, sections: Iterable[Section], *, color: bool) -> str:
    """Join sections below the title of the whole; the first may go without a title of its own."""
    parts = [_bold(title, color)]
    for section in sections:
        heading = [_bold(f"{INDENT}{section.title}", color)] if section.title else []
        parts.append("\n".join((*heading, *section.lines)))
    return "\n\n".join(parts)


def one_line(text: str) -> str:
    """Keep a user's text on one line, without characters that would steer the terminal."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())


def verbatim(text: str, margin: str = INDENT * 2) -> list[str]:
    """Show an expression line by line, without characters that would steer the terminal."""
    return [margin + "".join(char if char.isprintable() else " " for char in line) for line in text.splitlines()]


def paragraph(text: str, margin: str = INDENT * 2) -> list[str]:
    """Wrap a text; a word that is too long, such as a URL, stays whole."""
    return wrap(one_line(text), WIDTH, initial_indent=margin, subsequent_indent=margin,
                break_long_words=False, break_on_hyphens=False)  # fmt: skip


def labelled(rows: Iterable[tuple[str, str]], margin: str = INDENT) -> list[str]:
    """Write `label  text` with all texts in one column; rows without text are left out."""
    filled = [(one_line(label), text) for label, text in rows if text.strip()]
    width = max((len(label) for label, _ in filled), default=0) + _GAP
    lines: list[str] = []
    for label, text in filled:
        first, *more = paragraph(text, margin + " " * width)
        lines += [margin + label.ljust(width) + first.lstrip(), *more]
    return lines


def table(header: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> list[str]:
    """Align cells under their header: the first `words` columns to the left, the rest to the right.

    The first column gives way when the table would not fit.
    """
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    excess = len(INDENT * 2) + sum(widths) + _GAP * (len(widths) - 1) - WIDTH
    widths[0] -= max(0, excess)
    return [_row(cells, widths, words) for cells in (header, *rows)]


def _row(cells: Sequence[str], widths: Sequence[int], words: int) -> str:
    first = cells[0] if len(cells[0]) <= widths[0] else f"{cells[0][: widths[0] - 1]}…"
    aligned = [
        cell.ljust(width) if index < words else cell.rjust(width)
        for index, (cell, width) in enumerate(zip((first, *cells[1:]), widths, strict=True))
    ]
    return (INDENT * 2 + (" " * _GAP).join(aligned)).rstrip()


def _bold(text: str, color: bool) -> str:
    return f"{_BOLD}{text}{_PLAIN}" if color else text
