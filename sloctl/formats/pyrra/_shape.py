"""What a `ServiceLevelObjective` may hold. Pyrra reads strictly: an unknown key is an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from sloctl.core import problems
from sloctl.core.document import Document, Path
from sloctl.core.finding import Finding
from sloctl.core.human import nearest

GROUP, KIND = "pyrra.dev/", "ServiceLevelObjective"
TEXT, FLAG, LIST, TEXTS, ANY = "text", "true or false", "a list of text", "a mapping of text to text", "anything"
Shape: TypeAlias = "str | Mapping[str, Shape]"

_METRIC: Shape = {"metric": TEXT}
_METADATA = dict.fromkeys(
    ["name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp",
     "deletionTimestamp", "deletionGracePeriodSeconds", "ownerReferences", "finalizers", "managedFields"], ANY
) | {"name": TEXT, "namespace": TEXT, "labels": TEXTS, "annotations": TEXTS}  # fmt: skip
INDICATORS: Mapping[str, Shape] = {
    "ratio": {"errors": _METRIC, "total": _METRIC, "grouping": LIST},
    "latency": {"success": _METRIC, "total": _METRIC, "grouping": LIST},
    "latencyNative": {"total": _METRIC, "latency": TEXT, "grouping": LIST},
    "bool_gauge": {"metric": TEXT, "grouping": LIST},
}
"""The indicators, in the order in which Pyrra takes the first that is there."""
_ALERTING: Shape = {
    "disabled": FLAG,
    "burnrates": FLAG,
    "absent": FLAG,
    "name": TEXT,
    "absentName": TEXT,
    "severities": dict.fromkeys(["fastBurn", "mediumBurn", "slowBurn", "longTermBurn", "absent"], TEXT),
}
_SPEC: Shape = {
    "description": TEXT,
    "target": TEXT,
    "window": TEXT,
    "indicator": INDICATORS,
    "alerting": _ALERTING,
    "partial_response_strategy": TEXT,
    "performanceOverAccuracy": FLAG,
    "ruleOutput": {"shortRulesLabels": TEXTS, "longRulesLabels": TEXTS, "enableDescriptionAsLabel": FLAG},
}
_DOCUMENT: Shape = {"apiVersion": TEXT, "kind": TEXT, "metadata": _METADATA, "spec": _SPEC, "status": ANY}

_FLAGS = {"true": True, "y": True, "yes": True, "on": True, "false": False, "n": False, "no": False, "off": False}
"""What Pyrra's YAML reader, which follows YAML 1.1, takes for true or false."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping in an objective that is read as Pyrra would: numbers are text where text belongs, null is nothing."""

    document: Document
    path: Path

    def data(self) -> Mapping[str, object]:
        """Return the mapping, empty where there is none."""
        value: object = self.document.data
        for step in self.path:
            if isinstance(value, list):
                value = value[int(step)]
            else:
                value = value.get(step) if isinstance(value, dict) else None
        return value if isinstance(value, dict) else {}

    def child(self, key: str) -> Fields | None:
        """Return the mapping at a key, None where there is none."""
        return Fields(self.document, (*self.path, key)) if isinstance(self.data().get(key), dict) else None

    def text(self, key: str) -> str:
        """Return a text, empty where there is none."""
        return as_text(self.data().get(key)) or ""

    def flag(self, key: str, default: bool) -> bool:
        """Return a boolean."""
        found = as_flag(self.data().get(key))
        return default if found is None else found

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of text."""
        value = self.data().get(key)
        return tuple(as_text(item) or "" for item in value) if isinstance(value, list) else ()

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return a mapping of text to text."""
        value = self.data().get(key)
        return tuple((name, as_text(item) or "") for name, item in value.items()) if isinstance(value, dict) else ()


def as_text(value: object) -> str | None:
    """Return a value as text, None for what is no scalar."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | Decimal) else None


def as_flag(value: object) -> bool | None:
    """Return a value as a boolean, None for what is none."""
    return value if isinstance(value, bool) else _FLAGS.get(value.lower()) if isinstance(value, str) else None


def check_shape(fields: Fields) -> Iterator[Finding]:
    """Report unknown keys, and values of the wrong type."""
    yield from _check(fields.document, fields.path, fields.data(), _DOCUMENT)


def _check(document: Document, path: Path, value: object, shape: Shape) -> Iterator[Finding]:
    if value is None or shape == ANY:
        return
    if isinstance(shape, Mapping):
        if not isinstance(value, dict):
            yield _wrong_type(document, path, "a mapping")
            return
        for key, item in value.items():
            if key not in shape:
                yield _unknown(document, (*path, key), shape, value)
            else:
                yield from _check(document, (*path, key), item, shape[key])
    elif not _fits(value, shape):
        yield _wrong_type(document, path, shape)


def _fits(value: object, shape: str) -> bool:
    if shape == LIST:
        return isinstance(value, list) and all(as_text(item) is not None for item in value)
    if shape == TEXTS:
        return isinstance(value, dict) and all(as_text(item) is not None for item in value.values())
    return (as_flag(value) if shape == FLAG else as_text(value)) is not None


def _unknown(document: Document, path: Path, shape: Mapping[str, Shape], value: Mapping[str, object]) -> Finding:
    meant = nearest(str(path[-1]), [each for each in shape if each not in value])
    guess = f"did you mean `{meant}`? " if meant else ""
    message = f"unknown key `{path[-1]}`: Pyrra refuses keys that it does not know"
    return invalid(document, path, message, f"{guess}known here: {', '.join(shape)}", at_key=True)


def _wrong_type(document: Document, path: Path, expected: str) -> Finding:
    return invalid(document, path, f"`{path[-1]}` must be {expected}" if path else f"this must be {expected}")


def invalid(document: Document, path: Path, message: str, advice: str = "", *, at_key: bool = False) -> Finding:
    """Report what Pyrra itself would refuse."""
    at = document.at_key(path) if at_key else document.at(path)
    return Finding(problem=problems.INVALID_ORIGINAL, at=at, message=message, help=advice)
