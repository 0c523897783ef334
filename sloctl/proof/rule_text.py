"""Compiled rules as data: the groups of a file, and the rules of a group that some alerts need."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.proof.case import Script

Group = Mapping[str, Any]
"""A rule group as Prometheus reads it."""

_KNOWN = ("name", "interval", "limit", "labels")
_NAME = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]*")


def groups(text: str, path: str) -> dict[str, Group]:
    """Read the groups of a rule file by name; a file that holds none, or is no YAML, has none."""
    documents, _ = parse_yaml(Source(path, text))
    data = documents[0].data if documents else None
    found = data.get("groups") if isinstance(data, dict) else None
    items = found if isinstance(found, list) else []
    return {str(group["name"]): group for group in items if isinstance(group, dict) and "name" in group}


def excerpt(group: Group, script: Script) -> str:
    """Write the rules of a group that a script needs, unchanged, as a rule file.

    Rules that nothing under test reads are left out, because every rule costs time at every evaluation; so are
    annotations whose text cannot be foretold.
    """
    rules = [rule for rule in group.get("rules", ()) if isinstance(rule, dict)]
    records = [rule for rule in rules if "record" in rule and rule["record"] not in script.fed]
    needed = _names(rule for rule in rules if rule.get("alert") in script.alerts) | script.records
    while grown := _names(rule for rule in records if rule["record"] in needed) - needed:
        needed |= grown
    kept = (rule for rule in rules if rule.get("alert") in script.alerts or rule.get("record") in needed - script.fed)
    known = {key: group[key] for key in _KNOWN if key in group}
    content = {"groups": [{**known, "rules": [_without(rule, script) for rule in kept]}]}
    return json.dumps(content, indent=1, default=_number)


def _names(rules: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    texts = (str(text) for rule in rules for text in (rule.get("expr", ""), *(rule.get("annotations") or {}).values()))
    return frozenset(name for text in texts for name in _NAME.findall(text))


def _without(rule: dict[str, Any], script: Script) -> dict[str, Any]:
    annotations = rule.get("annotations")
    if not isinstance(annotations, dict):
        return rule
    kept = {key: text for key, text in annotations.items() if (rule.get("alert"), key) not in script.gaps}
    return {**rule, "annotations": kept}


def _number(value: object) -> object:
    """Write exact numbers, which YAML has read as Decimal, as the text that Prometheus reads."""
    return str(value) if isinstance(value, Decimal) else repr(value)
