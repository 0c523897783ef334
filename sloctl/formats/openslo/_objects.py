"""OpenSLO objects: alone in a document, in a list, or written inside another object; and what refers to what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sloctl.core import problems
from sloctl.core.document import Document, Path
from sloctl.core.finding import Note
from sloctl.core.human import nearest
from sloctl.core.source import Location
from sloctl.core.translated import Place
from sloctl.formats.openslo._report import Report


@dataclass(frozen=True, slots=True)
class Spot:
    """A value of an original, or the lack of one, and where it stands; `root` steps of the path lead to its object."""

    document: Document = field(repr=False)
    path: Path
    value: object
    root: int

    def step(self, *keys: str | int) -> Spot:
        """Return what stands below; the value of what is missing is None."""
        return Spot(self.document, (*self.path, *keys), _below(self.value, keys), self.root)

    def items(self) -> list[Spot]:
        """Return the items of a list."""
        return [self.step(index) for index in range(len(self.value))] if isinstance(self.value, list) else []

    @property
    def fields(self) -> dict[str, object]:
        """The mapping that stands here, empty for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    def has(self, key: str) -> bool:
        """Tell whether a key has a value."""
        return self.fields.get(key) is not None

    def text(self, *keys: str | int) -> str:
        """Return the text that stands here or below, empty for anything else."""
        value = _below(self.value, keys)
        return value if isinstance(value, str) else ""

    def number(self, *keys: str | int) -> Decimal | None:
        """Return the number that stands here or below."""
        value = _below(self.value, keys)
        is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
        return Decimal(value) if is_number else None  # type: ignore[arg-type]

    @property
    def name(self) -> str:
        """The way from the object to here, as OpenSLO's own tools write it: `spec.objectives[0].target`."""
        parts = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path[self.root :]]
        return "".join(parts).removeprefix(".") or "the object"

    def at(self) -> Location:
        """Point at the value."""
        return self.document.at(self.path)

    def at_key(self) -> Location:
        """Point at the key."""
        return self.document.at_key(self.path)

    def head(self) -> Location:
        """Point at the key of a mapping, which may be long, or at any other value."""
        is_named = isinstance(self.value, dict) and len(self.path) > self.root and isinstance(self.path[-1], str)
        return self.at_key() if is_named else self.at()

    def place(self, start: int | None = None) -> Place:
        """Return the place that a translated value has."""
        return Place(self.document, self.path, start)


def _below(value: object, keys: tuple[str | int, ...]) -> object:
    for key in keys:
        if isinstance(value, dict):
            value = value.get(key)
        else:
            is_item = isinstance(value, list) and isinstance(key, int) and key < len(value)
            value = value[key] if is_item else None  # type: ignore[index]
    return value


@dataclass(frozen=True, slots=True)
class Thing:
    """An object: of which version and kind, and where."""

    version: str
    kind: str
    spot: Spot

    @property
    def name(self) -> str:
        """Its name, empty if it has none."""
        return self.spot.text("metadata", "name")

    @property
    def spec(self) -> Spot:
        """Its spec."""
        return self.spot.step("spec")

    def inline(self, kind: str, spot: Spot) -> Thing:
        """Return the object that is written inside this one."""
        return Thing(self.version, kind, spot)

    def pairs(self) -> Iterator[tuple[str, object]]:
        """Yield annotations, then labels."""
        metadata = self.spot.fields.get("metadata")
        for key in ("annotations", "labels"):
            found = metadata.get(key) if isinstance(metadata, dict) else None
            for name, value in found.items() if isinstance(found, dict) else ():
                yield name, value[0] if isinstance(value, list) and len(value) == 1 else value


def things(document: Document) -> Iterator[Thing]:
    """Yield the objects of a document."""
    whole = Spot(document, (), document.data, 0)
    spots = [Spot(document, item.path, item.value, len(item.path)) for item in whole.items()] or [whole]
    for spot in spots:
        yield Thing(spot.text("apiVersion"), spot.text("kind"), spot)


Named = Mapping[tuple[str, str], list[Thing]]
"""Objects by kind and name."""


def by_name(found: Iterable[Thing]) -> Named:
    """Group objects by kind and name."""
    named: dict[tuple[str, str], list[Thing]] = {}
    for thing in found:
        named.setdefault((thing.kind, thing.name), []).append(thing)
    return named


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Objects in other files: those that may be used, and kinds and names of those that may not."""

    sound: Named
    broken: frozenset[tuple[str, str]]

    @property
    def has_slos(self) -> bool:
        """Whether there is an SLO among them."""
        return any(kind == "SLO" for kind, _ in (*self.sound, *self.broken))


class Index:
    """All objects that may be referred to: the sound ones that are translated, and those of other files."""

    def __init__(self, own: Iterable[Thing], broken: Iterable[Thing], others: Neighbours, report: Report) -> None:
        self._report = report
        self._broken = frozenset(by_name(broken))
        self._own = by_name(own)
        self._others = others
        self._paths = {thing.spot.document.source.path for found in self._own.values() for thing in found}

    def find(self, kind: str, reference: Spot, *, optional: bool = False) -> Thing | None:
        """Return the object that is named; report a name that nothing has, as an error unless it is `optional`."""
        name = reference.text()
        found = self._get(kind, name)
        if len(found) > 1:
            self._report_double(kind, reference, found)
        if not found and (kind, name) not in self._broken and (kind, name) not in self._others.broken:
            self._report_missing(kind, reference, optional=optional)
        return found[0] if found else None

    def get(self, kind: str, name: str) -> Thing | None:
        """Return an object by its name, if it is there."""
        return next(iter(self._get(kind, name)), None)

    def _get(self, kind: str, name: str) -> list[Thing]:
        others = self._others.sound.get((kind, name), [])
        return [*self._own.get((kind, name), []), *(each for each in others if self._is_foreign(each))]

    def _is_foreign(self, thing: Thing) -> bool:
        """Tell whether an object stands in a file that is not being translated itself."""
        return thing.spot.document.source.path not in self._paths

    def _report_double(self, kind: str, reference: Spot, found: list[Thing]) -> None:
        notes = [Note(text, thing.spot.step("metadata", "name").at())
                 for text, thing in zip(("the one that counts", "another one"), found, strict=False)]  # fmt: skip
        message = f"two {kind} objects are named `{reference.text()}`; the first counts"
        self._report.find(problems.LOST_IN_IMPORT, reference.at(), message, "rename one of them", *notes)

    def _report_missing(self, kind: str, reference: Spot, *, optional: bool) -> None:
        name = reference.text()
        meant = nearest(
            name,
            [other for each in (self._own, self._others.sound) for other_kind, other in each if other_kind == kind],
        )
        instead = ", or write the `type` of the source here" if kind == "DataSource" else ""
        advice = f"did you mean `{meant}`?" if meant else f"name the file or folder that holds it, too{instead}"
        tell = self._report.disputed if optional else self._report.invalid
        tell(reference.at(), f"the {kind} `{name}` referenced at `{reference.name}` does not exist", advice)
