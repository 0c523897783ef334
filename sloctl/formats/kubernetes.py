"""`PrometheusRule` and `VMRule` objects, alone or in a List, and rule files embedded in a ConfigMap."""

from __future__ import annotations

from sloctl.core.document import Document, Frame, Path
from sloctl.core.finding import Finding
from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.formats._format import Found, GroupList, RuleFormat, mapping
from sloctl.formats._objects import objects

_KINDS = ("PrometheusRule", "VMRule")
_GROUP_KEYS = frozenset(
    [
        "partial_response_strategy", "source_tenants", "concurrency", "tenant", "params", "headers",
        "notifier_headers", "type", "eval_alignment", "eval_offset", "eval_delay", "extra_filter_labels",
    ]
)


def _find(document: Document) -> Found | None:
    found = list(objects(document.data))
    if not any(each.get("kind") in (*_KINDS, "ConfigMap") for each, _ in found):
        return None
    lists: list[GroupList] = []
    findings: list[Finding] = []
    for each, path in found:
        kind = each.get("kind")
        if kind in _KINDS and "groups" in mapping(each.get("spec")):
            lists.append(GroupList(document, (*path, "spec", "groups"), group_keys=_GROUP_KEYS))
        elif kind == "ConfigMap":
            for key, text in mapping(each.get("data")).items():
                _read_embedded(document, (*path, "data", key), text, lists, findings)
    return Found(tuple(lists), tuple(findings))


def _read_embedded(
    document: Document, path: Path, text: object, lists: list[GroupList], findings: list[Finding]
) -> None:
    """Read a value of a ConfigMap as a rule file, if it looks like one."""
    if not isinstance(text, str) or "groups:" not in text:
        return
    documents, found = parse_yaml(Source(document.source.path, text), Frame(document, path))
    findings += found
    lists += [GroupList(inner, ("groups",), plain=True) for inner in documents if "groups" in mapping(inner.data)]


FORMAT = RuleFormat("kubernetes", _find)
