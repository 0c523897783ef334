"""Building blocks of the JSON Schemas: each returns a schema fragment (draft 7) with a description for editors.

`patternErrorMessage` completes the sentence "must be …"; editors show it, and so do our own findings.
"""

from __future__ import annotations

from typing import Any

from sloctl.core.duration import PATTERN

Shape = dict[str, Any]

NAME = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
LABEL = "^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$"  # names that begin with `__` belong to Prometheus


def text(description: str, **more: object) -> Shape:
    """Any text that says something: not empty, not blank."""
    return {"type": "string", "pattern": r"\S", "description": description, "patternErrorMessage": "text", **more}


def name(description: str) -> Shape:
    """An identity, as Kubernetes wants names."""
    expected = "lower-case letters, digits and `-`, at most 63 characters"
    return text(description, pattern=NAME, maxLength=63, patternErrorMessage=expected)


def duration(description: str, example: str = "5m") -> Shape:
    """A Prometheus duration above 0; a bare number is refused because nobody knows its unit."""
    expected = f"a duration above 0 in whole units, such as `{example}`"
    return text(description, pattern=f"^(?=.*[1-9]){PATTERN[1:]}", patternErrorMessage=expected)


def hold(description: str) -> Shape:
    """A Prometheus duration that may be 0."""
    expected = "a duration in whole units, such as `10m`"
    return text(description, pattern=f"^(?=.){PATTERN[1:]}", patternErrorMessage=expected)


def selector(description: str) -> Shape:
    """A metric name or a vector selector."""
    return _promql(description, 'a metric selector such as `requests_total{job="api"}`')


def expression(description: str) -> Shape:
    """Any PromQL expression."""
    return _promql(description, "a PromQL expression")


def _promql(description: str, expected: str) -> Shape:
    return {"type": "string", "minLength": 1, "description": description, "patternErrorMessage": expected}


def number(description: str, **more: object) -> Shape:
    """A number."""
    return {"type": "number", "description": description, "patternErrorMessage": "a number", **more}


def count(description: str) -> Shape:
    """A whole number from 0 up."""
    expected = "a whole number from 0 up"
    return {"type": "integer", "minimum": 0, "description": description, "patternErrorMessage": expected}


def flag(description: str) -> Shape:
    """Yes or no."""
    return {"type": "boolean", "description": description, "patternErrorMessage": "`true` or `false`"}


def ratio(description: str) -> Shape:
    """A ratio from 0 to 1, or a percentage as text."""
    expected = "a percentage such as `5%`, or a ratio from 0 to 1"
    return {"type": ["number", "string"], "pattern": r"^([0-9]{1,2}(\.[0-9]+)?|100) ?%$", "minimum": 0, "maximum": 1,
            "description": description, "patternErrorMessage": expected}  # fmt: skip


def choice(description: str, *options: str) -> Shape:
    """One of a few words."""
    return {"type": "string", "enum": list(options), "description": description}


def labels(description: str) -> Shape:
    """A mapping of Prometheus label names to text."""
    key = {"pattern": LABEL, "patternErrorMessage": "a Prometheus label name"}
    return {"type": "object", "description": description, "propertyNames": key,
            "additionalProperties": {"type": "string", "patternErrorMessage": "text in quotes"},
            "patternErrorMessage": "a mapping of label names to text"}  # fmt: skip


def label_list(description: str) -> Shape:
    """A list of Prometheus label names."""
    item = {"type": "string", "pattern": LABEL, "patternErrorMessage": "a Prometheus label name"}
    return {"type": "array", "items": item, "description": description, "patternErrorMessage": "a list of label names"}


def record(description: str, fields: dict[str, Shape], *required: str, **more: object) -> Shape:
    """A mapping with known keys only."""
    return {"type": "object", "description": description, "properties": fields, "required": list(required),
            "additionalProperties": False, "patternErrorMessage": "a mapping of keys to values", **more}  # fmt: skip


def listing(description: str, items: Shape) -> Shape:
    """A list of one shape."""
    return {"type": "array", "items": items, "description": description, "patternErrorMessage": "a list"}


def one_of(message: str, *choices: tuple[str, ...]) -> Shape:
    """Demand exactly one of several sets of keys; `message` says so to the user."""
    return {"oneOf": [{"required": list(keys)} for keys in choices], "x-one-of": message}
