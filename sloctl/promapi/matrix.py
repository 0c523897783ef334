"""The points of a large answer, read while it comes in: a month of a series is a megabyte of text.

Points are lifted out of the text as soon as their series is complete, and a number takes their place. What is left is
small JSON with all names and labels, and is read, and refused, like any other answer.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

_BEGIN = re.compile(rb'"values"\s*:\s*(?=\[)')
"""Cannot occur inside a string, where each quote has a backslash before it."""
_END = re.compile(rb"\]\s*\]|\[\s*\]")
"""Where points end that are written with spaces. Without spaces it is `]]`, found thirty times as fast."""
_LONGEST_BEGIN = 64

Points = tuple["array[float]", "array[float]"]
"""Times in unix seconds, and the values beside them."""
_BRACKETS = b'[]" \t\r\n'


@dataclass(frozen=True, slots=True)
class Column:
    """One series of a range: its times in unix seconds, in their order, and beside each the value."""

    labels: Mapping[str, str]
    times: array[float] = field(default_factory=lambda: array("d"))
    values: array[float] = field(default_factory=lambda: array("d"))

    def extend(self, later: Column) -> None:
        """Add what follows in time."""
        self.times.extend(later.times)
        self.values.extend(later.values)


class Lifter:
    """Takes the text of an answer piece by piece. `found` are the times and values of the series, in order."""

    def __init__(self) -> None:
        self.found: list[Points] = []
        self._kept: list[bytes] = []
        self._rest = b""
        self._seen = 0
        self._is_inside = False

    def feed(self, piece: bytes) -> None:
        """Take the next piece."""
        self._rest += piece
        while self._leave() if self._is_inside else self._enter():
            pass

    def _enter(self) -> bool:
        begin = _BEGIN.search(self._rest)
        kept = begin.end() if begin else max(0, len(self._rest) - _LONGEST_BEGIN)
        self._kept.append(self._rest[:kept])
        self._rest = self._rest[kept:]
        self._is_inside = begin is not None
        return self._is_inside

    def _leave(self) -> bool:
        end = self._end()
        if end < 0:
            return False
        text, self._rest = self._rest[:end], self._rest[end:]
        self._is_inside, self._seen = False, 0
        try:
            points = _points(text)
        except ValueError:
            self._kept.append(text)  # whoever reads the rest says what is wrong with it
        else:
            self._kept.append(str(len(self.found)).encode())
            self.found.append(points)
        return True

    def _end(self) -> int:
        """Return where the points end; -1 while that has not come in."""
        if not self._rest.startswith(b"[["):
            found = _END.search(self._rest)
            return found.end() if found else -1
        end = self._rest.find(b"]]", max(0, self._seen - 1))
        self._seen = len(self._rest)
        return end + 2 if end >= 0 else -1

    def finish(self) -> bytes:
        """Return the answer without its points; where it was cut, it is no JSON."""
        return b"".join((*self._kept, self._rest))


def _points(text: bytes) -> Points:
    plain = text.translate(None, _BRACKETS)
    numbers = plain.split(b",") if plain else []
    times, values = array("d", map(float, numbers[::2])), array("d", map(float, numbers[1::2]))
    if len(times) != len(values):
        raise ValueError("a time without a value")
    return times, values
