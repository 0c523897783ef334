"""Rule groups as objects of an operator: one per service, and more where one would be too large.

Two sizes matter. `kubectl apply` keeps a copy of the object in an annotation, and all annotations of an object take at
most 262,144 bytes; an operator puts the rules into a ConfigMap, and that of Prometheus refuses more than half a MiB.
With server-side apply only the second one is left.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from textwrap import indent
from typing import Any

from sloctl.core import problems
from sloctl.core.finding import Finding
from sloctl.core.shapes import Shape, text
from sloctl.model.rules import Artifact, RuleGroup
from sloctl.targets._objects import objects
from sloctl.targets._rules import comment_header, groups_text, plain_group
from sloctl.targets._target import Emitted, Job
from sloctl.targets._yaml import scalar

_DEFAULT_BYTES, _MOST_BYTES = 250_000, 500_000
"""Bytes of an object as compact JSON: for `kubectl apply` with room for other annotations; for the operator."""
_SHARD_LABEL = "sloctl-shard"

_LABEL_VALUE = "^(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?$"
_PART = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_KEY = rf"^({_PART}(\.{_PART})*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{{0,61}}[A-Za-z0-9])?$"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object, and the target that writes it."""

    api_version: str
    kind: str
    target: str


def object_options(selector: str) -> dict[str, Shape]:
    """Return the options of a target that writes objects; `selector` says what picks them by their labels."""
    value = {"type": "string", "pattern": _LABEL_VALUE, "patternErrorMessage": "a label value that Kubernetes accepts"}
    return {
        "namespace": text(
            "The namespace of the objects; without it, that of whoever applies them.",
            pattern=f"^{_PART}$",
            maxLength=63,
            patternErrorMessage="lower-case letters, digits and `-`, at most 63 characters",
        ),
        "name_prefix": text(
            "What stands before the name of a service in the names of its objects; the default is nothing.",
            pattern="^[a-z0-9][-a-z0-9]{0,99}$",
            patternErrorMessage="lower-case letters, digits and `-`, at most 100 characters",
        ),
        "labels": _mapping(f"Labels of the objects, such as those that {selector} wants.", value),
        "annotations": _mapping(
            "Annotations of the objects.", {"type": "string", "patternErrorMessage": "text in quotes"}
        ),
        "max_bytes": {
            "type": "integer",
            "minimum": 10_000,
            "maximum": _MOST_BYTES,
            "description": f"The most bytes of an object as JSON; the default, {_DEFAULT_BYTES}, suits "
            f"`kubectl apply`. With `--server-side` it may be {_MOST_BYTES}.",
            "patternErrorMessage": f"a number of bytes, from 10000 to {_MOST_BYTES}",
        },
    }


def _mapping(description: str, value: Shape) -> Shape:
    key = {"pattern": _KEY, "patternErrorMessage": "what Kubernetes accepts, such as `example.org/team`"}
    return {"type": "object", "description": description, "propertyNames": key, "additionalProperties": value,
            "patternErrorMessage": "a mapping of keys to text"}  # fmt: skip


def emit_objects(job: Job, kind: Kind) -> Emitted:
    """Write the rules of a service as objects, with a finding for each group that is too large for any."""
    room = int(job.options.number("max_bytes") or _DEFAULT_BYTES) - _size(_metadata(job, "")) - 200
    artifacts, findings = [], []
    for suffix, groups in objects(job.file.groups, lambda group: _size(plain_group(group)), room):
        content = comment_header(job.file, kind.target) + _object(kind, _metadata(job, suffix), groups)
        artifacts.append(Artifact(f"{job.file.service}{_dotted(suffix)}.yml", content))
        if len(groups) == 1 and _size(plain_group(groups[0])) > room:
            findings.append(_too_large(job, kind, groups[0], room))
    return Emitted(artifacts=tuple(artifacts), findings=tuple(findings))


def _dotted(suffix: str) -> str:
    """Part the suffix by what no service has in its name, so that the objects of two services never share one."""
    return f".{suffix}" if suffix else ""


def _metadata(job: Job, suffix: str) -> dict[str, Any]:
    options, shard = job.options, job.shard
    labels = dict(options.pairs("labels")) | ({} if shard is None else {_SHARD_LABEL: str(shard)})
    shown_shard = "" if shard is None else f".shard-{shard}"
    name = f"{options.text('name_prefix')}{job.file.service}{shown_shard}{_dotted(suffix)}"
    given = {"name": name, "namespace": options.text("namespace"), "labels": labels}
    return {key: value for key, value in (given | {"annotations": dict(options.pairs("annotations"))}).items() if value}


def _object(kind: Kind, metadata: Mapping[str, Any], groups: Iterable[RuleGroup]) -> str:
    lines = [f"apiVersion: {kind.api_version}", f"kind: {kind.kind}", "metadata:"]
    for key, value in metadata.items():
        if isinstance(value, str):
            lines.append(f"  {key}: {scalar(value)}")
        else:
            lines += [f"  {key}:", *(f"    {scalar(name)}: {scalar(each)}" for name, each in value.items())]
    return "\n".join([*lines, "spec:", indent(groups_text(groups), "  ")])


def _size(data: object) -> int:
    """Return the bytes of data as the JSON of Go, which writes `<`, `>` and `&` with six."""
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return len(written.encode()) + 5 * sum(map(written.count, "<>&"))


def _too_large(job: Job, kind: Kind, group: RuleGroup, room: int) -> Finding:
    at = job.service.origin.at("metadata", "name") if job.service else job.options.at()
    size = _size(plain_group(group))
    message = f"the rule group `{group.name}` takes {size:,} bytes, and an object has room for {room:,}"
    advice = (
        f"split the service, or apply with `--server-side` and set `targets.{kind.target}.max_bytes` to {_MOST_BYTES}"
    )
    return Finding(problem=problems.OBJECT_TOO_LARGE, at=at, message=message, help=advice)
