"""The alerts of an SLO replayed: each of its tiers, and missing data."""

from __future__ import annotations

from collections.abc import Sequence

from sloctl.core.duration import Duration
from sloctl.evidence.firings import Bout, Firing, bouts, firings, overlapping
from sloctl.evidence.replay import is_missed, tier_holds
from sloctl.evidence.samples import Bools
from sloctl.evidence.suggest import Suggestion, better_level, levels_beyond
from sloctl.evidence.summary import summarise
from sloctl.model import names
from sloctl.model.burn import Tier
from sloctl.model.service import OFF, PAGE, Slo
from sloctl.pipeline.backtest.cases import SloCase
from sloctl.pipeline.backtest.fetch import Asker
from sloctl.pipeline.backtest.results import LEAST_MS, AlertResult, Cost, Rang, SloResult
from sloctl.pipeline.backtest.slo import CAUGHT_WITHIN, Frame, Group, group_result, read_groups
from sloctl.pipeline.plan.alerts import GONE_FOR, SEEN_WITHIN

_AT_ONCE = Duration(0)


def replay_slo(case: SloCase, asker: Asker, frame: Frame) -> SloResult | None:
    """Replay an SLO; None when the server has no sample of its events. Raise PromApiError when the server fails."""
    groups = read_groups(case, asker, frame)
    if not groups:
        return None
    slo = case.slo
    alerts = [_tier(case, tier, groups, frame) for tier in slo.tiers]
    alerts += [_no_data(case, groups, frame)] if slo.no_data != OFF else []
    pages = [bout for alert in alerts if alert.pages for bout in alert.bouts]
    return SloResult(
        service=case.service.name,
        slo=slo.name,
        objective=slo.objective,
        period=slo.period,
        groups=tuple(group_result(group, pages, frame) for group in groups),
        alerts=tuple(alerts),
        at=slo.origin.at("name"),
    )


def _tier(case: SloCase, tier: Tier, groups: Sequence[Group], frame: Frame) -> AlertResult:
    fired = [
        (firing, *_cost(group, firing, tier.long))
        for group in groups
        for firing in _firings(group, _holds(group, tier, case.slo), frame, tier.hold)
    ]
    lost = [loss.bout for group in groups for loss in group.lost]
    rang = [_rang(bout, fired, lost) for bout in bouts(firing for firing, *_ in fired)]
    name = names.PAGE_ALERT if tier.notify == PAGE else names.TICKET_ALERT
    suggestion = _other_floor(case.slo, tier, groups, frame, rang)
    return _result(
        case, (name, tier.name, tier.notify), [firing for firing, *_ in fired], rang, groups, frame, suggestion
    )


def _holds(group: Group, tier: Tier, slo: Slo, floor: float | None = None) -> Bools:
    wanted = slo.min_bad_events if floor is None else floor
    return tier_holds(group.windows, tier, error_budget=slo.error_budget, floor=wanted)


def _firings(group: Group, holds: Bools, frame: Frame, hold: Duration | None) -> list[Firing]:
    found = firings(holds, frame.grid, hold=hold or _AT_ONCE, keep=_AT_ONCE, labels=group.labels)
    return [firing for firing in found if firing.end > frame.since]


def _cost(group: Group, firing: Firing, long: Duration) -> tuple[Cost, float]:
    """Count what was gone when a tier fired, and what had gone when it resolved, its long window included.

    The second value is how many bad events had made it fire.
    """
    base, grid = group.counted.base.ms, group.counted.grid
    begun = float(group.windows.bad[long].numbers[grid.index(firing.start)])
    whole = -(-(firing.end - firing.start) // base)
    whole -= firing.start + whole * base >= grid.end  # the data ends before this base window does
    later = group.counted.events(firing.start, firing.start + whole * base).bad
    allowed = group.allowed or float("inf")
    return Cost(when_fired=begun / allowed, in_all=(begun + later) / allowed, group=group.labels), begun


def _rang(bout: Bout, fired: Sequence[tuple[Firing, Cost, float]], lost: Sequence[Bout]) -> Rang:
    inside = [(cost, events) for firing, cost, events in fired if bout.start <= firing.start < bout.end]
    return Rang(
        bout=bout,
        cost=max((cost for cost, _ in inside), key=lambda cost: cost.in_all),
        was_worth=overlapping(bout, lost, slack=CAUGHT_WITHIN.ms),
        events=max(events for _, events in inside),
    )


def _other_floor(
    slo: Slo, tier: Tier, groups: Sequence[Group], frame: Frame, rang: Sequence[Rang]
) -> Suggestion | None:
    if slo.min_bad_events <= 0 or len(rang) < 2:
        return None

    def replay(floor: float) -> list[Bout]:
        holds = ((group, _holds(group, tier, slo, floor)) for group in groups)
        return bouts(each for group, holding in holds for each in _firings(group, holding, frame, tier.hold))

    most = max(float(group.windows.bad[tier.long].numbers.max()) for group in groups)
    better = better_level(
        (level for level in levels_beyond(slo.min_bad_events, most) if level.is_integer()),
        replay,
        now=[each.bout for each in rang],
        incidents=[loss.bout for group in groups for loss in group.lost],
    )
    return better and Suggestion(
        field="min_bad_events", level=better[0], instead=slo.min_bad_events, times=better[1], now=len(rang),
        caught=better[2], incidents="loss",
    )  # fmt: skip


def _no_data(case: SloCase, groups: Sequence[Group], frame: Frame) -> AlertResult:
    fired = [
        firing
        for group in groups
        for firing in _firings(
            group, is_missed(group.counted.total, frame.grid, within=SEEN_WITHIN, every=GONE_FOR), frame, GONE_FOR
        )
    ]
    rang = [Rang(bout=bout) for bout in bouts(fired)]
    return _result(case, (names.NO_DATA_ALERT, names.NO_DATA_TIER, case.slo.no_data), fired, rang, groups, frame)


def _result(  # noqa: PLR0913, PLR0917 - what was replayed, and what of
    case: SloCase,
    named: tuple[str, str, str],
    fired: Sequence[Firing],
    rang: Sequence[Rang],
    groups: Sequence[Group],
    frame: Frame,
    suggestion: Suggestion | None = None,
) -> AlertResult:
    name, tier, notify = named
    known = max(frame.until - max(frame.since, group.counted.known_since or 0) for group in groups)
    return AlertResult(
        service=case.service.name,
        slo=case.slo.name,
        name=name,
        tier=tier,
        notify=notify,
        firings=tuple(fired),
        rang=tuple(rang),
        summary=summarise([each.bout for each in rang], known_ms=known, zone=frame.zone),
        suggestion=suggestion if known >= LEAST_MS else None,
        known_ms=known,
        at=case.slo.origin.at("alerting", notify) if tier != names.NO_DATA_TIER else case.slo.origin.at("name"),
    )
