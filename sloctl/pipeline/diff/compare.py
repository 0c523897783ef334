"""The comparison of two sides: what changed, and what it means for the people on call."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import fields, replace
from functools import cache

from sloctl.core.human import plural
from sloctl.core.source import Location
from sloctl.model.service import Alert, Service, Slo
from sloctl.pipeline.diff.alert import alert_changes
from sloctl.pipeline.diff.arrival import added, removed, renamed
from sloctl.pipeline.diff.change import (
    ALERT,
    RECORDING,
    SERVICE,
    SETTINGS,
    SLO,
    Change,
    Diff,
    Entry,
    Held,
    Subject,
    code,
    held_by,
    moved,
)
from sloctl.pipeline.diff.match import Pairing, paired_items, paired_rules, paired_services
from sloctl.pipeline.diff.oncall import calls, oncall_changes
from sloctl.pipeline.diff.response import pair_changes, text_change
from sloctl.pipeline.diff.rule import rule_changes
from sloctl.pipeline.diff.rule_arrival import rule_added, rule_removed, rule_renamed
from sloctl.pipeline.diff.settings import settings_changes
from sloctl.pipeline.diff.sides import Side, written_rules
from sloctl.pipeline.diff.slo import slo_changes
from sloctl.pipeline.diff.watchers import Watchers, watchers
from sloctl.pipeline.diff.written import Written

_Found = tuple[Subject, Change]
_Readers = Callable[[], Watchers]
"""Who reads what on the newer side; asked for only where something is gone, because all expressions are read for it."""
_TOLD = frozenset({"name", "owner", "labels", "links", "description", "slos", "alerts", "origin"})
_WORTH_JOINING = 3
"""From so many subjects on, a change that is the same for all of them is one entry."""


def compare(before: Side, after: Side) -> Diff:
    """Compare two sides by the names of services, SLOs, alerts and rules; files and their order do not matter."""
    unknown = _unknown(before, after)
    old, new = (_without(side, unknown) for side in (before, after))
    services = paired_services(old, new)
    items = paired_items(services.both, old, new, services)
    found = [(Subject(kind=SETTINGS), change) for change in settings_changes(old, new)]
    found += _services(services, new)
    readers = cache(lambda: _watchers(after))
    found += _items(items, readers)
    found += _rules(old, new, readers)
    skipped = [f"the service `{name}`: {path} has errors on one side" for name, path in unknown.items()]
    return Diff(
        base=before.name,
        head=after.name,
        entries=tuple(_joined(sorted(found, key=_order))),
        oncall=oncall_changes(old, new),
        left_out=(*_left_out(before), *_left_out(after), *skipped),
    )


def _unknown(before: Side, after: Side) -> dict[str, str]:
    """Return the services that are on one side only because their file could not be read on the other one."""
    return {
        name: path
        for here, there in ((before, after), (after, before))
        for name, service in here.services.items()
        if name not in there.services and (path := service.origin.document.source.path) in there.broken
    }


def _without(side: Side, names: Container[str]) -> Side:
    return replace(side, services={name: each for name, each in side.services.items() if name not in names})


def _order(found: _Found) -> tuple[bool, str, int, str, bool]:
    """Settings first, then service by service: itself, its SLOs, its alerts; the loud before the others."""
    subject, change = found
    kinds = (SETTINGS, SERVICE, SLO, ALERT, RECORDING)
    return (subject.kind != SETTINGS, subject.service, kinds.index(subject.kind), subject.name, not change.is_loud)


def _joined(found: Sequence[_Found]) -> Iterator[Entry]:
    """Say once, where it comes first, what several subjects have in common."""
    groups: dict[Change, list[Subject]] = {}
    for subject, change in found:
        groups.setdefault(change, []).append(subject)
    for subject, change in found:
        subjects = groups[change]
        if len(subjects) < _WORTH_JOINING:
            yield Entry(subjects=(subject,), change=change)
        elif subject is subjects[0]:
            yield Entry(subjects=tuple(subjects), change=change)


def _left_out(side: Side) -> Iterator[str]:
    yield from (f"{side.name}: {sentence}" for sentence in side.left_out)
    for path in sorted(side.broken):
        first = next(each for each in side.findings if each.at.source.path == path)
        yield f"{side.name}: what has errors in {first.at}: {first.message}"


def _services(services: Pairing[Service], after: Side) -> Iterator[_Found]:
    for service in services.gone:
        text = f"removed, with {plural(len(service.slos), 'SLO')} and {plural(len(service.alerts), 'alert')}"
        classes = ("slo-removed",) if service.slos else ("alert-removed",)
        yield _about(service), Change(classes=classes, text=text)
    for service in services.new:
        text = f"new, with {plural(len(service.slos), 'SLO')} and {plural(len(service.alerts), 'alert')}"
        yield _about(service), Change(classes=("slo-added",) if service.slos else ("ticket-added",), text=text)
    for old, new in services.both:
        if old is not new:
            yield from ((_about(new), change) for change in _service_changes(old, new, after))


def _about(service: Service) -> Subject:
    return Subject(kind=SERVICE, service=service.name, at=service.origin.at("metadata", "name"))


def _service_changes(old: Service, new: Service, after: Side) -> Iterator[Change]:
    if old.name != new.name:
        text = f"renamed from {code(old.name)}: all its recorded series and alerts have another `slo_service`"
        yield Change(classes=("renamed",), text=text, before=old.name, after=new.name)
    if old.owner != new.owner:
        load = calls(new, after.settings)
        text = (f"{moved('owner', code(old.owner), code(new.owner))}: {plural(load['page'], 'page')} and "
                f"{plural(load['ticket'], 'ticket')} change hands")  # fmt: skip
        yield Change(classes=("owner-changed",), text=text, before=old.owner, after=new.owner)
    yield from pair_changes("label", old.labels, new.labels, "labels-changed")
    yield from pair_changes("link", old.links, new.links, "text-changed")
    yield from text_change("description", old.description, new.description)
    for each in fields(Service):
        if each.name not in _TOLD and getattr(old, each.name) != getattr(new, each.name):
            yield Change(classes=("text-changed",), text=f"`{each.name}` has changed")


def _items(items: Pairing[Held], readers: _Readers) -> Iterator[_Found]:
    yield from ((_subject(held), removed(held, readers())) for held in items.gone)
    yield from ((_subject(held), added(held)) for held in items.new)
    for old, new in items.both:
        if rename := renamed(old, new):
            yield _subject(new), rename
        changes = slo_changes(old, new) if isinstance(new.item, Slo) else alert_changes(old, new)
        yield from ((_subject(new), change) for change in changes)


def _subject(held: Held) -> Subject:
    kind = SLO if isinstance(held.item, Slo) else ALERT
    return Subject(kind=kind, service=held.service.name, name=held.item.name, at=_at(held.item))


def _at(item: Slo | Alert) -> Location:
    return item.origin.at("name")


def _rules(before: Side, after: Side, readers: _Readers) -> Iterator[_Found]:
    """Compare the rules of rule files, but for those whose file has errors on the other side."""
    rules = paired_rules(_comparable(before, after), _comparable(after, before))
    recorded = {each.name for each in written_rules(after) if not each.rule.is_alert}
    yield from ((_about_rule(each), rule_removed(each, readers(), recorded)) for each in rules.gone)
    yield from ((_about_rule(each), rule_added(each)) for each in rules.new)
    for old, new in rules.both:
        if old.name != new.name:
            yield _about_rule(new), rule_renamed(old, new, readers())
        yield from ((_about_rule(new), change) for change in rule_changes(old, new))


def _comparable(side: Side, other: Side) -> list[Written]:
    return [each for each in written_rules(side) if each.rule.group.file not in other.broken]


def _about_rule(written: Written) -> Subject:
    return Subject(kind=written.kind, service=written.group, name=written.name, at=written.rule.name.at())


def _watchers(side: Side) -> Watchers:
    held = (held for service in side.services.values() for held in held_by(service, side.settings))
    return watchers(held, written_rules(side))
