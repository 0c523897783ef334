"""The recording rules of an SLO: events per window from short to long, then the figures that people look at."""

from __future__ import annotations

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text, percent
from sloctl.model import names
from sloctl.model.rules import Pairs, Recording
from sloctl.model.service import Service, Slo
from sloctl.model.windows import Level, levels
from sloctl.promql.literals import quote


def recordings(service: Service, slo: Slo) -> tuple[Recording, ...]:
    """Return all recordings of an SLO, in the order in which they must be evaluated."""
    counted = [rule for level in slo_levels(slo) for rule in _level(service, slo, level)]
    return (*counted, *_figures(service, slo))


def slo_levels(slo: Slo) -> tuple[Level, ...]:
    """Plan the windows that an SLO needs: those of its tiers, and the period."""
    windows = [window for tier in slo.tiers for window in (tier.short, tier.long)]
    return levels(slo.base, [*windows, slo.period])


def identity(service: Service, slo: Slo) -> Pairs:
    """Return the labels that identify an SLO."""
    return ((names.SERVICE, service.name), (names.SLO, slo.name))


def series(metric: str, service: Service, slo: Slo) -> str:
    """Select the recorded series of an SLO."""
    matchers = ", ".join(f"{label}={quote(value)}" for label, value in identity(service, slo))
    return f"{metric}{{{matchers}}}"


def _level(service: Service, slo: Slo, level: Level) -> tuple[Recording, Recording]:
    labels = identity(service, slo)
    if not level.tiles:
        comment = f"Bad and valid events in {level.window}. Only these two rules read the raw series."
        return (
            Recording(names.bad_events(level.window), slo.sli.bad, labels, comment),
            Recording(names.total_events(level.window), slo.sli.total, labels),
        )
    comment = f"{level.window} = {_sum_words(level)}"
    return (
        Recording(names.bad_events(level.window), _tiled(names.bad_events, level, service, slo), labels, comment),
        Recording(names.total_events(level.window), _tiled(names.total_events, level, service, slo), labels),
    )


def _sum_words(level: Level) -> str:
    sizes = [tile.window for tile in level.tiles]
    return " + ".join(f"{sizes.count(size)} x {size}" for size in dict.fromkeys(sizes))


def _tiled(name: names.Namer, level: Level, service: Service, slo: Slo) -> str:
    """Add up tiles. A tile that is missing counts 0: while history is filling, and through gaps."""
    newest = series(name(level.tiles[0].window), service, slo)
    lines = [newest]
    for tile in level.tiles[1:]:
        recorded = series(name(tile.window), service, slo)
        lines.append(f"+ ({recorded} offset {tile.offset} or 0 * {newest})")
    return "\n".join(lines)


def _figures(service: Service, slo: Slo) -> tuple[Recording, ...]:
    labels, budget = identity(service, slo), decimal_text(slo.error_budget)
    bad, total = (series(name(slo.period), service, slo) for name in (names.bad_events, names.total_events))
    window = _burn_window(slo)
    burning, seen = (series(name(window), service, slo) for name in (names.bad_events, names.total_events))
    ratio = series(names.ERROR_RATIO, service, slo)
    comment = "The figures that reports and dashboards show."
    return (
        Recording(names.ERROR_RATIO, f"{bad}\n/ ({total} > 0)", labels, comment),
        Recording(names.BUDGET_REMAINING, f"1 - {ratio} / {budget}", labels),
        Recording(names.burn_rate(window), f"{burning}\n/ ({seen} > 0)\n/ {budget}", labels),
        Recording(names.OBJECTIVE, f"vector({decimal_text(slo.objective)})", labels),
        Recording(names.INFO, "vector(1)", _info(service, slo)),
    )


def _burn_window(slo: Slo) -> Duration:
    """The burn rate now is read over an hour, or over the shortest long window of the tiers."""
    hour = Duration.of(hours=1)
    windows = [level.window for level in slo_levels(slo)]
    return hour if hour in windows else min((tier.long for tier in slo.tiers), default=slo.base)


def _info(service: Service, slo: Slo) -> Pairs:
    facts = (
        (names.OWNER, service.owner),
        ("objective", percent(slo.objective, 28)[:-2]),
        ("period", str(slo.period)),
    )
    return tuple((dict(service.labels) | dict(identity(service, slo)) | dict(facts)).items())
