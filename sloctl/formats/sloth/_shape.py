"""What a spec of Sloth may hold. Sloth passes unknown keys over in silence; here each is a finding."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

import yaml

from sloctl.core import problems
from sloctl.core.document import Document, Path
from sloctl.core.finding import Finding, Problem
from sloctl.core.human import decimal_text, nearest
from sloctl.core.nodes import PLAIN
from sloctl.core.source import Location

GROUP, KIND = "sloth.slok.dev/", "PrometheusServiceLevel"
TEXT, NUMBER, INTEGER, FLAG, ANY = "text", "a number", "a whole number", "flag", "any"
TEXTS, MAPPING = "a mapping of text to text", "a mapping"
Shape: TypeAlias = "str | Mapping[str, Shape] | list[Shape]"

_CHAIN: Shape = {"overridePrevious": FLAG, "chain": [{"id": TEXT, "config": ANY, "priority": INTEGER}]}
_ALERT: Shape = {"disable": FLAG, "labels": TEXTS, "annotations": TEXTS}
SLO: Shape = {
    "name": TEXT,
    "description": TEXT,
    "objective": NUMBER,
    "labels": TEXTS,
    "plugins": _CHAIN,
    "sli": {
        "events": {"error_query": TEXT, "total_query": TEXT},
        "raw": {"error_ratio_query": TEXT},
        "plugin": {"id": TEXT, "options": TEXTS},
    },
    "alerting": {"name": TEXT, "labels": TEXTS, "annotations": TEXTS, "page_alert": _ALERT, "ticket_alert": _ALERT},
}
_GROUP: dict[str, Shape] = {"service": TEXT, "labels": TEXTS, "slo_plugins": _CHAIN, "slos": [MAPPING]}
_PAIR: Shape = {"errorBudgetPercent": NUMBER, "shortWindow": TEXT, "longWindow": TEXT}
_PAIRS: Shape = {"quick": _PAIR, "slow": _PAIR}
PROMETHEUS_V1: Shape = {"version": TEXT, **_GROUP}
WINDOWS: Shape = {
    "apiVersion": TEXT,
    "kind": TEXT,
    "metadata": ANY,
    "spec": {"sloPeriod": TEXT, "page": _PAIRS, "ticket": _PAIRS},
}


def camel(key: str) -> str:
    """Spell a key as Kubernetes does: `error_query` becomes `errorQuery`."""
    first, *rest = key.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _in_camel(shape: Shape) -> Shape:
    if isinstance(shape, Mapping):
        return {camel(key): _in_camel(inner) for key, inner in shape.items()}
    return [_in_camel(inner) for inner in shape] if isinstance(shape, list) else shape


SLO_OF_OBJECT = _in_camel(SLO)
KUBERNETES: Shape = {"apiVersion": TEXT, "kind": TEXT, "metadata": ANY, "spec": _in_camel(_GROUP), "status": ANY}

_WORDS = {"yes": True, "Yes": True, "YES": True, "on": True, "On": True, "ON": True,
          "no": False, "No": False, "NO": False, "off": False, "Off": False, "OFF": False}  # fmt: skip
"""What Sloth's YAML reader, which follows YAML 1.1, takes for true and false beside `true` and `false`."""
_TYPES = {TEXT: "text", TEXTS: "a mapping of names to text", NUMBER: "a number", INTEGER: "a whole number",
          FLAG: "`true` or `false`", MAPPING: "a mapping"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping in a spec of Sloth; what is missing or of another type reads as empty. All share one list of findings.

    `is_object` tells a Kubernetes object, which spells keys otherwise and takes no number for text.
    """

    document: Document
    path: Path
    data: Mapping[str, object]
    is_object: bool
    findings: list[Finding] = field(repr=False)

    def key(self, name: str) -> str:
        """Spell a key as this document does."""
        return camel(name) if self.is_object else name

    def has(self, name: str) -> bool:
        """Tell whether a key is there and not null."""
        return self.data.get(self.key(name)) is not None

    def child(self, name: str) -> Fields:
        """Return the mapping at a key, empty when there is none."""
        value = self.data.get(self.key(name))
        inner = value if isinstance(value, dict) else {}
        return Fields(self.document, (*self.path, self.key(name)), inner, self.is_object, self.findings)

    def children(self, name: str) -> list[Fields]:
        """Return the mappings of a list."""
        value = self.data.get(self.key(name))
        items = enumerate(value) if isinstance(value, list) else ()
        path = (*self.path, self.key(name))
        return [
            Fields(self.document, (*path, index), item, self.is_object, self.findings)
            for index, item in items
            if isinstance(item, dict)
        ]

    def text(self, name: str) -> str:
        """Return a text, empty when there is none."""
        return self.as_text(self.key(name)) or ""

    def texts(self, name: str) -> dict[str, str]:
        """Return a mapping of text to text, numbers as Go writes them."""
        inner = self.child(name)
        pairs = ((key, inner.as_text(key)) for key in inner.data)
        return {key: value for key, value in pairs if value is not None}

    def number(self, name: str) -> Decimal | None:
        """Return a number."""
        value = self.data.get(self.key(name))
        return Decimal(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else None

    def flag(self, name: str) -> bool:
        """Return whether something is switched on."""
        value = self.data.get(self.key(name))
        return (_WORDS.get(value, False) if isinstance(value, str) else value) is True

    def as_text(self, key: str) -> str | None:
        """Return the text at a key that is spelled as in the document; None when it is none."""
        value = self.data.get(key)
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, str):
            return str(_WORDS[value]).lower() if value in _WORDS and self._is_plain(key) else value
        return decimal_text(Decimal(value)) if isinstance(value, (int, Decimal)) else None

    def _is_plain(self, key: str) -> bool:
        return self.document.node((*self.path, key)).tag == PLAIN

    def at(self, *more: str | int) -> Location:
        """Point at this mapping, or at a value in it."""
        return self.document.at((*self.path, *more))

    def at_key(self, name: str) -> Location:
        """Point at a key; where it is missing, at this mapping."""
        return self.document.at_key((*self.path, self.key(name)))

    def report(self, problem: Problem, at: Location, message: str, advice: str = "") -> None:
        """Add a finding."""
        self.findings.append(Finding(problem=problem, at=at, message=message, help=advice))

    def refuse(self, at: Location, message: str, advice: str = "") -> None:
        """Report what Sloth itself would refuse."""
        self.report(problems.INVALID_ORIGINAL, at, message, advice)


def check(fields: Fields, shape: Shape) -> None:
    """Report keys that Sloth passes over, and values of a type that it cannot read."""
    fields.findings.extend(_check(fields, shape, dict(fields.data), ()))


def _check(top: Fields, shape: Shape, value: object, path: Path) -> Iterator[Finding]:
    if value is None or shape == ANY:
        return
    if isinstance(shape, Mapping) and isinstance(value, dict):
        for key, inner in value.items():
            if key in shape:
                yield from _check(top, shape[key], inner, (*path, key))
            else:
                yield _unknown(top, (*path, key), shape)
    elif isinstance(shape, list) and isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _check(top, shape[0], inner, (*path, index))
    elif shape == TEXTS and isinstance(value, dict):
        for key, inner in value.items():
            yield from _check(top, TEXT, inner, (*path, key))
    elif isinstance(shape, (Mapping, list)) or not _is_a(top, shape, value, path):
        yield _wrong(top, shape, path)


def _is_a(top: Fields, shape: str, value: object, path: Path) -> bool:
    is_number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    match shape:
        case "text":
            return isinstance(value, str) or (not top.is_object and not isinstance(value, (dict, list)))
        case "a number":
            return is_number
        case "a whole number":
            return isinstance(value, int) and is_number
        case "a mapping":
            return isinstance(value, dict)
        case "flag":
            return isinstance(value, bool) or (
                isinstance(value, str) and value in _WORDS and _is_plain(top.document.node((*top.path, *path)))
            )
    return False


def _is_plain(node: yaml.Node) -> bool:
    return node.tag == PLAIN


def _unknown(top: Fields, path: Path, shape: Mapping[str, Shape]) -> Finding:
    meant = nearest(str(path[-1]), shape)
    advice = f"did you mean `{meant}`?" if meant else f"known keys here: {', '.join(sorted(shape))}"
    at = top.document.at_key((*top.path, *path))
    message = f"Sloth passes the unknown key `{path[-1]}` over, and so it is here"
    return Finding(problem=problems.LOST_IN_IMPORT, at=at, message=message, help=advice)


def _wrong(top: Fields, shape: Shape, path: Path) -> Finding:
    expected = "a list" if isinstance(shape, list) else _TYPES.get(shape, "") if isinstance(shape, str) else "a mapping"
    names = [step for step in path if isinstance(step, str)]
    subject = f"`{names[-1]}`" if names else "a spec"
    quoted = "; write it in quotes" if shape == TEXT and top.is_object else ""
    message = f"{subject} must be {expected}: Sloth reads nothing else there"
    return Finding(problem=problems.INVALID_ORIGINAL, at=top.document.at((*top.path, *path)), message=message,
                   help=f"write {expected}{quoted}")  # fmt: skip


NAME = re.compile(r"[A-Za-z0-9][-A-Za-z0-9_.]*[A-Za-z0-9]")
"""Names that Sloth takes (pkg/common/conventions/slo.go): two characters at least."""
