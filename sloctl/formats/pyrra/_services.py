"""Objectives become SLOs of services: those of one job are one service, with what they share in its defaults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sloctl.core.document import Document, Path
from sloctl.core.translated import Place, TranslatedDocument
from sloctl.formats._missing import fill_in
from sloctl.formats._names import slug
from sloctl.formats._objects import is_of, objects
from sloctl.formats._spec import Draft, Fate, Imports, Translation
from sloctl.formats.pyrra._alerting import put_absent, put_alerting, report_names, tiers
from sloctl.formats.pyrra._indicator import put_sli
from sloctl.formats.pyrra._original import Original, read
from sloctl.formats.pyrra._report import Report
from sloctl.formats.pyrra._shape import GROUP, Fields
from sloctl.formats.pyrra._words import Said, Words, owner, said, service, words


@dataclass(frozen=True, slots=True)
class _Member:
    """An objective of a service: its SLO's name, what names the service, and what its alerts say."""

    original: Original
    report: Report
    service: Said
    owner: Said | None
    words: Words

    @property
    def name(self) -> str:
        return slug(self.original.name)


def translate(documents: Sequence[Document], imports: Imports) -> Translation:
    """Translate all objectives of some documents."""
    reports: list[Report] = []
    members: list[_Member] = []
    for fields in (fields for document in documents for fields in _objectives(document)):
        reports.append(Report(fields.document))
        members += _member(fields, reports[-1], imports)
    services = [_service(name, group, imports) for name, group in _grouped(members).items()]
    return Translation(
        documents=tuple(services),
        findings=tuple(finding for report in reports for finding in report.findings),
        remarks=tuple(remark for report in reports for remark in report.remarks),
    )


def _objectives(document: Document) -> Iterator[Fields]:
    return (Fields(document, path) for found, path in objects(document.data) if is_of(found, GROUP))


def _member(fields: Fields, report: Report, imports: Imports) -> Iterator[_Member]:
    original = read(fields, report)
    if original is None:
        return
    named = service(original, str(imports.options.get("service", "job")))
    if not slug(original.name) or not slug(named.text):
        path = (*original.metadata.path, "name")
        advice = "names have lower-case letters, digits and `-`"
        report.refused(path, f"no name can be made of `{original.name}`", advice)
        return
    yield _Member(original, report, named, owner(original), words(original, report))


def _grouped(members: Sequence[_Member]) -> dict[str, list[_Member]]:
    """Group by service; where the objectives of one job have several owners, each owner has a service."""
    owners: dict[str, set[str]] = {}
    for each in members:
        owners.setdefault(slug(each.service.text), set()).add(each.owner.text if each.owner else "")
    groups: dict[str, list[_Member]] = {}
    for each in members:
        name = slug(each.service.text)
        if len(owners[name]) > 1 and each.owner:
            name = slug(f"{name}-{each.owner.text}")
        groups.setdefault(name, []).append(each)
    return groups


def _service(name: str, members: Sequence[_Member], imports: Imports) -> TranslatedDocument:
    first = members[0]
    draft = Draft(first.original.fields.document, first.original.fields.path)
    draft.mark(("metadata",), Place(first.original.fields.document, first.original.metadata.path))
    draft.put(("metadata", "name"), name, first.service.place)
    if known := next((each.owner for each in members if each.owner), None):
        draft.put(("metadata", "owner"), known.text, known.place)
    shared = _shared(members)
    for suffix, (text, place) in shared.items():
        draft.put(("defaults", *suffix), text, place)
    for member in members:
        _put_slo(draft, member, _slo_name(member, members), shared, imports)
        report_service(member, name)
    report_names([each.original for each in members], first.report)
    place = Place(first.original.fields.document, (*first.original.metadata.path, "name"))
    first.report.findings += fill_in(draft, place, imports)
    return draft.document()


def _shared(members: Sequence[_Member]) -> Words:
    """Return what all objectives of a service say alike."""
    first, *others = [each.words for each in members]
    return {key: said for key, said in first.items() if all(key in each and each[key][0] == said[0] for each in others)}


