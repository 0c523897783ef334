"""The recording rules of an SLO: events per window from short to long, then the figures that people look at."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text, percent
from sloctl.model import names
from sloctl.model.rules import Pairs, Recording
from sloctl.model.service import Service, Slo
from sloctl.model.windows import Level, Tile, levels
from sloctl.promql.literals import quote
from sloctl.sli._kind import aggregate, or_zero


def recordings(service: Service, slo: Slo, more: Iterable[Duration] = ()) -> tuple[Recording, ...]:
    """Return all recordings of an SLO, in the order in which they must be evaluated; `more` are windows beside ours."""
    counted = [rule for level in slo_levels(slo, more) for rule in _level(service, slo, level)]
    return (*counted, *_figures(service, slo))


BURN_WINDOW = Duration.of(hours=1)
"""The burn rate on dashboards is read over an hour for every SLO, so that one name holds for all."""


def slo_levels(slo: Slo, more: Iterable[Duration] = ()) -> tuple[Level, ...]:
    """Plan the windows that an SLO needs: those of its tiers, the hour of the burn rate, the period, and `more`."""
    windows = [window for tier in slo.tiers for window in (tier.short, tier.long)]
    return levels(slo.base, [*windows, BURN_WINDOW, slo.period, *more])


def identity(service: Service, slo: Slo) -> Pairs:
    """Return the labels that identify an SLO."""
    return ((names.SERVICE, service.name), (names.SLO, slo.name))


def series(metric: str, service: Service, slo: Slo) -> str:
    """Select the recorded series of an SLO."""
    return f"{metric}{{{_matchers(identity(service, slo))}}}"


@lru_cache(maxsize=16)  # the rules of an SLO, planned one after the other, select by the same labels
def _matchers(labels: Pairs) -> str:
    return ", ".join(f"{label}={quote(value)}" for label, value in labels)


def _level(service: Service, slo: Slo, level: Level) -> tuple[Recording, Recording]:
    """Return both counts of a window: the total first, because the bad events of the base window read it."""
    labels = identity(service, slo)
    if not level.tiles:
        comment = (
            f"Valid and bad events in {level.window}; only these two rules read raw series "
            "(counters one scrape further back, so that no event falls between two windows)."
        )
        return (
            Recording(names.total_events(level.window), slo.sli.total, labels, comment),
            Recording(names.bad_events(level.window), _base_bad(service, slo), labels),
        )
    comment = f"{level.window} = {sum_words(level)}"
    return (
        Recording(names.total_events(level.window), _tiled(names.total_events, level, service, slo), labels, comment),
        Recording(names.bad_events(level.window), _tiled(names.bad_events, level, service, slo), labels),
    )


def _base_bad(service: Service, slo: Slo) -> str:
    """Count the bad events of the base window; where no failure has a series yet, 0 comes from the recorded total.

    The recorded total is one sample; the expression that counts it would read all its raw series again.
    """
    if not slo.sli.failures:
        return slo.sli.bad
    total = series(names.total_events(slo.base), service, slo)
    return or_zero(slo.sli.failures, aggregate("sum", slo.by, total))


def sum_words(level: Level) -> str:
    """Write a tiling in words: `9 x 3d + 1 x 1d`."""
    sizes = [tile.window for tile in level.tiles]
    return " + ".join(f"{sizes.count(size)} x {size}" for size in dict.fromkeys(sizes))


def _tiled(name: names.Namer, level: Level, service: Service, slo: Slo) -> str:
    """Add up the tiles that are there: a missing one, be it the newest, counts 0 and takes no other with it.

    Were the sum missing while the newest tile is, every longer window would later miss a whole tile for a short gap.
    """
    tiles = (_tile(name, tile, service, slo, index) for index, tile in enumerate(level.tiles, start=1))
    lines = "\n  or\n  ".join(tiles)
    return f"sum without ({names.TILE}) (\n  {lines}\n)"


def _tile(name: names.Namer, tile: Tile, service: Service, slo: Slo, index: int) -> str:
    """Select a tile, numbered, because `or` would drop all but the first of equal labels."""
    recorded = series(name(tile.window), service, slo)
    shifted = f"{recorded} offset {tile.offset}" if tile.offset.ms else recorded
    return f'label_replace({shifted}, "{names.TILE}", "{index}", "", "")'


def _figures(service: Service, slo: Slo) -> tuple[Recording, ...]:
    labels, budget = identity(service, slo), decimal_text(slo.error_budget)
    bad, total = (series(name(slo.period), service, slo) for name in (names.bad_events, names.total_events))
    burning, seen = (series(name(BURN_WINDOW), service, slo) for name in (names.bad_events, names.total_events))
    ratio = series(names.ERROR_RATIO, service, slo)
    comment = "The figures that reports and dashboards show."
    return (
        Recording(names.ERROR_RATIO, f"{bad}\n/ ({total} > 0)", labels, comment),
        Recording(names.BUDGET_REMAINING, f"1 - {ratio} / {budget}", labels),
        Recording(names.burn_rate(BURN_WINDOW), f"{burning}\n/ ({seen} > 0)\n/ {budget}", labels),
        Recording(names.OBJECTIVE, f"vector({decimal_text(slo.objective)})", labels),
        Recording(names.INFO, "vector(1)", _info(service, slo)),
    )


def _info(service: Service, slo: Slo) -> Pairs:
    facts = (
        (names.OWNER, service.owner),
        ("objective", percent(slo.objective, 28)[:-2]),
        ("period", str(slo.period)),
    )
    return tuple((dict(service.labels) | dict(identity(service, slo)) | dict(facts)).items())
