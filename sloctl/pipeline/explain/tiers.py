"""The tiers of an SLO as tables: their limits, how soon they fire, how long they fire on, and what few events do."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from sloctl.core.human import decimal_text, percent, time_text
from sloctl.model.burn import Tier
from sloctl.model.service import Slo
from sloctl.pipeline.explain.layout import Section, paragraph, table
from sloctl.pipeline.settings import Settings

ERROR_RATIOS = (Decimal(1), Decimal("0.1"), Decimal("0.01"), Decimal("0.002"))
"""The incidents of the tables: full outage, 10 %, 1 %, 0.2 %."""
_NEVER, _NOTHING = "never", "-"


def tier_sections(slo: Slo, settings: Settings) -> list[Section]:
    """Return the tables; none when no tier is left."""
    if not slo.tiers:
        return []
    ratios = [percent(ratio) for ratio in ERROR_RATIOS]
    return [
        Section("Tiers: each fires while the errors exceed its limit in both windows", _limits(slo)),
        Section("Detection: how long errors last until the tier fires", [
            *table(("errors:", *ratios), [_detection_row(slo, tier) for tier in slo.tiers]),
            *paragraph(_detection_note(slo, settings)),
        ]),
        Section("Reset: how long the tier fires on after recovery", [
            *table(("errors were:", *ratios), [_reset_row(slo, tier) for tier in slo.tiers]),
            *paragraph("At most, that is after an incident that has filled the short window."),
        ]),
        Section("Few events: what one failure does, and which objectives a tier can guard", _few_events(slo)),
    ]  # fmt: skip


def _limits(slo: Slo) -> list[str]:
    holds = any(tier.hold for tier in slo.tiers)
    times = ("long", "short", "for") if holds else ("long", "short")
    figures = ("burn rate", "limit", "budget spent", "budget lasts")
    # One column more leaves no room for long titles on 80 columns.
    header = ("tier", "calls", *times, *([figure.replace("budget ", "") for figure in figures] if holds else figures))
    rows = [
        (
            tier.name,
            tier.notify,
            str(tier.long),
            str(tier.short),
            *([str(tier.hold or _NOTHING)] if holds else []),
            decimal_text(tier.burn_rate, 6),
            percent(tier.threshold(slo.error_budget)),
            percent(tier.budget_spent),
            time_text(tier.exhaustion_seconds),
        )
        for tier in slo.tiers
    ]
    legend = ("Budget spent: when the tier fires, at any error ratio. Budget lasts: a whole budget at exactly this "
              "burn rate.")  # fmt: skip
    held = " A tier with `for` fires that much later, and more is spent by then." if holds else ""
    return [*table(header, rows, words=2 + len(times)), *paragraph(legend + held)]


def detection(slo: Slo, tier: Tier, ratio: Decimal) -> Decimal | None:
    """Return the seconds until a tier fires; with its floor on bad events when the traffic is declared."""
    if not slo.traffic:
        return tier.detection_seconds(slo.error_budget, ratio)
    floor = slo.min_bad_events
    return tier.detection_with_floor(slo.error_budget, ratio, min_bad_events=floor, traffic=slo.traffic)


def _detection_row(slo: Slo, tier: Tier) -> tuple[str, ...]:
    times = (detection(slo, tier, ratio) for ratio in ERROR_RATIOS)
    return (tier.name, *(_NEVER if seconds is None else time_text(seconds) for seconds in times))


def _detection_note(slo: Slo, settings: Settings) -> str:
    lag = f"Up to a scrape ({settings.scrape_interval}) and an evaluation ({settings.evaluation_interval}) come on top."
    return f"For even traffic and no errors before. {lag}{_floor_note(slo)}"


def _floor_note(slo: Slo) -> str:
    floor, events = slo.min_bad_events, slo.sli.events
    if not floor:
        return ""
    if slo.traffic:
        return f" At the declared traffic, with the wait for {floor} bad {events}."
    return f" With few {events} it takes until {floor} of them were bad (declare `traffic` to see how long)."


def _reset_row(slo: Slo, tier: Tier) -> tuple[str, ...]:
    times = (tier.reset_seconds(slo.error_budget, ratio) for ratio in ERROR_RATIOS)
    return (tier.name, *(_NOTHING if seconds is None else time_text(seconds) for seconds in times))


def _few_events(slo: Slo) -> list[str]:
    floor = slo.min_bad_events
    header = ["tier", "long", "1 failure exceeds"]
    header += [f"{floor} failures exceed"] if floor > 1 else []
    header += ["fires from"] if slo.traffic else []
    rows = [_few_events_row(slo, tier) for tier in slo.tiers]
    return [*table((*header, "objectives"), rows, words=2), *paragraph(_few_events_note(slo))]


def _few_events_row(slo: Slo, tier: Tier) -> tuple[str, ...]:
    single, floor = tier.single_failure_events(slo.error_budget), slo.min_bad_events
    cells = [tier.name, str(tier.long), f"below {_count(single)}"]
    cells += [f"below {_count(floor * single)}"] if floor > 1 else []
    if slo.traffic:
        needed = tier.bad_events_needed(slo.error_budget, min_bad_events=floor, traffic=slo.traffic)
        cells.append(f"{needed:,} bad")
    smallest = tier.smallest_objective
    return (*cells, f"above {percent(smallest)}" if smallest > 0 else "any")


def _count(events: Decimal) -> str:
    """Write a number of events in whole ones: 69.4 is `69`."""
    return f"{events.quantize(Decimal(1), ROUND_HALF_EVEN):,}"


def _few_events_note(slo: Slo) -> str:
    tier, floor, events = slo.tiers[0], slo.min_bad_events, slo.sli.events
    single, limit = tier.single_failure_events(slo.error_budget), percent(tier.threshold(slo.error_budget))
    example = f"With fewer than {_count(single)} {events} in {tier.long}, one bad one exceeds the limit of {limit}."
    if floor <= 1:
        return f"{example} That fires `{tier.name}`: there is no floor that asks for more bad {events}."
    guard = f"That fires nothing yet: `min_bad_events` asks for {floor} in the long window."
    return f"{example} {guard} Below {_count(floor * single)}, {floor} bad ones suffice; above, the limit decides."