def _slo_name(member: _Member, members: Sequence[_Member]) -> str:
    """Return the name of an SLO; objectives of one name in several namespaces have theirs with it."""
    spaces = {each.original.metadata.text("namespace") for each in members if each.name == member.name}
    space = member.original.metadata.text("namespace")
    return slug(f"{member.name}-{space}") if len(spaces) > 1 and space else member.name


def report_service(member: _Member, name: str) -> None:
    """Say where the names of service and SLO come from."""
    path = (*member.original.metadata.path, "name")
    if member.service.place.path != path:
        member.report.remark(Fate.DERIVED, member.service.place.path, f"the service is `{name}`")
    if member.owner:
        member.report.remark(Fate.MAPPED, member.owner.place.path, f"the owner is `{member.owner.text}`")


def _put_slo(draft: Draft, member: _Member, name: str, shared: Words, imports: Imports) -> None:
    original, report = member.original, member.report
    document, path = original.fields.document, ("slos", draft.length(("slos",)))
    draft.mark(path, Place(document, original.fields.path))
    exact = name == original.name
    draft.put((*path, "name"), name, Place(document, (*original.metadata.path, "name"), 0 if exact else None))
    if not exact:
        draft.put((*path, "aliases", "pyrra"), original.name, Place(document, (*original.metadata.path, "name"), 0))
        report.remark(Fate.DERIVED, (*original.metadata.path, "name"), f"the SLO is named `{name}`")
    _put_promise(draft, path, original)
    put_sli(draft, (*path, "sli"), original, report)
    found = tiers(original, imports.base, report)
    put_alerting(draft, (*path, "alerting"), original, found, _floor(member, imports, bool(found)))
    _report_rest(original, report)
    called = dict.fromkeys(each.severity.notify for each in found)
    said_by: list[Path] = [(*path, "alerting", notify) for notify in called]
    said_by += put_absent(draft, original, name, report)
    for where in said_by:
        _put_words(draft, where, member.words, shared)


def _put_promise(draft: Draft, path: Path, original: Original) -> None:
    document, spec = original.fields.document, original.spec
    if spec.text("description").strip():
        draft.put((*path, "description"), spec.text("description"), Place(document, (*spec.path, "description"), 0))
    draft.put((*path, "objective"), (original.objective * 100).normalize(), Place(document, (*spec.path, "target")))
    draft.put((*path, "period"), spec.text("window"), Place(document, (*spec.path, "window"), 0))


def _put_words(draft: Draft, path: Path, own: Words, shared: Words) -> None:
    for suffix, (text, place) in own.items():
        if suffix not in shared:
            draft.put((*path, *suffix), text, place)


def _floor(member: _Member, imports: Imports, alerts: bool) -> tuple[int, Place]:
    """Return the bad events that a tier waits for, and say so where one is enough."""
    written = said(member.original, "min_bad_events")
    place = Place(member.original.fields.document, member.original.alerting.path)
    if written and written.text.isdecimal():
        return int(written.text), written.place
    if written:
        at = member.original.fields.document.at(written.place.path)
        member.report.lost(at, f"`{written.text}` is no number of bad events", "write a whole number, such as `5`")
    floor = int(imports.options.get("min_bad_events", 0))
    if floor == 0 and alerts:
        text = "one failed event may alert, as in Pyrra: `min_bad_events: 5` in the spec or the settings asks for more"
        member.report.remark(Fate.DERIVED, member.original.alerting.path, text)
    return floor, place


def _report_rest(original: Original, report: Report) -> None:
    """Say what became of the fields that no rule shows."""
    spec = original.spec
    if spec.text("partial_response_strategy") == "warn":
        at = original.fields.document.at((*spec.path, "partial_response_strategy"))
        report.lost(
            at, "a partial answer is an error in the rules", "set the strategy where the rules are compiled for Thanos"
        )
    if spec.flag("performanceOverAccuracy", default=False):
        message = "the rules are exact and cheap: long windows are sums of recorded ones of this very SLO"
        report.corrected((*spec.path, "performanceOverAccuracy"), message)
    output = spec.child("ruleOutput")
    for key in output.data() if output else ():
        at = original.fields.document.at_key((*spec.path, "ruleOutput", key))
        report.lost(at, f"`ruleOutput.{key}` has no counterpart", "labels of rule objects are settings of the target")
