"""Showing the line a finding points at, with a caret under the exact span."""

from __future__ import annotations

from unicodedata import combining, east_asian_width

from sloctl.core.source import Location

_MAX_WIDTH = 160


def excerpt(at: Location) -> list[str]:
    """Return the source line and the caret line, each with its gutter; nothing for an empty source."""
    line = at.source.line(at.span.line)
    if not line.strip():
        return []
    column = at.span.column - 1
    end = at.span.end_column - 1 if at.span.end_line == at.span.line else len(line)
    line, column, end = _cut(line, column, min(end, len(line)))
    gutter = " " * len(str(at.span.line))
    pad = "".join("\t" if char == "\t" else " " * _width(char) for char in line[:column])
    carets = "^" * max(1, sum(_width(char) for char in line[column:end]))
    return [f" {at.span.line} | {_inert(line)}", f" {gutter} | {pad}{carets}"]


def _cut(line: str, column: int, end: int) -> tuple[str, int, int]:
    """Keep the part of a very long line around the span."""
    if len(line) <= _MAX_WIDTH:
        return line, column, end
    start = max(0, column - _MAX_WIDTH // 3)
    shown = line[start : start + _MAX_WIDTH]
    return shown, column - start, min(end - start, len(shown))


def _width(char: str) -> int:
    if combining(char):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def _inert(line: str) -> str:
    """Replace control characters, which a terminal would obey."""
    return "".join(char if char == "\t" or char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
