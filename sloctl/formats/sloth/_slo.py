"""One SLO of Sloth, written as an SLO of `sloctl/v1`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from sloctl.core import problems
from sloctl.core.document import Path
from sloctl.core.finding import Finding
from sloctl.core.human import and_list, percent
from sloctl.core.translated import Place
from sloctl.formats._queries import Recognised, bad_of_total, error_ratio
from sloctl.formats._spec import Draft, Fate, Imports, Remark
from sloctl.formats.sloth._chain import plugin_chain
from sloctl.formats.sloth._plugins import plugin_sli
from sloctl.formats.sloth._rules import read_query
from sloctl.formats.sloth._says import Pair, Saying, meant_for_us, merged, ours, pairs, priority
from sloctl.formats.sloth._shape import Fields
from sloctl.formats.sloth._windows import DEFAULT, Catalogue, tier_fields

PAGE, TICKET, OFF = "page", "ticket", "off"


@dataclass(frozen=True, kw_only=True)
class Member:
    """An SLO of Sloth, the document it is in, and its name here. `alerts` is False where no plugin writes them."""

    group: Fields
    slo: Fields
    name: str
    metadata: tuple[Pair, ...]
    alerts: bool = True

    @cached_property
    def layers(self) -> list[list[Pair]]:
        """Labels and annotations that hold for the whole SLO, the nearest first."""
        alerting = self.slo.child("alerting")
        own = [pairs(alerting, "annotations"), pairs(alerting, "labels"), pairs(self.slo, "labels")]
        return [*own, pairs(self.group, "labels"), list(self.metadata)]

    @cached_property
    def said(self) -> list[list[Pair]]:
        """Those of them that are keys of ours."""
        return meant_for_us(self.layers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where a service is written: the draft, what holds for all its SLOs, and what is to be said about them."""

    draft: Draft
    saying: Saying
    catalogue: Catalogue
    imports: Imports
    common: Sequence[Pair]
    owner: str
    findings: list[Finding]
    remarks: list[Remark] = field(default_factory=list)
    named: list[Fields] = field(default_factory=list)
    """Where `alerting` names alerts."""

    def option(self, key: str) -> str:
        """Return a setting of this format as text."""
        value = self.imports.options.get(key)
        return "" if value is None else str(value)

    def correct(self, member: Member, key: str, message: str) -> None:
        """Say what Sloth gets wrong and is compiled right."""
        at = member.slo.at(key)
        self.findings.append(Finding(problem=problems.CORRECTED_IN_IMPORT, at=at, message=message))
        self.remarks.append(Remark(Fate.CORRECTED, at, message))


def read_sli(member: Member) -> Recognised | None:
    """Return the SLI; what Sloth would refuse, or what cannot be compiled, is reported."""
    sli = member.slo.child("sli")
    given = [kind for kind in ("events", "raw", "plugin") if sli.has(kind)]
    if not given or ("events" in given and len(given) > 1):
        named = and_list([f"`{kind}`" for kind in given]) or "none"
        message = f"Sloth wants exactly one of `events`, `raw` and `plugin` in `sli`, and there is {named}"
        advice = "keep one" if given else "write the queries that count failed and all events as `events`"
        sli.refuse(sli.at() if sli.data else member.slo.at_key("sli"), message, advice)
        return None
    if "plugin" in given:
        if "raw" in given:
            message = "Sloth drops `raw` where there is a `plugin`, and so it is here"
            sli.report(problems.LOST_IN_IMPORT, sli.at_key("raw"), message, "remove one of the two")
        return plugin_sli(sli.child("plugin"))
    return _recognised(sli, given[0], plugin_chain(member.group, member.slo))


