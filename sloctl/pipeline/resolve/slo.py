"""SLOs: from what was written to what is meant."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sloctl.core import problems
from sloctl.core.duration import Duration
from sloctl.core.human import and_list, decimal_text
from sloctl.core.reader import Reader
from sloctl.core.registry import plugins
from sloctl.model.burn import STANDARD, Tier, short_window, standard_tiers
from sloctl.model.names import RESERVED_LABELS
from sloctl.model.service import OFF, PAGE, TICKET, Origin, PolicyStep, Response, Sli, Slo
from sloctl.model.windows import is_tileable
from sloctl.pipeline.resolve.policy import read_policy
from sloctl.pipeline.resolve.tiers import check_tiers, custom_tiers
from sloctl.pipeline.response import Scope, read_response
from sloctl.pipeline.settings import Settings
from sloctl.sli._kind import SliContext

_CALLS = {PAGE: "pages somebody", TICKET: "opens a ticket"}
_PRIORITIES = {PAGE: "P1", TICKET: "P3"}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class SloContext:
    """What an SLO takes from its surroundings: the service, defaults, base window, settings and the general policy."""

    service: str
    dashboard: str
    defaults: tuple[Reader, ...]
    base: Duration
    settings: Settings
    policy: tuple[PolicyStep, ...] = ()


def resolve_slo(reader: Reader, context: SloContext) -> Slo | None:
    """Build an SLO; report what is wrong with it and return None."""
    objective, period, sli = _objective(reader), _period(reader, context), _sli(reader, context)
    alerting = reader.child("alerting") or Reader(reader.document, (*reader.path, "alerting"), {}, reader.findings)
    tiers = _tiers(reader, alerting, objective, period, context)
    responses = _responses(reader, alerting, tiers, context)
    if not (reader.text("name") and objective and period and sli and tiers is not None and responses is not None):
        return None
    floor = alerting.number("min_bad_events")
    return Slo(
        name=reader.text("name"),
        description=reader.text("description"),
        objective=objective,
        period=period,
        base=context.base,
        sli=sli,
        by=_by(reader),
        tiers=tiers,
        responses=responses,
        min_bad_events=sli.floor if floor is None else int(floor),
        no_data=_no_data(alerting, responses),
        traffic=_traffic(reader),
        origin=Origin(reader.document, reader.path),
        policy=read_policy(reader) if reader.has("policy") else context.policy,
        aliases=reader.pairs("aliases"),
    )


def _objective(reader: Reader) -> Decimal | None:
    """Read a percentage, written as number or as text with `%`, as a ratio."""
    value = reader.number("objective")
    if value is None:
        return None
    ratio = value if isinstance(reader.data["objective"], str) else value / 100
    written = decimal_text(ratio * 100)
    if not 0 < ratio < 1:
        advice = "100 leaves no error budget, so every failure would page; 99.9 is a good start"
        message = f"the objective must be above 0 and below 100 percent, not {written}"
        reader.report(problems.OBJECTIVE_RANGE, reader.at("objective"), message, advice)
        return None
    if ratio < Decimal("0.01"):
        meant = f"write {decimal_text(Decimal(written) * 100)} if that was meant"
        message = f"the objective is {written} percent: nearly everything may fail"
        reader.report(problems.OBJECTIVE_FRACTION, reader.at("objective"), message, meant)
        return None
    return ratio


def _period(reader: Reader, context: SloContext) -> Duration | None:
    period = reader.duration("period") if reader.has("period") else Duration.of(days=30)
    if period and not is_tileable(period, context.base):
        message = f"the period {period} is no whole multiple of the base window of {context.base}"
        advice = "use whole days, such as `30d` or `28d`"
        reader.report(problems.UNTILEABLE_WINDOW, reader.at("period"), message, advice)
        return None
    return period


def _by(reader: Reader) -> tuple[str, ...]:
    sli = reader.child("sli")
    return sli.texts("by") if sli else ()


def _sli(reader: Reader, context: SloContext) -> Sli | None:
    sli = reader.child("sli")
    if sli is None:
        return None
    _check_by(sli)
    kinds = [kind for name, kind in plugins("sloctl.sli", "KIND").items() if sli.has(name)]
    around = SliContext(context.base, sli.texts("by"), context.settings.scrape_interval, sli)
    built = [kind.build(fields, around) for kind in kinds if (fields := sli.child(kind.name))]
    return built[0] if len(built) == 1 else None


def _check_by(sli: Reader) -> None:
    by = sli.texts("by")
    for index, label in enumerate(by):
        at = sli.at("by", index)
        if label in RESERVED_LABELS:
            message = f"the label `{label}` is written by sloctl"
            sli.report(problems.RESERVED_LABEL, at, message, "group by another label")
        if label in by[:index]:
            sli.report(problems.DUPLICATE_GROUPING, at, f"`by` names `{label}` twice", "remove one")


def _tiers(
    reader: Reader, alerting: Reader, objective: Decimal | None, period: Duration | None, context: SloContext
) -> tuple[Tier, ...] | None:
    if objective is None or period is None:
        return None
    written = alerting.has("tiers")
    if written:
        tiers = custom_tiers(alerting, period, context.base)
    else:
        _report_left_out(reader, period, context.base)
        standard = standard_tiers(period, context.base)
        tiers = tuple(tier for tier in standard if alerting.text(tier.notify) != OFF)
    alive = tiers if tiers is None else check_tiers(alerting if written else reader, tiers, objective, written=written)
    return None if alive == () and _lacks_tiers(reader, alerting) else alive


def _lacks_tiers(reader: Reader, alerting: Reader) -> bool:
    """Report an SLO that would alert nobody, unless its author says so: `tiers: []`, or both page and ticket off."""
    if alerting.data.get("tiers") == [] or alerting.text(PAGE) == OFF == alerting.text(TICKET):
        return False
    at = alerting.at_key("tiers") if alerting.has("tiers") else reader.at("name")
    message = f"no tier of the SLO `{reader.text('name')}` is left, so nobody would be called"
    advice = "write `tiers` that fit the period and the objective, or set both `page: off` and `ticket: off`"
    reader.report(problems.NO_TIER, at, message, advice)
    return True


def _report_left_out(reader: Reader, period: Duration, base: Duration) -> None:
    for too_long, message, advice in (
        (
            [name for name, _, _, long in STANDARD if long >= period],
            f"the period {period} is too short for",
            "write your own `tiers`, or a longer period",
        ),
        (
            [name for name, _, _, long in STANDARD if short_window(long, base) >= long],
            f"the base window of {base}, which follows from the scrape interval, is too long for",
            "scrape more often, or write your own `tiers`",
        ),
    ):
        if too_long:
            named = and_list([f"`{name}`" for name in too_long])
            left_out = "which is left out" if len(too_long) == 1 else "which are left out"
            reader.report(problems.TIER_LEFT_OUT, reader.at("period"), f"{message} {named}, {left_out}", advice)


def _responses(
    reader: Reader, alerting: Reader, tiers: tuple[Tier, ...] | None, context: SloContext
) -> dict[str, Response] | None:
    """Read what page and ticket say, as far as a tier uses them."""
    no_data = alerting.text("no_data") or (TICKET if alerting.has(TICKET) else "")
    used = {no_data, *(tier.notify for tier in tiers)} if tiers is not None else {PAGE, TICKET}
    wanted = [notify for notify in (PAGE, TICKET) if notify in used and alerting.text(notify) != OFF]
    unwritten = [notify for notify in wanted if not alerting.has(notify)]
    found = {notify: _response(reader, alerting, notify, context, unwritten) for notify in wanted}
    complete = {notify: response for notify, response in found.items() if response}
    return complete if len(complete) == len(found) else None


def _response(
    reader: Reader, alerting: Reader, notify: str, context: SloContext, unwritten: list[str]
) -> Response | None:
    """Read what page or ticket says. What all of those lack that are not written at all is said once for the SLO."""
    own = alerting.child(notify)
    if alerting.has(notify) and own is None:
        return None
    own = own or Reader(reader.document, (*alerting.path, notify), {}, reader.findings)
    name = reader.text("name")
    is_one_of_many = notify in unwritten and len(unwritten) > 1
    places = and_list([f"`alerting.{each}`" for each in unwritten])
    scope = Scope(
        readers=(own, *context.defaults),
        subject=f"the SLO `{name}`" if is_one_of_many else f"the {notify} alert of the SLO `{name}`",
        at=alerting.at_key(notify) if alerting.has(notify) else reader.at("name"),
        where=f"in {places}" if notify in unwritten else "here",
        names={"name": name, "slo": name, "service": context.service},
        dashboard=context.dashboard,
    )
    return read_response(scope, _priority(own, notify, context))


def _priority(own: Reader, notify: str, context: SloContext) -> str:
    """Return the priority that is written, else a default that calls the same people, else P1 or P3."""
    calls = {priority: row.notify for priority, row in context.settings.priorities.items()}
    written = own.text("priority")
    if written and calls.get(written, notify) != notify:
        message = f"{written} {_CALLS[calls[written]]}, so it is no priority for a {notify}"
        known = and_list([f"`{priority}`" for priority in calls if calls[priority] == notify], "or")
        own.report(problems.BAD_VALUE, own.at("priority"), message, f"use {known}" if known else "")
    inherited = [reader.text("priority") for reader in context.defaults]
    candidates = [*inherited, _PRIORITIES[notify], *calls]
    return written or next((each for each in candidates if calls.get(each) == notify), _PRIORITIES[notify])


def _no_data(alerting: Reader, responses: dict[str, Response]) -> str:
    """The default is a ticket; where tickets are off, whatever is left."""
    written = alerting.text("no_data")
    if written in (PAGE, TICKET) and alerting.text(written) == OFF:
        message = f"`no_data` asks for a {written}, but `{written}` is `off`"
        alerting.report(problems.BAD_VALUE, alerting.at("no_data"), message, "write `no_data: off` as well")
    return written or next((notify for notify in (TICKET, PAGE) if notify in responses), OFF)


def _traffic(reader: Reader) -> Decimal | None:
    """Read `1200/h` as events per second."""
    count, _, unit = reader.text("traffic").partition("/")
    return Decimal(count.replace("_", "")) / _SECONDS[unit] if unit in _SECONDS else None
