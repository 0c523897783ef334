"""Typed access to the values of a document, with a place for everything that is wrong with them.

A value of the wrong type reads as None: the schema has reported it already, and the reading goes on, so that all
problems of a file are found in one run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from sloctl.core.document import Document, Path
from sloctl.core.duration import PATTERN, Duration
from sloctl.core.finding import Finding, Note, Problem
from sloctl.core.source import Location


@dataclass(frozen=True)
class Reader:
    """A mapping in a document. Readers of one document share their list of findings."""

    document: Document
    path: Path
    data: dict[str, object]
    findings: list[Finding] = field(default_factory=list)

    def child(self, key: str) -> Reader | None:
        """Read the mapping at a key."""
        return self._reader(self.data.get(key), key)

    def children(self, key: str) -> list[Reader]:
        """Read a list of mappings."""
        items = self.data.get(key)
        known = items if isinstance(items, list) else ()
        readers = (self._reader(item, key, index) for index, item in enumerate(known))
        return [reader for reader in readers if reader]

    def _reader(self, data: object, *more: str | int) -> Reader | None:
        return Reader(self.document, (*self.path, *more), data, self.findings) if isinstance(data, dict) else None

    def has(self, key: str) -> bool:
        """Tell whether the key is there."""
        return key in self.data

    def text(self, key: str, default: str = "") -> str:
        """Return a text."""
        value = self.data.get(key)
        return value if isinstance(value, str) else default

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts of a list."""
        value = self.data.get(key)
        return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return a mapping of text to text, in its order."""
        value = self.data.get(key)
        items = value.items() if isinstance(value, dict) else ()
        return tuple((name, text) for name, text in items if isinstance(text, str))

    def number(self, key: str) -> Decimal | None:
        """Return a number, exactly as written; a percentage as text counts as a hundredth."""
        value = self.data.get(key)
        if isinstance(value, str) and value.endswith("%"):
            return _decimal(value[:-1].strip(), Decimal(100))
        return None if isinstance(value, bool) or not isinstance(value, (int, Decimal)) else Decimal(value)

    def duration(self, key: str) -> Duration | None:
        """Return a duration that the schema accepts."""
        text = self.text(key)
        return Duration.parse(text) if text and re.fullmatch(PATTERN, text) else None

    def at(self, *more: str | int) -> Location:
        """Point at this mapping, or at a value in it."""
        return self.document.at((*self.path, *more))

    def at_key(self, key: str) -> Location:
        """Point at a key of this mapping."""
        return self.document.at_key((*self.path, key))

    def report(self, problem: Problem, at: Location, message: str, advice: str = "", *notes: Note) -> None:
        """Add a finding."""
        self.findings.append(Finding(problem=problem, at=at, message=message, help=advice, notes=notes))

    def report_inside(self, problem: Problem, key: str, span: tuple[int, int], message: str, advice: str = "") -> None:
        """Add a finding about some characters of the text at a key."""
        self.report(problem, self.document.inside((*self.path, key), *span), message, advice)


def _decimal(text: str, divisor: Decimal) -> Decimal | None:
    try:
        return Decimal(text) / divisor
    except ArithmeticError:
        return None
