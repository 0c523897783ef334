"""The shape of `PrometheusRule`, in words of our own.

It says which fields there are and what they hold. The API server drops fields that it does not know without a word,
so here they are errors.
"""

from __future__ import annotations

from typing import Any

from jsonschema import Draft7Validator

_DURATION = "^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$"
_TEXT = {"type": "string"}
_TEXTS = {"type": "object", "additionalProperties": _TEXT}
_LENGTH = {"type": "string", "pattern": _DURATION}

NAME = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
"""A subdomain of DNS (RFC 1123), of which 253 characters may be the name of an object."""


def _object(required: list[str], **fields: object) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": fields}


_RULE = _object(
    ["expr"], alert=_TEXT, annotations=_TEXTS, expr={"type": ["integer", "string"]},
    keep_firing_for={**_LENGTH, "minLength": 1}, labels=_TEXTS, record=_TEXT, **{"for": _LENGTH},
)  # fmt: skip
_GROUP = _object(
    ["name"], interval=_LENGTH, labels=_TEXTS, limit={"type": "integer"}, name={"type": "string", "minLength": 1},
    partial_response_strategy={"enum": ["", "abort", "warn"]}, query_offset=_LENGTH,
    rules={"type": "array", "items": _RULE},
)  # fmt: skip
_METADATA = _object(
    ["name"], name={"type": "string", "pattern": f"^{NAME}$", "maxLength": 253}, namespace=_TEXT, labels=_TEXTS,
    annotations=_TEXTS,
)  # fmt: skip
_OBJECT = _object(
    ["apiVersion", "kind", "metadata", "spec"], apiVersion={"const": "monitoring.coreos.com/v1"},
    kind={"const": "PrometheusRule"}, metadata=_METADATA,
    spec=_object([], groups={"type": "array", "items": _GROUP}),
)  # fmt: skip


def faults(data: Any) -> list[str]:
    """Return what is wrong with an object."""
    return [f"{error.json_path}: {error.message}" for error in Draft7Validator(_OBJECT).iter_errors(data)]


def assert_prometheus_rule(data: Any) -> None:
    """Assert that the API server accepts an object and keeps all of it."""
    assert [] == faults(data)
    names = [group["name"] for group in data["spec"]["groups"]]
    assert sorted(set(names)) == sorted(names), "the name of a group is its key in the list"
