"""A document that was translated from other documents: every value of it knows where its original stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import yaml

from sloctl.core.document import Document, Path
from sloctl.core.source import Location


class Piece(NamedTuple):
    """Characters `start` to `stop` of a translated text: `at` to `end` of the original, or a word in their place."""

    start: int
    stop: int
    at: int
    end: int

    @property
    def is_same(self) -> bool:
        """Tell whether the text was taken over, so that each character of it has its own place."""
        return self.stop - self.start == self.end - self.at

    def original(self, start: int, stop: int) -> tuple[int, int]:
        """Return where a stretch inside this piece stands; a word that was replaced counts as a whole."""
        return (self.at + start - self.start, self.at + stop - self.start) if self.is_same else (self.at, self.end)


def original_span(pieces: Sequence[Piece], start: int, stop: int) -> tuple[int, int]:
    """Return the characters of the original that became `start` to `stop`."""
    touched = [piece for piece in pieces if piece.start < max(stop, start + 1) and start < piece.stop] or [pieces[-1]]
    first, last = touched[0], touched[-1]
    begin, _ = first.original(min(start, first.stop), first.stop)
    _, end = last.original(last.start, min(max(stop, last.start), last.stop))
    return begin, max(begin, end)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a translated value comes from: a path in an original document.

    `start` tells that a text was taken over as it stands, from this character of the text at the path; None that the
    value was derived, so that no character of it has a place of its own. `pieces` say it for a text in which words
    were replaced.
    """

    document: Document
    path: Path
    start: int | None = None
    pieces: tuple[Piece, ...] = ()

    def inside(self, start: int, end: int, rest: Path = ()) -> Location:
        """Point at the original of characters `start` to `end` of the translated text."""
        path = (*self.path, *rest)
        if self.start is None:
            return self.document.at(path)
        if self.pieces:
            return self.document.inside(path, *original_span(self.pieces, start, end))
        return self.document.inside(path, self.start + start, self.start + end)


@dataclass(frozen=True)
class TranslatedDocument(Document):
    """A document of which `source` and `root` are those of an original, and `places` lead from its own paths there."""

    places: Mapping[Path, Place] = field(default_factory=dict, repr=False)

    def at(self, path: Path) -> Location:
        """Point at the original of the value at `path`, or of the nearest value around it."""
        place, rest = self.place(path)
        if (place.start or place.pieces) and not rest:
            return self.inside(path, 0, len(str(self._value(path))))
        return place.document.at((*place.path, *rest))

    def at_key(self, path: Path) -> Location:
        """Point at the key of the original."""
        place, rest = self.place(path)
        return place.document.at_key((*place.path, *rest))

    def inside(self, path: Path, start: int, end: int) -> Location:
        """Point at characters of a text that was taken over as it stands; at the whole original of a derived one."""
        place, rest = self.place(path)
        return place.inside(start, end, rest)

    def extent(self, path: Path) -> Location:
        """Point at everything that was written at the original."""
        place, rest = self.place(path)
        return place.document.extent((*place.path, *rest))

    def node(self, path: Path) -> yaml.Node:
        """Return the node of the original."""
        place, rest = self.place(path)
        return place.document.node((*place.path, *rest))

    def place(self, path: Path) -> tuple[Place, Path]:
        """Return the place of the nearest value around a path, and the steps from there."""
        for length in range(len(path), -1, -1):
            if found := self.places.get(path[:length]):
                return found, path[length:]
        return Place(Document(self.source, self.root, None, self.frame), ()), ()

    def _value(self, path: Path) -> object:
        value: object = self.data
        for step in path:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value
