"""From documents to rules as checks see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sloctl.checks._check import FileView, GroupListView, RuleGroupView
from sloctl.checks._rule import Group, Rule, Text
from sloctl.core.document import Document, Path
from sloctl.core.duration import Duration
from sloctl.core.finding import Finding
from sloctl.core.registry import plugins
from sloctl.formats._format import Found, GroupList, RuleFormat, mapping


def find_groups(document: Document) -> Found | None:
    """Return the rule groups of a document in whatever format holds them; None when it holds no rules."""
    formats = (entry for entry in plugins("sloctl.formats", "FORMAT").values() if isinstance(entry, RuleFormat))
    found: Iterator[Found | None] = (entry.find(document) for entry in formats)
    return next((result for result in found if result), None)


def read_file(path: str, documents: list[Document]) -> tuple[FileView, list[Finding], bool]:
    """Build the view of a file; the last value tells whether any document holds rules."""
    groups: list[RuleGroupView] = []
    lists: list[GroupListView] = []
    findings: list[Finding] = []
    results = [found for document in documents if (found := find_groups(document))]
    for found in results:
        findings += found.findings
        for listing in found.lists:
            groups += read_groups(listing, path)
            lists.append(_list_view(listing))
    return FileView(path, tuple(documents), tuple(groups), tuple(lists)), findings, bool(results)


def _list_view(listing: GroupList) -> GroupListView:
    return GroupListView(
        document=listing.document,
        path=listing.path,
        plain=listing.plain,
        group_keys=listing.group_keys,
        rule_keys=listing.rule_keys,
    )


def read_groups(listing: GroupList, file: str) -> Iterator[RuleGroupView]:
    """Yield the groups of a list; what is not a mapping is passed over (a check reports it)."""
    for index, data in enumerate(_list_at(listing.document, listing.path)):
        if isinstance(data, dict):
            path = (*listing.path, index)
            rules = tuple(_rules(listing.document, path, data, file))
            yield RuleGroupView(rules, listing.document, path, data)


def _list_at(document: Document, path: Path) -> list[object]:
    value: Any = document.data
    for step in path:
        value = value[step]
    return value if isinstance(value, list) else []


def _rules(document: Document, path: Path, data: Mapping[str, object], file: str) -> Iterator[Rule]:
    group = Group(
        name=Text(str(data.get("name", "")), document, (*path, "name")),
        file=file,
        interval=_duration(data.get("interval")),
        data=data,
        document=document,
        path=path,
    )
    shared = _texts(data.get("labels"), document, (*path, "labels"))
    rules = data.get("rules")
    for index, rule in enumerate(rules if isinstance(rules, list) else ()):
        if isinstance(rule, dict):
            yield _rule(rule, group, index, shared)


def _rule(data: Mapping[str, object], group: Group, index: int, shared: Mapping[str, Text]) -> Rule:
    document, path = group.document, (*group.path, "rules", index)
    kind = "alert" if "alert" in data else "record"
    name = _text(data.get(kind))
    times = {key: data[key] for key in ("for", "keep_firing_for") if key in data}
    return Rule(
        name=Text(name, document, (*path, kind)),
        is_alert=kind == "alert" and bool(name),
        expr=Text(_text(data.get("expr")), document, (*path, "expr")),
        labels={**shared, **_texts(data.get("labels"), document, (*path, "labels"))},
        annotations=_texts(data.get("annotations"), document, (*path, "annotations")),
        times=_texts(times, document, path),
        data=data,
        group=group,
        index=index,
        document=document,
        path=path,
    )


def _texts(value: object, document: Document, path: Path) -> dict[str, Text]:
    return {key: Text(_text(item), document, (*path, key)) for key, item in mapping(value).items()}


def _text(value: object) -> str:
    """Return a value as Prometheus reads it: a number or a boolean where text belongs becomes text."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _duration(value: object) -> Duration | None:
    try:
        return Duration.parse(str(value)) if value else None
    except ValueError:
        return None
