"""The contract of a format that holds SLOs of another tool.

A format is one module (or package) with `FORMAT`, a `SpecFormat`. It translates documents into documents of
`sloctl/v1`, as data: what `sloctl convert` writes is what `sloctl compile` reads, so both give the same rules. Every
value keeps the place of its original, so that whatever is found later points into the user's own file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise
from typing import Any

from sloctl.core.document import Document, Path
from sloctl.core.duration import Duration
from sloctl.core.finding import Finding
from sloctl.core.shapes import Shape
from sloctl.core.source import Location
from sloctl.core.translated import Place, TranslatedDocument
from sloctl.model.windows import BASES


class Fate(Enum):
    """What became of a part of the original; the value is the word that is printed."""

    MAPPED = "mapped"
    DERIVED = "derived"
    CORRECTED = "corrected"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Remark:
    """A line of the report of `sloctl convert`: what became of what stands at a place of the original."""

    fate: Fate
    at: Location
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imports:
    """What a translation may look at beside its documents.

    `shared` are documents of the same format, in other files of the run, that may be referred to. `options` are the
    settings under `formats.<name>`, `files` the documents of those options that name files, by option. `defaults` are
    the settings' own defaults of what every alert says. `base` is the base window, of which all windows are whole
    multiples.
    """

    shared: tuple[Document, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, tuple[Document, ...]] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    base: Duration = BASES[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """What came of some documents: services of `sloctl/v1`, one per document, and what is to be said about it."""

    documents: tuple[TranslatedDocument, ...] = ()
    findings: tuple[Finding, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecFormat:
    """A format that holds SLOs.

    `hint` is found in every file of the format, so that other files need not be looked at twice; `recognise` decides,
    by the content of a document. `translate` gets all documents of the format that a run holds, in the order of the
    files, and joins those of one service. `schema` holds the fields of `formats.<name>` in the settings; those in
    `files` name files or folders, which are read for it.
    """

    name: str
    description: str
    hint: re.Pattern[bytes]
    recognise: Callable[[Document], bool]
    translate: Callable[[Sequence[Document], Imports], Translation]
    schema: Mapping[str, Shape] = field(default_factory=dict)
    files: tuple[str, ...] = ()


class Draft:
    """A document of `sloctl/v1` in the making, and where each value of it comes from."""

    def __init__(self, document: Document, path: Path = ()) -> None:
        self._home = document
        self._data: dict[str, Any] = {"apiVersion": "sloctl/v1", "kind": "Service"}
        self._places: dict[Path, Place] = {(): Place(document, path)}

    def put(self, path: Path, value: object, place: Place) -> None:
        """Set the value at a path; mappings and lists on the way to it are made."""
        parent: Any = self._data
        for step, following in pairwise(path):
            parent = _enter(parent, step, [] if isinstance(following, int) else {})
        _store(parent, path[-1], value)
        self._places[path] = place

    def mark(self, path: Path, place: Place) -> None:
        """Say where a mapping or a list comes from, so that what is missing in it has a place."""
        self._places[path] = place

    def get(self, path: Path) -> Any:
        """Return what was put at a path, or None."""
        value: Any = self._data
        for step in path:
            is_item = isinstance(value, list) and isinstance(step, int) and step < len(value)
            if not is_item and not (isinstance(value, dict) and step in value):
                return None
            value = value[step]
        return value

    def length(self, path: Path) -> int:
        """Return how many items the list at a path has."""
        found = self.get(path)
        return len(found) if isinstance(found, list) else 0

    def document(self) -> TranslatedDocument:
        """Return the document."""
        return TranslatedDocument(self._home.source, self._home.root, self._data, self._home.frame, self._places)


def _enter(parent: Any, step: str | int, empty: Any) -> Any:
    if isinstance(parent, list) and step == len(parent):
        parent.append(empty)
    elif isinstance(parent, dict):
        parent.setdefault(step, empty)
    return parent[step]


def _store(parent: Any, step: str | int, value: object) -> None:
    if isinstance(parent, list) and step == len(parent):
        parent.append(value)
    else:
        parent[step] = value


PREFIX = "sloctl"
"""What a format cannot say is read from labels or annotations `sloctl/<key>`, or `sloctl_<key>` where no `/` may be."""


def said(pairs: Iterable[tuple[str, object]], key: str) -> tuple[str, str] | None:
    """Return name and value of the label or annotation that says a key of ours."""
    names = (f"{PREFIX}/{key}", f"{PREFIX}_{key}")
    return next(((name, value) for name, value in pairs if name in names and isinstance(value, str)), None)


def is_ours(name: str) -> bool:
    """Tell whether a label or annotation is meant for this tool, and so for no alert."""
    return name.startswith((f"{PREFIX}/", f"{PREFIX}_"))
