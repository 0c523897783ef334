"""Plain rule files become specs: one service per file or object, its alerts, and nothing of its recording rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from sloctl.core.document import Document
from sloctl.core.document import Path as DocumentPath
from sloctl.core.finding import Finding
from sloctl.core.human import and_list
from sloctl.core.translated import Place, TranslatedDocument
from sloctl.formats._format import GroupList, mapping
from sloctl.formats._missing import fill_in
from sloctl.formats._names import camel, slug, unused
from sloctl.formats._spec import Draft, Fate, Imports, Remark, Translation
from sloctl.model.names import SLO_ALERTS
from sloctl.pipeline.convert.alert import AlertWriter
from sloctl.pipeline.convert.original import Original, refused
from sloctl.pipeline.lint.read import find_groups
from sloctl.pipeline.settings import Settings

_ENDING = re.compile(r"[-_. ]?(alerting|alerts?|recording|rules?|prometheusrules?|prometheus-rules?)$", re.IGNORECASE)
_CAMEL = re.compile(r"[A-Z][a-zA-Z0-9]*")
_KEPT = frozenset({"name", "rules", "labels", "interval"})
_PROMQL = ("", "prometheus")
"""The `type` of groups whose expressions are PromQL, among those of vmalert."""


@dataclass(frozen=True, slots=True)
class _Group:
    """A rule group, and the service that its file stands for."""

    document: Document
    path: DocumentPath
    data: Mapping[str, object]
    service: str

    @property
    def folder(self) -> str:
        """The name of the folder that the file is in."""
        return slug(PurePath(self.document.source.path).parent.name)


def translate_rules(documents: Sequence[Document], settings: Settings, taken: Iterable[str] = ()) -> Translation:
    """Translate the alerts of rule files; documents without rules are passed over.

    Their services have other names than those in `taken`.
    """
    findings: list[Finding] = []
    remarks: list[Remark] = []
    originals: dict[tuple[str, str], list[Original]] = {}
    for document in documents:
        found = find_groups(document)
        findings += found.findings if found else ()
        for group in (each for listing in (found.lists if found else ()) for each in _groups(listing)):
            remarks += _about_group(group, settings)
            originals.setdefault((group.service, group.folder), []).extend(_sound(group, findings))
    owner = str(settings.defaults.get("owner") or "")
    owned = (pair for service, alerts in _named(originals).items() for pair in _by_owner(service, alerts, owner))
    named = _unique(owned, set(taken), remarks)
    services = [_service(name, alerts, settings, findings, remarks) for name, alerts in named]
    return Translation(documents=tuple(services), findings=tuple(findings), remarks=tuple(remarks))


def _groups(listing: GroupList) -> Iterator[_Group]:
    value: object = listing.document.data
    for step in listing.path:
        value = value[step]  # type: ignore[index] # the format has walked here
    name = _service_name(listing)
    for index, data in enumerate(value if isinstance(value, list) else ()):
        if isinstance(data, dict):
            yield _Group(listing.document, (*listing.path, index), data, name)


def _named(originals: Mapping[tuple[str, str], list[Original]]) -> dict[str, list[Original]]:
    """Name the services: files of one name in several folders are several services."""
    found: dict[str, list[Original]] = {}
    for (service, folder), alerts in originals.items():
        is_one = sum(name == service for name, _ in originals) == 1
        name = service if is_one or folder == service else slug(f"{folder}-{service}") or service
        found.setdefault(name, []).extend(alerts)
    return found


def _service_name(listing: GroupList) -> str:
    """Return the name of an object, of a key of a ConfigMap, of a namespace; else of the file, or its folder."""
    document = listing.document
    if document.frame:
        return _stem(str(document.frame.path[-1])) or "rules"
    if len(listing.path) > 1:
        holder: object = document.data
        for step in listing.path[:-2]:
            holder = holder[step]  # type: ignore[index] # the format has walked here
        named = str(mapping(mapping(holder).get("metadata")).get("name") or "")
        if slug(named):
            return _stem(named) or slug(named)
    path = PurePath(document.source.path)
    namespace = str(mapping(document.data).get("namespace") or "")
    candidates = (_stem(namespace), _stem(path.name), slug(path.parent.name), slug(path.stem))
    return next((name for name in candidates if name), "rules")


def _stem(name: str) -> str:
    """Return what a name says beside that it holds rules: `jira-alerts.yaml` is `jira`; empty for `rules.yml`."""
    stem = re.sub(r"\.(ya?ml|json|rules)+$", "", name)
    while (shorter := _ENDING.sub("", stem)) != stem:
        stem = shorter
    return slug(stem)


def _about_group(group: _Group, settings: Settings) -> Iterator[Remark]:
    """Say what of a group has no place in a spec."""
    document, name = group.document, group.data.get("name", "")
    recorded = [str(rule["record"]) for rule in _rules(group) if "record" in rule]
    if recorded:
        shown = and_list([f"`{each}`" for each in dict.fromkeys(recorded[:3])] + (["others"] if recorded[3:] else []))
        text = f"the recording rules of the group `{name}` stay where they are: {shown}"
        yield Remark(Fate.LOST, document.at((*group.path, "name")), text)
    if len(recorded) == len(_rules(group)):
        return
    interval = str(group.data.get("interval") or settings.evaluation_interval)
    if interval != str(settings.evaluation_interval):
        text = f"the interval of the group `{name}`: its alerts are evaluated every {settings.evaluation_interval}"
        yield Remark(Fate.LOST, document.at_key((*group.path, "interval")), text)
    for key in group.data.keys() - _KEPT:
        yield Remark(Fate.LOST, document.at_key((*group.path, key)), f"`{key}` of the group `{name}`")
    if not _is_promql(group):
        yield Remark(Fate.LOST, document.at((*group.path, "type")), f"the group `{name}` is not PromQL, so it stays")


def _is_promql(group: _Group) -> bool:
    return str(group.data.get("type") or "") in _PROMQL


def _rules(group: _Group) -> list[dict[str, object]]:
    rules = group.data.get("rules")
    return [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []


def _alerts(group: _Group) -> Iterator[Original]:
    rules = group.data.get("rules")
    for index, rule in enumerate(rules if isinstance(rules, list) and _is_promql(group) else ()):
        if isinstance(rule, dict) and rule.get("alert"):
            place = Place(group.document, (*group.path, "rules", index))
            yield Original(place=place, data=rule, group_labels=mapping(group.data.get("labels")))


def _sound(group: _Group, findings: list[Finding]) -> Iterator[Original]:
    """Yield the alerts that Prometheus takes; report what is wrong with the others."""
    for alert in _alerts(group):
        wrong = list(refused(alert))
        findings += wrong
        if not wrong:
            yield alert


def _by_owner(service: str, alerts: Sequence[Original], default: str) -> Iterator[tuple[str, list[Original]]]:
    """Give each owner a service, and one to the alerts that name none: nobody is called who was not named."""
    found: dict[str, list[Original]] = {}
    for alert in alerts:
        found.setdefault(alert.owner or default, []).append(alert)
    for owner, owned in found.items():
        yield slug(f"{service}-{owner}") if len(found) > 1 and owner else service, owned


def _unique(
    named: Iterable[tuple[str, list[Original]]], taken: set[str], remarks: list[Remark]
) -> Iterator[tuple[str, list[Original]]]:
    """Number the services whose name another one has."""
    for name, alerts in named:
        free = unused(name, taken)
        taken.add(free)
        if free != name:
            place = alerts[0].place
            text = f"there is another service `{name}`, so the alerts are those of `{free}`"
            remarks.append(Remark(Fate.DERIVED, place.document.at(place.path), text))
        yield free, alerts


def _service(
    name: str, alerts: Sequence[Original], settings: Settings, findings: list[Finding], remarks: list[Remark]
) -> TranslatedDocument:
    home = alerts[0].place
    draft = Draft(home.document, ())
    draft.put(("metadata", "name"), name, Place(home.document, ()))
    if alerts[0].owner:
        draft.put(("metadata", "owner"), alerts[0].owner, alerts[0].at("labels"))
    remarks.append(Remark(Fate.MAPPED, home.document.at(home.path), f"the alerts are those of the service `{name}`"))
    taken: set[str] = set()
    for alert in alerts:
        writer = AlertWriter(draft, alert, settings)
        writer.write(_alert_name(alert, taken))
        remarks += writer.remarks
    findings += fill_in(draft, home, Imports(defaults=settings.defaults))
    return draft.document()


def _alert_name(alert: Original, taken: set[str]) -> str:
    """Return a name in UpperCamelCase that no other alert of the service has; a severity tells namesakes apart."""
    name = alert.name if _CAMEL.fullmatch(alert.name) else camel(alert.name) or "Alert"
    if name in SLO_ALERTS:
        name = f"{name}Rule"
    candidates = [name, f"{name}{camel(alert.labels.get('severity', ''))}"]
    found = next((each for each in candidates if each not in taken), "")
    number = 2
    while not found:
        found = "" if f"{name}{number}" in taken else f"{name}{number}"
        number += 1
    taken.add(found)
    return found