def put_slo(desk: Desk, member: Member, recognised: Recognised, index: int) -> None:
    """Write an SLO."""
    path: Path = ("slos", index)
    slo, sli = member.slo, member.slo.child("sli")
    desk.draft.mark(path, Place(slo.document, slo.path))
    _put_identity(desk, member, path)
    objective = slo.number("objective") or Decimal(0)
    desk.draft.put((*path, "objective"), slo.data["objective"], Place(slo.document, (*slo.path, "objective")))
    if desk.catalogue.period != DEFAULT:
        desk.draft.put((*path, "period"), str(desk.catalogue.period), Place(slo.document, slo.path))
    desk.draft.mark((*path, "sli"), Place(sli.document, sli.path))
    recognised.put(desk.draft, (*path, "sli"))
    _remark_sli(desk, member, sli, recognised)
    _put_alerting(desk, member, (*path, "alerting"), objective)


def _put_identity(desk: Desk, member: Member, path: Path) -> None:
    slo = member.slo
    name, is_same = member.name, member.name == slo.text("name")
    place = Place(slo.document, (*slo.path, "name"), 0 if is_same else None)
    desk.draft.put((*path, "name"), name, place)
    if not is_same:
        desk.draft.put((*path, "aliases", "sloth"), slo.text("name"), place)
        desk.remarks.append(Remark(Fate.DERIVED, slo.at("name"), f"the SLO `{slo.text('name')}` is named `{name}`"))
    if slo.text("description").strip():
        place = Place(slo.document, (*slo.path, "description"), 0)
        desk.draft.put((*path, "description"), slo.text("description"), place)
    if traffic := ours(member.said, "traffic"):
        desk.draft.put((*path, "traffic"), traffic.value, traffic.place)


def _recognised(sli: Fields, kind: str, plugins: Mapping[str, Fields]) -> Recognised | None:
    fields = sli.child(kind)
    if kind == "raw":
        query = read_query(fields, "error_ratio_query", plugins)
        return error_ratio(query) if query else None
    bad, total = (read_query(fields, key, plugins) for key in ("error_query", "total_query"))
    if fields.text("error_query") == fields.text("total_query") != "":
        at = fields.at(fields.key("error_query"))
        fields.refuse(at, "both queries are the same, which Sloth refuses", "count only the events that failed here")
        return None
    return bad_of_total(bad, total) if bad and total else None


def _remark_sli(desk: Desk, member: Member, sli: Fields, recognised: Recognised) -> None:
    kind = " of ".join(f"`{key}`" for key, _ in recognised.parts)
    desk.remarks.append(Remark(Fate.MAPPED, sli.at(), f"the SLI of `{member.name}` is {recognised.kind}: {kind}"))
    for message in recognised.corrected:
        desk.correct(member, "sli", message)
    if recognised.is_open:
        message = "the query keeps all labels of its series; here one budget is compiled for all of them together"
        sli.report(problems.LOST_IN_IMPORT, sli.at(), message, "write `sum by (…) (…)` to have a budget for each")
    if recognised.kind == "raw" and recognised.parts[0][0] == "error_ratio":
        message = "the query is no ratio of counters, so long windows are averages of its values over short ones"
        advice = "write the bad and all events as `events` to have every event counted"
        sli.report(problems.LOST_IN_IMPORT, sli.at(), message, advice)


def _put_alerting(desk: Desk, member: Member, path: Path, objective: Decimal) -> None:
    alerting = member.slo.child("alerting")
    home = Place(alerting.document, alerting.path if alerting.data else member.slo.path)
    desk.draft.mark(path, home)
    wanted = [notify for notify in (PAGE, TICKET) if member.alerts and _is_wanted(desk, member, notify, objective)]
    for notify in (PAGE, TICKET):
        alert = alerting.child(f"{notify}_alert")
        if notify in wanted:
            _put_response(desk, member, (*path, notify), alert)
        else:
            place = Place(alert.document, (*alert.path, "disable")) if alert.data else home
            desk.draft.put((*path, notify), OFF, place)
    _put_floor(desk, member, path, home, wanted)
    _put_no_data(desk, member, path, home, wanted)
    if desk.catalogue.is_own and wanted:
        _put_tiers(desk, path, wanted)
    if wanted and alerting.text("name"):
        desk.named.append(alerting)


