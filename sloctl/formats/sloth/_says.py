"""Labels and annotations of Sloth: what they say to people, to routes, and to this tool."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sloctl.core import problems
from sloctl.core.document import Document, Path
from sloctl.core.finding import Finding
from sloctl.core.source import Location
from sloctl.core.translated import Place
from sloctl.formats._spec import Draft, is_ours, said
from sloctl.formats.sloth._shape import Fields
from sloctl.gotemplate.escape import literal
from sloctl.model import names

ANNOTATIONS = {"runbook_url": "runbook", "runbook": "runbook", "dashboard_url": "dashboard", "dashboard": "dashboard",
               "summary": "summary", "description": "description", "message": "description", "action": "action",
               "impact": "impact"}  # fmt: skip
"""Annotations that say what a native key says."""
OUR_KEYS = ("runbook", "action", "impact", "dashboard", "summary", "description", "priority")
_LABEL = re.compile(r"(?!__)[a-zA-Z_][a-zA-Z0-9_]*")
_ACTION = re.compile(r"\{\{-?\s*(?:\$labels|\.Labels)\.(\w+)\s*-?\}\}")
_MENTION = re.compile(r"(\$labels|\.Labels)\.(\w+)")
_RENAMED = {"sloth_service": names.SERVICE, "sloth_slo": names.SLO}
_PRIORITY = re.compile(r"P[1-4]")
_RESERVED = frozenset(names.RESERVED_LABELS)


@dataclass(frozen=True, slots=True)
class Pair:
    """A label or annotation and where it stands."""

    name: str
    value: str
    document: Document
    path: Path

    @property
    def place(self) -> Place:
        """Where the value stands."""
        return Place(self.document, self.path, 0)

    @property
    def at(self) -> Location:
        """Point at the name."""
        return self.document.at_key(self.path)


def pairs(fields: Fields, key: str) -> list[Pair]:
    """Return labels or annotations in their order."""
    if not fields.has(key):
        return []
    path = (*fields.path, fields.key(key))
    return [Pair(name, value, fields.document, (*path, name)) for name, value in fields.texts(key).items()]


def merged(*layers: Sequence[Pair]) -> list[Pair]:
    """Merge pairs; the later layer wins, as in Sloth."""
    found: dict[str, Pair] = {}
    for layer in layers:
        found.update((pair.name, pair) for pair in layer)
    return list(found.values())


def meant_for_us(layers: Iterable[Sequence[Pair]]) -> list[list[Pair]]:
    """Keep the pairs that are keys of ours; the layers that hold none are left out."""
    kept = ([pair for pair in layer if is_ours(pair.name)] for layer in layers)
    return [layer for layer in kept if layer]


def ours(layers: Iterable[Sequence[Pair]], key: str) -> Pair | None:
    """Return the nearest pair that says a key of ours."""
    for layer in layers:
        if found := said(((pair.name, pair.value) for pair in layer), key):
            return next(pair for pair in layer if pair.name == found[0])
    return None


class Saying:
    """Writes what labels and annotations say into a draft; each finding once, though several alerts share a label."""

    def __init__(self, draft: Draft, findings: list[Finding], owner_label: str) -> None:
        self._draft = draft
        self._findings = findings
        self._owner_label = owner_label
        self._reported: set[tuple[int, Path]] = set()

    def labels(self, path: Path, labels: Iterable[Pair], owner: str) -> None:
        """Write labels that alerts shall bear; those that this tool writes itself are renamed."""
        for pair in labels:
            if is_ours(pair.name) or (pair.name == self._owner_label and pair.value == owner):
                continue
            if pair.name == "disable":
                advice = "to disable it, write `disable: true` one level up, beside `labels`"
                self._report(pair, "this is a label named `disable`: the alert is not disabled", advice)
            if name := self._label_name(pair):
                self._draft.put((*path, name), pair.value, pair.place)

    def _label_name(self, pair: Pair) -> str | None:
        if pair.name in _RESERVED:
            renamed = f"{names.EXPORTED}{pair.name}"
            message = f"the label `{pair.name}` is written by sloctl, so this one becomes `{renamed}`"
            self._report(pair, message, "let your routes match that, or rename the label")
            return renamed
        if not _LABEL.fullmatch(pair.name):
            message = f"the label `{pair.name}` is left out: label names are letters, digits and `_` here"
            self._report(pair, message, "rename it; Prometheus before 3.0 would refuse it too")
            return None
        if "{{" in pair.value:
            message = f"the value of the label `{pair.name}` is a template, and stays as it is here: labels are text"
            self._report(pair, message, "a label that changes with the value makes a new alert each time")
        return pair.name

    def response(
        self, path: Path, annotations: Sequence[Pair], keys: Iterable[Sequence[Pair]], known: Mapping[str, str]
    ) -> None:
        """Write what annotations say, and what keys of ours say, which come first.

        `known` are the labels that Sloth puts on the series of the SLO.
        """
        layers = list(keys)
        own = {key: pair for key in OUR_KEYS if (pair := ours(layers, key))}
        for pair in annotations:
            key = ANNOTATIONS.get(pair.name)
            if is_ours(pair.name) or (key in own):
                continue
            if key and self._draft.get((*path, key)) is None:
                self._put(path, key, pair, known)
            elif _LABEL.fullmatch(pair.name):
                self._put((*path, "annotations"), pair.name, pair, known)
            else:
                message = f"the annotation `{pair.name}` is left out: names are letters, digits and `_` here"
                self._report(pair, message, "rename it")
        for key, pair in own.items():
            self._draft.put((*path, key), pair.value, pair.place)

    def _put(self, path: Path, key: str, pair: Pair, known: Mapping[str, str]) -> None:
        is_link = key in {"runbook", "dashboard"}
        text = self._without_labels(pair, known, is_template=not is_link)
        place = pair.place if text == pair.value else Place(pair.document, pair.path)
        if is_link and "{{" in text:  # a template, which a link is not; as an annotation it is one
            self._draft.put((*path, "annotations", f"{key}_url"), text, place)
        self._draft.put((*path, key), text, place)

    def _without_labels(self, pair: Pair, known: Mapping[str, str], *, is_template: bool) -> str:
        """Write out what templates ask of labels that Sloth puts on the series, and we do not."""

        def written(found: re.Match[str]) -> str:
            value = known.get(found[1])
            return found[0] if value is None else literal(value) if is_template else value

        text = _ACTION.sub(written, pair.value)
        for match in _MENTION.finditer(pair.value):
            is_lost = match[2] in known and match[2] not in _RENAMED and match[0] in text
            if is_lost or (match[2].startswith("sloth_") and match[2] not in known):
                at = pair.document.inside(pair.path, *match.span())
                message = f"no series has a label `{match[2]}` here, so the template shows nothing in its place"
                self._add(at, message, "write the value", (id(pair.document), (*pair.path, match.start())))
        return _MENTION.sub(lambda found: f"{found[1]}.{_RENAMED.get(found[2], found[2])}", text)

    def _report(self, pair: Pair, message: str, advice: str) -> None:
        self._add(pair.at, message, advice, (id(pair.document), pair.path))

    def _add(self, at: Location, message: str, advice: str, key: tuple[int, Path]) -> None:
        if key not in self._reported:
            self._findings.append(Finding(problem=problems.LOST_IN_IMPORT, at=at, message=message, help=advice))
        self._reported.add(key)


def owners(layers: Iterable[Sequence[Pair]], label: str) -> Iterator[Pair]:
    """Yield who might own a service: keys of ours first, then labels of that name."""
    known = list(layers)
    if pair := ours(known, "owner"):
        yield pair
    yield from (pair for layer in known for pair in layer if pair.name == label)


def priority(labels: Iterable[Pair]) -> Pair | None:
    """Return a label that names a priority of ours."""
    return next((pair for pair in labels if pair.name == names.PRIORITY and _PRIORITY.fullmatch(pair.value)), None)
