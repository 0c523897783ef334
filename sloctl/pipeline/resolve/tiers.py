"""Tiers that a spec writes itself, and the arithmetic every tier must satisfy."""

from __future__ import annotations

from decimal import Decimal

from sloctl.core import problems
from sloctl.core.duration import Duration
from sloctl.core.human import and_list, decimal_text, percent
from sloctl.core.reader import Reader
from sloctl.model.burn import Tier, raw_burn_rate, short_window
from sloctl.model.service import OFF, PAGE
from sloctl.model.windows import is_tileable
from sloctl.pipeline.response import check_labels


def custom_tiers(alerting: Reader, period: Duration, base: Duration) -> tuple[Tier, ...] | None:
    """Read the `tiers` of a spec; None when one of them is wrong."""
    readers = alerting.children("tiers")
    _check_names(readers)
    _check_called(alerting, readers)
    tiers = [_tier(reader, period, base) for reader in readers]
    return None if None in tiers else tuple(tier for tier in tiers if tier)


def _check_names(readers: list[Reader]) -> None:
    for index, reader in enumerate(readers):
        if reader.text("name") in {other.text("name") for other in readers[:index]}:
            message = f"two tiers are named `{reader.text('name')}`"
            reader.report(problems.DUPLICATE_TIER, reader.at("name"), message, "the name tells their alerts apart")


def _check_called(alerting: Reader, readers: list[Reader]) -> None:
    for reader in readers:
        if (notify := reader.text("severity")) and alerting.text(notify) == OFF:
            message = f"the tier `{reader.text('name')}` asks for a {notify}, but `{notify}` is `off`"
            advice = f"leave the tier out, or write what a {notify} asks for"
            reader.report(problems.BAD_VALUE, reader.at("severity"), message, advice)


def _tier(reader: Reader, period: Duration, base: Duration) -> Tier | None:
    name, notify, long = reader.text("name"), reader.text("severity"), reader.duration("long")
    budget, burn = reader.number("budget"), reader.number("burn_rate")
    check_labels(reader, "labels")
    if not name or not notify or (budget is None and burn is None) or not long:
        return None
    short = reader.duration("short") if reader.has("short") else short_window(long, base)
    if not short or not _windows_fit(reader, long, short, period, base):
        return None
    share = budget if budget is not None else (burn or Decimal(0)) * long.seconds / period.seconds
    tier = Tier(name=name, notify=notify, budget=share, long=long, short=short, period=period, burn=burn,
                hold=reader.duration("for"), labels=reader.pairs("labels"))  # fmt: skip
    return tier if _burns(reader, tier) else None


def _burns(reader: Reader, tier: Tier) -> bool:
    """Report a burn rate below 1."""
    if (burn := tier.burn or raw_burn_rate(tier.budget, tier.period, tier.long)) >= 1:
        return True
    key = "budget" if reader.has("budget") else "burn_rate"
    sum_ = f"{percent(tier.budget)} of {tier.period} in {tier.long} is a burn rate of {decimal_text(burn, 3)}"
    message = f"{sum_ if key == 'budget' else f'the burn rate is {decimal_text(burn)}'}, which is below 1"
    least = f"a budget of at least {percent(tier.long.seconds / tier.period.seconds)}, or a shorter window"
    advice = f"it would fire while the objective is met; use {least if key == 'budget' else 'at least 1'}"
    reader.report(problems.BURN_BELOW_ONE, reader.at(key), message, advice)
    return False


def _windows_fit(reader: Reader, long: Duration, short: Duration, period: Duration, base: Duration) -> bool:
    fits = True
    for key, window in (("long", long), ("short", short)):
        if not is_tileable(window, base):
            message = f"the window {window} is no whole multiple of the base window of {base}"
            reader.report(problems.UNTILEABLE_WINDOW, reader.at(key), message, f"use a multiple of {base}")
            fits = False
    if short >= long:
        message = f"the short window {short} must be shorter than the long window {long}"
        advice = f"a twelfth is usual: {Duration(long.ms // 12)}"
        reader.report(problems.SHORT_NOT_SHORTER, reader.at("short"), message, advice)
        fits = False
    if long >= period:
        message = f"the long window {long} must be shorter than the period {period}"
        reader.report(problems.LONG_NOT_SHORTER, reader.at("long"), message, "use a shorter window")
        fits = False
    return fits


def check_tiers(
    where: Reader, tiers: tuple[Tier, ...], objective: Decimal, *, written: bool
) -> tuple[Tier, ...] | None:
    """Leave out the tiers that can never fire, with a finding each; None when no tier that pages is left."""
    budget = 1 - objective
    dead = [tier for tier in tiers if not tier.can_fire(budget)]
    for tier in dead:
        place = where.at("tiers", tiers.index(tier)) if written else where.at("objective")
        where.report(problems.IMPOSSIBLE_TIER, place, _dead_message(tier, objective), _dead_advice(tier))
    alive = tuple(tier for tier in tiers if tier not in dead)
    if any(tier.notify == PAGE for tier in dead) and not any(tier.notify == PAGE for tier in alive):
        names = and_list([f"`{tier.name}`" for tier in dead if tier.notify == PAGE])
        message = f"no tier can page: {names} cannot fire at an objective of {percent(objective)}"
        advice = "raise the objective, write `tiers` with smaller burn rates, or set `page: off`"
        where.report(problems.NO_PAGE_TIER, where.at("tiers" if written else "objective"), message, advice)
        return None
    return alive


def _dead_message(tier: Tier, objective: Decimal) -> str:
    burn = decimal_text(tier.burn_rate, 4)
    return f"the tier `{tier.name}` is left out: at {percent(objective)} a full outage burns less than {burn}x"


def _dead_advice(tier: Tier) -> str:
    return f"it needs an objective above {percent(tier.smallest_objective)}"
