"""An SLO of OpenSLO becomes one SLO of `sloctl/v1` for each objective, or one composite and its members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from sloctl.core.document import Path
from sloctl.formats._names import slug
from sloctl.formats._spec import Draft
from sloctl.formats.openslo._alerting import Promise, put_alerting
from sloctl.formats.openslo._composite import Member, composite_sli
from sloctl.formats.openslo._context import Context
from sloctl.formats.openslo._fields import V1ALPHA
from sloctl.formats.openslo._indicator import read_indicator
from sloctl.formats.openslo._objects import Spot, Thing
from sloctl.formats.openslo._policies import read_policies
from sloctl.formats.openslo._policy import Policy
from sloctl.formats.openslo._rules import indicator_keys
from sloctl.formats.openslo._sli import NativeSli, native_sli
from sloctl.formats.openslo._target import target_of, target_spot
from sloctl.formats.openslo._time import check_period, period
from sloctl.formats.openslo._words import find_said, remark_annotations


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A native SLO before it is written: where its objective stands, and who is called (nobody for members)."""

    name: str
    title: str
    objective: Decimal
    target: Spot
    sli: NativeSli
    spot: Spot
    policies: list[Policy] = field(default_factory=list)


def put_slo(draft: Draft, slo: Thing, context: Context) -> None:
    """Write the SLOs that an object stands for; what cannot be compiled is reported."""
    window, policies = period(slo, context.report), read_policies(slo, context)
    planned = list(_planned(slo, policies or [], context))
    if not check_period(window, context.report) or policies is None:
        return
    remark_annotations(slo, context)
    for each in planned:
        path = ("slos", draft.length(("slos",)))
        _put(draft, path, slo, each, context)
        if window:
            draft.put((*path, "period"), str(window[0]), window[1].place())
        put_alerting(draft, (*path, "alerting"), each.policies, Promise(slo, each.objective), context)


def _put(draft: Draft, path: Path, slo: Thing, planned: Planned, context: Context) -> None:
    draft.mark(path, planned.spot.place())
    draft.put((*path, "name"), planned.name, slo.spot.step("metadata", "name").place())
    _remark_name(slo, planned, context)
    if slo.version == V1ALPHA:
        draft.put((*path, "aliases", "sloth"), f"{slo.name}-{planned.spot.path[-1]}", planned.spot.place())
    _put_description(draft, (*path, "description"), slo, planned)
    draft.put((*path, "objective"), planned.objective, planned.target.place())
    if traffic := find_said(slo, "traffic"):
        draft.put((*path, "traffic"), traffic.text, traffic.spot.place(0))
    planned.sli.put(draft, (*path, "sli"), planned.spot)


def _remark_name(slo: Thing, planned: Planned, context: Context) -> None:
    if planned.name == _name(slo) != slo.name:
        context.report.derived(
            slo.spot.step("metadata", "name").at(), f"the SLO `{slo.name}` is named `{planned.name}`"
        )
    elif planned.name != _name(slo):
        context.report.derived(planned.spot.at(), f"an objective of `{slo.name}` is the SLO `{planned.name}`")


def _put_description(draft: Draft, path: Path, slo: Thing, planned: Planned) -> None:
    display_name = slo.spot.step("metadata", "displayName")
    described = slo.spec.step("description") if slo.spec.text("description").strip() else display_name
    words = [word for word in (described.text().strip(), planned.title) if word]
    if words:
        draft.put(path, ": ".join(words), described.place(None if planned.title else 0))


def _name(slo: Thing) -> str:
    return slug(slo.name) or "slo"


def _planned(slo: Thing, policies: list[Policy], context: Context) -> Iterator[Planned]:
    keys = indicator_keys(slo.version)
    objectives = slo.spec.step("objectives").items()
    own = [each for each in objectives if any(each.has(key) for key in keys)]
    if slo.version != V1ALPHA and len(own) > 1:
        yield from _composite(slo, own, policies, context)
        return
    names = _names(slo, objectives)
    for objective, name in zip(objectives, names, strict=True):
        _remark_idle(objective, slo.spec.text("budgetingMethod"), context)
        indicator = read_indicator(slo, objective, context)
        if indicator is None:
            continue
        sli = native_sli(indicator, objective, slo.spec.text("budgetingMethod"), context)
        title = objective.text("displayName").strip() if len(objectives) > 1 else ""
        yield Planned(name=name, title=title, objective=target_of(objective), target=target_spot(objective), sli=sli,
                      spot=objective, policies=policies)  # fmt: skip


_ONLY_WITH = {"timeSliceTarget": ("Timeslices",), "timeSliceWindow": ("Timeslices", "RatioTimeslices")}


def _remark_idle(objective: Spot, method: str, context: Context) -> None:
    """Tell of fields that say nothing with this budgeting method, or outside of a composite."""
    for key, methods in _ONLY_WITH.items():
        if objective.has(key) and method not in methods:
            text = f"`{key}` says nothing with {method or 'Occurrences'}"
            context.report.left(objective.step(key).at_key(), text)


def _names(slo: Thing, objectives: list[Spot]) -> list[str]:
    """Name one objective like the SLO, several after their display names, or else by number from 0, as Sloth does."""
    base = _name(slo)
    if len(objectives) == 1:
        return [base]
    titles = [slug(each.text("displayName")) for each in objectives]
    is_telling = all(titles) and len(set(titles)) == len(titles)
    return [_joined(base, title if is_telling else str(index)) for index, title in enumerate(titles)]


def _joined(base: str, end: str) -> str:
    return f"{base[: max(0, 62 - len(end))].rstrip('-')}-{end}"[:63].strip("-")


def _composite(slo: Thing, objectives: list[Spot], policies: list[Policy], context: Context) -> Iterator[Planned]:
    """Plan the composite, which alerts, and its members, which only have their budgets."""
    method = slo.spec.text("budgetingMethod")
    read = [(each, read_indicator(slo, each, context)) for each in objectives]
    members = [Member(objective, indicator) for objective, indicator in read if indicator]
    if len(members) < len(objectives):
        return
    spot = slo.spec.step("objectives")
    found = composite_sli(members, method, spot, context)
    if found is None:
        return
    objective, sli = found
    text = f"the objectives share a budget: together they promise {objective.normalize():f} %"
    context.report.derived(spot.at_key(), text)
    yield Planned(name=_name(slo), title="", objective=objective, target=spot, sli=sli, spot=spot,
                  policies=policies)  # fmt: skip
    for member, name in zip(members, _names(slo, objectives), strict=True):
        yield Planned(
            name=name,
            title=member.objective.text("displayName").strip(),
            objective=target_of(member.objective),
            target=target_spot(member.objective),
            sli=native_sli(member.indicator, member.objective, method, context),
            spot=member.objective,
        )
