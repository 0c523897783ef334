"""OpenSLO objects become services of `sloctl/v1`: the SLOs of one service, wherever they stand, in one document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sloctl.core import problems
from sloctl.core.document import Document
from sloctl.formats._missing import borrowed, fill_in
from sloctl.formats._names import slug, unused
from sloctl.formats._spec import Draft, Imports, Translation
from sloctl.formats.openslo._context import Context
from sloctl.formats.openslo._fields import V1ALPHA, check
from sloctl.formats.openslo._metric import check_sources
from sloctl.formats.openslo._objects import Index, Neighbours, Spot, Thing, by_name, things
from sloctl.formats.openslo._policies import check_alerting
from sloctl.formats.openslo._report import Report
from sloctl.formats.openslo._rules import check_together
from sloctl.formats.openslo._slo import put_slo
from sloctl.formats.openslo._words import find_owner, put_labels, put_said, remark_annotations


def translate(documents: Sequence[Document], imports: Imports) -> Translation:
    """Translate all documents of a run."""
    report = Report(strict=bool(imports.options.get("strict")))
    sound, broken = _sorted_out(documents, report)
    neighbours = _neighbours(_Same(imports.shared))
    context = Context(Index(sound, broken, neighbours, report), report, imports)
    for thing in sound:
        _look_at(thing, context)
    if not broken and not any(thing.kind == "SLO" for thing in sound) and not neighbours.has_slos:
        message = "there is no SLO among the objects that are read, so nothing is compiled"
        report.find(problems.LOST_IN_IMPORT, sound[0].spot.at(), message, "name the file or folder with the SLOs, too")
    drafts = list(_services([thing for thing in sound if thing.kind == "SLO"], context))
    return Translation(
        documents=tuple(draft.document() for draft in drafts if draft.length(("slos",))),
        findings=report.findings,
        remarks=report.remarks,
    )


def _sorted_out(documents: Iterable[Document], report: Report) -> tuple[list[Thing], list[Thing]]:
    """Return the objects that may be used and those that may not, which are reported."""
    found = [thing for document in documents for thing in things(document)]
    verdicts = [check(thing, report) and check_together(thing, report) for thing in found]
    pairs = list(zip(found, verdicts, strict=True))
    return [thing for thing, well in pairs if well], [thing for thing, well in pairs if not well]


@dataclass(frozen=True, eq=False, slots=True)
class _Same:
    """Documents that equal only themselves, so that what was made of them can be kept while files take turns."""

    documents: tuple[Document, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.documents is other.documents

    def __hash__(self) -> int:
        return id(self.documents)


@lru_cache(maxsize=1)
def _neighbours(shared: _Same) -> Neighbours:
    """Find what may be referred to in other files; what is wrong with it is reported with its own file."""
    sound, broken = _sorted_out(shared.documents, Report(strict=False))
    return Neighbours(by_name(sound), frozenset(by_name(broken)))


def _services(slos: Iterable[Thing], context: Context) -> Iterable[Draft]:
    groups: dict[str, list[Thing]] = {}
    for slo in slos:
        groups.setdefault(_service_spot(slo).text(), []).append(slo)
    taken: set[str] = set()
    for name, members in groups.items():
        short = unused(slug(name) or "service", taken)
        taken.add(short)
        draft = _service(name, short, members, context)
        for slo in members:
            put_slo(draft, slo, context)
        if draft.length(("slos",)):
            place = _service_spot(members[0]).place()
            context.report.take(fill_in(draft, place, context.imports))
        yield draft


def _service_spot(slo: Thing) -> Spot:
    return slo.spec.step("service" if slo.spec.has("service") else "serviceRef")


def _service(name: str, short: str, slos: Sequence[Thing], context: Context) -> Draft:
    """Begin the document of a service with what its object says, if there is one."""
    spot = _service_spot(slos[0])
    thing = context.index.get("Service", name)
    draft = Draft(spot.document, spot.path)
    draft.put(("metadata", "name"), short, spot.place(0 if short == name else None))
    if short != name and slos[0].version == V1ALPHA:
        draft.put(("metadata", "aliases", "sloth"), name, spot.place(0))
    if short != name:
        context.report.derived(spot.at(), f"the service `{name}` is named `{short}`")
    _put_owner(draft, [*([thing] if thing else []), *slos], context)
    _check_owners(draft, thing, slos, context)
    if thing is None:
        return draft
    described = (
        thing.spec.step("description")
        if thing.spec.text("description").strip()
        else thing.spot.step("metadata", "displayName")
    )
    if described.text().strip():
        draft.put(("metadata", "description"), described.text(), described.place(0))
    put_said(draft, ("defaults",), [thing], context)
    put_labels(draft, ("metadata", "labels"), thing.spot.step("metadata", "labels"), context)
    remark_annotations(thing, context)
    return draft


def _put_owner(draft: Draft, holders: Sequence[Thing], context: Context) -> None:
    """Take the first owner that is named; a service has one."""
    sayings = find_owner(holders)
    if not sayings:
        return
    first = sayings[0]
    draft.put(("metadata", "owner"), first.text, first.spot.place(0))
    context.report.mapped(first.spot.at(), f"`{first.text}` owns the service")
    for other in sayings[1:]:
        if other.text != first.text:
            message = (
                f"`{other.text}` is not the owner of the service: a service has one, and `{first.text}` comes first"
            )
            context.report.lost(other.spot.at(), message, "put the SLOs of another team into a service of their own")


def _check_owners(draft: Draft, thing: Thing | None, slos: Sequence[Thing], context: Context) -> None:
    """Report SLOs that name no owner where others do, and the service does not."""
    owner = draft.get(("metadata", "owner"))
    unowned = [slo for slo in slos if not find_owner([slo, *([thing] if thing else [])])]
    if owner and unowned:
        at, names = unowned[0].spot.step("metadata", "name").at(), [slo.name for slo in unowned]
        context.report.take([borrowed(at, draft.get(("metadata", "name")), owner, names)])


def _look_at(thing: Thing, context: Context) -> None:
    """Report what an object says by itself, and remark what leaves nothing in the compiled rules."""
    check_alerting(thing, context)
    if thing.kind == "SLI":
        check_sources(thing, context)
    elif thing.kind == "DataSource":
        text = "how to reach a server stands in `prometheus` of the settings"
        context.report.left(thing.spec.step("connectionDetails").at_key(), text)
    elif thing.kind == "BudgetAdjustment":
        message = "a BudgetAdjustment has no counterpart: rules count all that happened"
        context.report.lost(thing.spot.step("kind").at(), message, "leave planned outages out of the SLI itself")
    elif thing.kind == "AlertNotificationTarget":
        text = f"where `{thing.name}` sends belongs into the Alertmanager; its name becomes a label"
        context.report.left(thing.spec.at_key(), text)