def _is_wanted(desk: Desk, member: Member, notify: str, objective: Decimal) -> bool:
    """Tell whether an alert is enabled and can fire at all."""
    if member.slo.child("alerting").child(f"{notify}_alert").flag("disable"):
        return False
    tiers = [row.tier for row in desk.catalogue.rows if row.tier.notify == notify]
    budget = 1 - objective / 100
    if any(tier.can_fire(budget) for tier in tiers):
        return True
    least = percent(min(tier.smallest_objective for tier in tiers))
    message = f"the {notify} alert of Sloth can never fire at {percent(objective / 100)}, so it is left out: it needs "
    desk.correct(member, "objective", f"{message}an objective above {least}")
    return False


def _put_response(desk: Desk, member: Member, path: Path, alert: Fields) -> None:
    alerting, slo = member.slo.child("alerting"), member.slo
    base = {pair.name: pair.value for pair in desk.common}
    own = [pair for pair in pairs(member.group, "labels") if base.get(pair.name) != pair.value]
    labels = merged(own, pairs(slo, "labels"), pairs(alerting, "labels"), pairs(alert, "labels"))
    annotations = merged(pairs(alerting, "annotations"), pairs(alert, "annotations"))
    desk.draft.mark(path, Place(alert.document, alert.path if alert.data else alerting.path))
    layers = [*meant_for_us((pairs(alert, "annotations"), pairs(alert, "labels"))), *member.said]
    desk.saying.response(path, annotations, layers, _on_series(member))
    if (found := priority(labels)) and not desk.draft.get((*path, "priority")):
        desk.draft.put((*path, "priority"), found.value, found.place)
        labels.remove(found)
    desk.saying.labels((*path, "labels"), labels, desk.owner)


def _on_series(member: Member) -> dict[str, str]:
    """Return the labels that Sloth puts on the series of an SLO."""
    service, slo = member.group.text("service"), member.slo.text("name")
    own = merged(pairs(member.group, "labels"), pairs(member.slo, "labels"))
    return {"sloth_id": f"{service}-{slo}", "sloth_service": service, "sloth_slo": slo} | {
        pair.name: pair.value for pair in own
    }


def _put_floor(desk: Desk, member: Member, path: Path, home: Place, wanted: Sequence[str]) -> None:
    said = ours(member.said, "min_bad_events")
    written = said.value if said else desk.option("min_bad_events") or "0"
    value = int(written) if written.isdecimal() else written
    desk.draft.put((*path, "min_bad_events"), value, said.place if said else home)
    if value == 0 and wanted:
        message = "one failed request may alert when there is little traffic, as in Sloth: set `min_bad_events`"
        desk.remarks.append(Remark(Fate.DERIVED, member.slo.at("name"), message))


def _put_no_data(desk: Desk, member: Member, path: Path, home: Place, wanted: Sequence[str]) -> None:
    said = ours(member.said, "no_data")
    written = said.value if said else desk.option("no_data") or OFF
    if not said and written not in wanted:
        written = OFF  # the setting asks for an alert that this SLO has not
    desk.draft.put((*path, "no_data"), written, said.place if said else home)


def _put_tiers(desk: Desk, path: Path, wanted: Sequence[str]) -> None:
    rows = [row for row in desk.catalogue.rows if row.tier.notify in wanted]
    for index, row in enumerate(rows):
        for key, value in tier_fields(row):
            if row.place:
                place = Place(
                    row.place.document, (*row.place.path, _WRITTEN[key]) if key in _WRITTEN else row.place.path
                )
                desk.draft.put((*path, "tiers", index, key), value, place)


_WRITTEN = {"budget": "errorBudgetPercent", "long": "longWindow", "short": "shortWindow"}
