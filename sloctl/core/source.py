"""Texts that users wrote, and places in them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

# What editors count as lines. libyaml also breaks lines at U+0085, U+2028 and U+2029, so only its indexes are used.
_BREAK = re.compile("\r\n|[\n\r]")


class Span(NamedTuple):
    """A stretch of a text. Lines and columns count from 1; the end is exclusive.

    Spans and locations are named tuples, because a lint run makes a hundred thousand and passes them between processes.
    """

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class Source:
    """A text and the path it is known by (relative, with `/`)."""

    path: str
    text: str = field(repr=False)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _BREAK.finditer(self.text))]

    def line(self, number: int) -> str:
        """Return a line without its break; lines count from 1, and a line past the end is empty."""
        starts = self._starts
        if number > len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def offset(self, line: int, column: int) -> int:
        """Return the index of a line and column, both counted from 0."""
        starts = self._starts
        return len(self.text) if line >= len(starts) else min(starts[line] + column, len(self.text))

    def span(self, start: int, end: int) -> Span:
        """Return the lines and columns of `text[start:end]`."""
        return Span(*self._position(start), *self._position(max(start, end)))

    def _position(self, offset: int) -> tuple[int, int]:
        row = bisect_right(self._starts, offset)
        return row, offset - self._starts[row - 1] + 1


class Location(NamedTuple):
    """A span in a source: where a finding points."""

    source: Source
    span: Span

    def __str__(self) -> str:
        return f"{self.source.path}:{self.span.line}:{self.span.column}"

    @classmethod
    def whole(cls, path: str, text: str = "") -> Location:
        """Point at a file as such: its first character."""
        return cls(Source(path, text), Span(1, 1, 1, 1))
