"""Where every number in the rules of an SLO comes from: factors, the floor, windows and the tiles they are made of."""

from __future__ import annotations

from sloctl.core.human import decimal_text, percent
from sloctl.model.burn import Tier, raw_burn_rate
from sloctl.model.service import Slo
from sloctl.model.windows import Level
from sloctl.pipeline.explain.layout import Section, labelled, paragraph
from sloctl.pipeline.plan.recordings import slo_levels, sum_words
from sloctl.pipeline.settings import Settings


def number_sections(slo: Slo, settings: Settings) -> list[Section]:
    """Account for the numbers in the rules."""
    return [
        Section("Numbers in the rules", labelled(_rows(slo, settings), "    ")),
        Section("Windows: each is a sum of shorter ones, looked up at offsets into the past", _windows(slo)),
    ]


def _rows(slo: Slo, settings: Settings) -> list[tuple[str, str]]:
    whole = decimal_text(slo.period.seconds)
    rows = [(decimal_text(slo.objective), f"the objective, {percent(slo.objective, 28)}")]
    rows += [(decimal_text(slo.error_budget), f"the error budget: 1 - {decimal_text(slo.objective)}")]
    rows += [(decimal_text(tier.burn_rate, 6), _burn_words(tier)) for tier in slo.tiers]
    if slo.min_bad_events:
        rows.append((str(slo.min_bad_events), f"`min_bad_events`, the bad {slo.sli.events} that a tier waits for"))
    rows += [(str(slo.base), f"the base window, at least four scrapes of {settings.scrape_interval}")]
    rows += _overlap(slo, settings)
    rows += [(str(settings.evaluation_interval), "how often the rules are evaluated")]
    if slo.tiers:
        rows.append((whole, f"{slo.period} in seconds, for the time until the budget is gone"))
    return rows


def _overlap(slo: Slo, settings: Settings) -> list[tuple[str, str]]:
    """Account for the scrape that counters are read over beyond the base window, and for its correction."""
    read = slo.base + settings.scrape_interval
    if f"[{read}]" not in slo.sli.bad + slo.sli.total:
        return []
    back = f"{decimal_text(slo.base.seconds)} / {decimal_text(read.seconds)}"
    shared = f"{slo.base} and one scrape more: adjacent windows share a sample, so that no event falls between them"
    return [(str(read), shared), (back, f"{slo.base} of {read} in seconds, which takes the surplus back")]


def _burn_words(tier: Tier) -> str:
    """Write out b = p * T / L."""
    if tier.burn:
        return f"burn rate of `{tier.name}`, as its `burn_rate` says"
    raw = raw_burn_rate(tier.budget, tier.period, tier.long)
    sum_ = f"{percent(tier.budget)} of {tier.period} in {tier.long}: {decimal_text(tier.budget)} x {tier.period}"
    words = f"burn rate of `{tier.name}`, {sum_} / {tier.long}"
    if raw == tier.burn_rate:
        return words
    return f"{words} is {decimal_text(raw, 3)}, raised to 1: less would fire while the objective is met"


def _windows(slo: Slo) -> list[str]:
    base, *tiled = slo_levels(slo)
    first = f"Only {base.window} reads the raw series."
    return [*labelled([(str(level.window), _level_words(level)) for level in tiled], "    "), *paragraph(first)]


def _level_words(level: Level) -> str:
    offsets = " ".join(str(tile.offset) for tile in level.tiles[1:])
    return f"{sum_words(level)}, offsets {offsets}"
