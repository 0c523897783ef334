"""Specs of Sloth become services of `sloctl/v1`: documents of one service are joined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from sloctl.core import problems
from sloctl.core.document import Document
from sloctl.core.duration import Duration
from sloctl.core.finding import Finding, has_errors
from sloctl.core.human import and_list, decimal_text
from sloctl.core.source import Location
from sloctl.core.translated import Place, TranslatedDocument
from sloctl.formats._alert_names import renamed
from sloctl.formats._format import mapping
from sloctl.formats._missing import borrowed, fill_in
from sloctl.formats._names import slug
from sloctl.formats._objects import is_of, objects
from sloctl.formats._queries import Recognised
from sloctl.formats._spec import Draft, Fate, Imports, Remark, Translation
from sloctl.formats.sloth._chain import is_replaced, judge, plugin_chain, records_slis, writes_alerts
from sloctl.formats.sloth._rules import check_document, check_slo
from sloctl.formats.sloth._says import Pair, Saying, owners, pairs
from sloctl.formats.sloth._shape import GROUP, KIND, Fields
from sloctl.formats.sloth._slo import Desk, Member, put_slo, read_sli
from sloctl.formats.sloth._windows import (
    BUILT_IN,
    CATALOGUE,
    DEFAULT,
    Catalogue,
    built_in,
    is_catalogue,
    read_catalogues,
)

_RATIOS = (
    "Sloth averages 5m ratios into the figure of the period, so a quiet night weighs as much as a busy day; here every "
    "event counts once, also after an idle hour and before the first failure"
)
_LABELS = "`slo_service`, `slo` and `notify` (with `--names sloth` also `sloth_slo` and `sloth_severity`)"
_Ready = tuple[Member, Recognised]


@dataclass(frozen=True, slots=True)
class _Run:
    """What all services of a run share."""

    imports: Imports
    findings: list[Finding] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def translate(documents: Sequence[Document], imports: Imports) -> Translation:
    """Translate specs of Sloth; the services come in the order of their names."""
    run = _Run(imports)
    specs = [document for document in documents if not is_catalogue(document)]
    catalogue = _catalogue(specs, documents, run)
    members: defaultdict[str, list[_Ready]] = defaultdict(list)
    for top in _tops(specs, run.findings):
        group = top.child("spec") if top.is_object else top
        check_document(top, group)
        run.remarks.extend(judge(group.child("slo_plugins").children("chain")))
        for ready in _members(top, group, run.remarks):
            members[group.text("service")].append(ready)
    written: list[TranslatedDocument] = []
    if catalogue and members:
        names = unique_slugs(members)
        written = [_service(names[service], members[service], catalogue, run) for service in sorted(members)]
        _say_once(next(iter(members.values()))[0][0], catalogue, run)
    return Translation(documents=tuple(written), findings=tuple(run.findings), remarks=tuple(run.remarks))


def _tops(documents: Iterable[Document], findings: list[Finding]) -> Iterator[Fields]:
    """Yield each spec: a document, or an item of a List."""
    for document in documents:
        for found, path in objects(document.data):
            fields = Fields(document, path, found, "version" not in found, findings)
            if not fields.is_object or (is_of(found, GROUP) and _is_service_level(fields)):
                yield fields


def _is_service_level(found: Fields) -> bool:
    """Tell whether an object holds SLOs; Sloth knows no other kind, but catalogues, which are read elsewhere."""
    kind = found.text("kind")
    if kind not in {KIND, CATALOGUE}:
        found.refuse(found.at("kind"), f"Sloth knows no kind `{kind}`", f"write `{KIND}`")
    return kind == KIND


def _members(top: Fields, group: Fields, remarks: list[Remark]) -> Iterator[_Ready]:
    """Yield the SLOs that can be compiled."""
    metadata = top.child("metadata") if top.is_object else None
    said_above = (*pairs(metadata, "annotations"), *pairs(metadata, "labels")) if metadata else ()
    names = unique_slugs(slo.text("name") for slo in group.children("slos"))
    slos = {slo.text("name") or slo.path: slo for slo in reversed(group.children("slos"))}
    for slo in reversed(slos.values()):
        known = len(slo.findings)
        check_slo(slo)
        remarks += judge(slo.child("plugins").children("chain"))
        chain, replaced = plugin_chain(group, slo), is_replaced(group, slo)
        alerts = writes_alerts(chain, replaced=replaced)
        name = names.get(slo.text("name"), "")
        member = Member(group=group, slo=slo, name=name, metadata=said_above, alerts=alerts)
        recognised = read_sli(member)
        if chain and not records_slis(chain, replaced=replaced):
            message = "the plugins replace those that record the SLI, so nobody can tell from here what is recorded"
            slo.report(problems.NOT_IMPORTED, slo.at("name"), message, "write the SLO without `overridePrevious`")
        if slo.number("objective") == 100:
            message = "an objective of 100 leaves no error budget: nothing to burn, and a division by 0 in Sloth"
            advice = "99.99 is strict; for what may never happen, write an alert: `count`, or `ratio`"
            slo.report(problems.NOT_IMPORTED, slo.at("objective"), message, advice)
        if recognised and group.text("service") and not has_errors(slo.findings[known:]):
            yield member, recognised


def unique_slugs(names: Iterable[str]) -> dict[str, str]:
    """Give each name a name of ours; of names that would become the same, all but one that is ours get a suffix."""
    originals = sorted({name for name in names if name})
    slugs = {name: slug(name) for name in originals}
    taken: defaultdict[str, list[str]] = defaultdict(list)
    for name, made in slugs.items():
        taken[made].append(name)
    for made, same in taken.items():
        for name in same if len(same) > 1 else [each for each in same if len(each) > len(made) and len(made) > 60]:
            if name != made:
                slugs[name] = f"{made[:54].rstrip('-')}-{sha256(name.encode()).hexdigest()[:8]}"
    return slugs


def _catalogue(specs: Sequence[Document], documents: Sequence[Document], run: _Run) -> Catalogue | None:
    """Return the tiers of the period that the settings ask for; None when no catalogue has it."""
    imports, findings = run.imports, run.findings
    named = imports.files.get("windows", ())
    _report_unused([document for document in documents if is_catalogue(document)], named, findings)
    known = len(findings)
    own = read_catalogues(named, findings)
    catalogues = {each.period: each for each in own} if named else {each: built_in(each) for each in BUILT_IN}
    wanted = imports.options.get("period")
    period = Duration.parse(wanted) if wanted else DEFAULT
    if not wanted and len(catalogues) == 1:
        period = next(iter(catalogues))
    if period not in catalogues and specs and not has_errors(findings[known:]):
        has = and_list([str(each) for each in sorted(catalogues)]) or "none"
        message = f"no catalogue of alert windows has the period {period}, and Sloth refuses it; there is {has}"
        advice = "set `formats.sloth.period`, or `formats.sloth.windows` to a file with an `AlertWindows` for it"
        at = specs[0].at(("version",) if "version" in mapping(specs[0].data) else ("kind",))
        findings.append(Finding(problem=problems.INVALID_ORIGINAL, at=at, message=message, help=advice))
    return catalogues.get(period)


def _report_unused(found: Iterable[Document], named: Sequence[Document], findings: list[Finding]) -> None:
    used = {document.source.path for document in named}
    for document in found:
        if document.source.path not in used:
            message = "these alert windows are not used: a catalogue counts only where the settings name it"
            advice = f"set `formats.sloth.windows: {document.source.path}` in sloctl.yaml"
            at = document.at(("kind",))
            findings.append(Finding(problem=problems.LOST_IN_IMPORT, at=at, message=message, help=advice))


def _service(name: str, members: Sequence[_Ready], catalogue: Catalogue, run: _Run) -> TranslatedDocument:
    first = members[0][0].group
    service = first.text("service")
    draft = Draft(first.document, first.path)
    place = Place(first.document, (*first.path, "service"), 0 if name == service else None)
    draft.put(("metadata", "name"), name, place)
    if name != service:
        draft.put(("metadata", "aliases", "sloth"), service, place)
        run.remarks.append(Remark(Fate.DERIVED, first.at("service"), f"the service `{service}` is named `{name}`"))
    label = str(run.imports.options.get("owner_label") or "owner")
    saying = Saying(draft, run.findings, label)
    owner = _put_owner(draft, [member for member, _ in members], label)
    run.findings.extend(_borrowed(service, [member for member, _ in members], owner, label))
    common = _common([member.group for member, _ in members])
    saying.labels(("metadata", "labels"), common, owner)
    desk = Desk(draft=draft, saying=saying, catalogue=catalogue, imports=run.imports, common=common, owner=owner,
                findings=run.findings, remarks=run.remarks)  # fmt: skip
    for index, (member, recognised) in enumerate(members):
        put_slo(desk, member, recognised, index)
    _say_names(desk)
    run.findings.extend(fill_in(draft, Place(first.document, (*first.path, "service")), run.imports))
    return draft.document()


def _say_names(desk: Desk) -> None:
    """Say that the alerts of a service are not named as Sloth names them."""
    if desk.named:
        given = [alerting.text("name") for alerting in desk.named]
        finding, remark = renamed(desk.named[0].at("name"), given, _LABELS)
        desk.findings.append(finding)
        desk.remarks.append(remark)


def _put_owner(draft: Draft, members: Sequence[Member], label: str) -> str:
    """Write who is called: what the first spec says for all its SLOs, else what the first SLO says."""
    wide = [layer for member in members for layer in (list(member.metadata), pairs(member.group, "labels"))]
    narrow = [layer for member in members for layer in member.layers]
    for pair in (*owners(wide, label), *owners(narrow, label)):
        draft.put(("metadata", "owner"), pair.value, pair.place)
        return pair.value
    return ""


def _borrowed(service: str, members: Sequence[Member], owner: str, label: str) -> Iterator[Finding]:
    """Report SLOs that name no owner where others do."""
    unowned = [member for member in members if owner and not any(owners(member.layers, label))]
    if unowned:
        yield borrowed(unowned[0].slo.at("name"), service, owner, [member.name for member in unowned])


def _common(groups: Sequence[Fields]) -> list[Pair]:
    """Return the labels that all documents of a service have."""
    first, *others = [pairs(group, "labels") for group in {id(group.data): group for group in groups}.values()]
    return [
        pair
        for pair in first
        if all(any((pair.name, pair.value) == (each.name, each.value) for each in other) for other in others)
    ]


def _say_once(first: Member, catalogue: Catalogue, run: _Run) -> None:
    """Say what holds for every SLO of a run."""
    at = first.group.at("service")
    messages = [_RATIOS]
    for row in catalogue.rows:
        if row.raised is not None:
            burn = decimal_text(row.raised, 3)
            message = f"the tier `{row.tier.name}` has a burn rate of {burn}, so it fires while the objective is met"
            messages.append(f"{message}; here it is 1")
    for message in messages:
        run.findings.append(_correction(at, message))
        run.remarks.append(Remark(Fate.CORRECTED, at, message))


def _correction(at: Location, message: str) -> Finding:
    return Finding(problem=problems.CORRECTED_IN_IMPORT, at=at, message=message)
