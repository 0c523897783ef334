"""The figures of a backtest as cells, for every report that has tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from sloctl.core.human import percent, plural
from sloctl.pipeline.backtest.compare import Pair
from sloctl.pipeline.backtest.judge import per_week
from sloctl.pipeline.backtest.numbers import brief, count, lasted, moment, share
from sloctl.pipeline.backtest.results import AlertResult, Backtest, GroupResult, SloResult

ALERT_HEAD = ("alert", "calls", "fired", "a week", "firing", "median", "least", "again", "night")
LOUD_HEAD = ("loudest", "calls", "fired", "a week", "firing", "night")
CHANGE_HEAD = ("of", "alert", "fired", "firing", "again", "night")
FIRED_HEAD = ("when it fired", "alert", "lasted", "budget then", "in all")
LOSS_HEAD = ("when", "lasted", "bad", "budget", "page")


_BARS = "·▁▂▃▄▅▆▇█"


def alert_cells(alert: AlertResult) -> tuple[str, ...]:
    """Return a row of `ALERT_HEAD`."""
    figures = alert.summary
    lengths = (figures.firing_ms, figures.median_ms, figures.shortest_ms)
    shown = [brief(each) if figures.times else "-" for each in lengths]
    return (alert.label, alert.notify or "-", str(figures.times), per_week(figures.per_week), *shown,
            str(figures.flaps), str(figures.at_night))  # fmt: skip


def loudest(result: Backtest) -> list[AlertResult]:
    """Return the alerts that fired, the one that fired most first; pages before tickets."""
    fired = (alert for alert in result.all_alerts if alert.rang)
    return sorted(fired, key=lambda alert: (not alert.pages, -alert.summary.times, alert.key))


def loud_cells(alert: AlertResult) -> tuple[str, ...]:
    """Return a row of `LOUD_HEAD`."""
    cells = alert_cells(alert)
    name = "/".join(filter(None, (alert.service, alert.slo, alert.label)))
    return (name, *cells[1:5], cells[-1])


def quiet_words(result: Backtest) -> list[tuple[str, str]]:
    """Return a row for each SLO of which there is nothing more to say: its name, and what it spent."""
    rows = []
    for slo in (slo for slo in result.slos if slo.is_quiet):
        spent = share(max(group.spent for group in slo.groups))
        rows.append((slo.name, "; ".join(filter(None, (f"{spent} of the budget spent", history_words(result, slo))))))
    return rows


def change_cells(pair: Pair) -> tuple[str, ...]:
    """Return a row of `CHANGE_HEAD`."""
    alert = pair.either
    sides = (pair.before, pair.after)
    figures = ([_figure(side, column) for side in sides] for column in range(4))
    return (f"{alert.service}/{alert.slo or alert.name}", alert.label, *(f"{old} → {new}" for old, new in figures))


def _figure(alert: AlertResult | None, column: int) -> str:
    cells = alert_cells(alert) if alert else None
    return cells[(2, 4, 7, 8)[column]] if cells else "-"


def fired_cells(alerts: Sequence[AlertResult], zone: tzinfo) -> list[tuple[str, ...]]:
    """Return the rows of `FIRED_HEAD`: every bout of some alerts, in the order of time."""
    rows = sorted(((rang, alert) for alert in alerts for rang in alert.rang), key=lambda row: row[0].bout.start)
    return [
        (
            moment(rang.bout.start, zone),
            alert.label,
            f"{lasted(rang.bout.ms)}{' …' if rang.bout.is_open else ''}",
            share(rang.cost.when_fired) if rang.cost else "-",
            share(rang.cost.in_all) if rang.cost else "-",
        )
        for rang, alert in rows
    ]


def loss_cells(slo: SloResult, zone: tzinfo) -> list[tuple[str, ...]]:
    """Return the rows of `LOSS_HEAD`: every loss of some weight, in the order of time."""
    missed = set(slo.missed)
    return [
        (moment(loss.start, zone), lasted(loss.end - loss.start), count(loss.bad), share(loss.share),
         "none" if loss in missed else "yes")
        for loss in slo.losses
    ]  # fmt: skip


def budget_words(slo: SloResult, group: GroupResult) -> str:
    """Say how much of the budget a group has spent."""
    named = ", ".join(f"{label} {value}" for label, value in group.labels)
    head = f"{named}: " if named else ""
    events = f"{count(group.events.bad)} bad of {count(group.events.total)} events"
    return f"{head}{share(group.spent)} of a {slo.period} budget spent; {events}"


def history_words(result: Backtest, slo: SloResult) -> str:
    """Say since when the server knows the events of an SLO, and what is missing; nothing when it knows all."""
    since = slo.since
    parts = []
    if since is not None and since > result.since + result.step:
        parts.append(f"known since {moment(since, result.zone)} only, {lasted(result.until - since)} of the time")
    if gap := max((group.gap_ms for group in slo.groups), default=0):
        parts.append(f"{lasted(gap)} without data")
    return "; ".join(parts)


def overlap_words(alert: AlertResult) -> str:
    """Say which other alerts rang at the same time."""
    shared = (f"{name} {times} of {alert.summary.times}" for name, times in alert.overlaps)
    return ", ".join(shared)


def hour_words(alert: AlertResult) -> str:
    """Draw how often an alert fired in each hour of the day, from 0 to 23."""
    most = max(alert.summary.hours) or 1
    return "".join(_BARS[-(-times * (len(_BARS) - 1) // most)] for times in alert.summary.hours)


def title_words(slo: SloResult) -> str:
    """Name an SLO and its promise."""
    return f"{slo.name}: {percent(slo.objective)} over {slo.period}"


def head_words(result: Backtest) -> str:
    """Say what was replayed."""
    zone = result.zone.tzname(None) or str(result.zone)
    span = f"{moment(result.since, result.zone)} to {moment(result.until, result.zone)} {zone}"
    what = [plural(len(result.slos), "SLO")] if result.slos else []
    what += [plural(len(result.alerts), "alert")] if result.alerts else []
    return f"{' and '.join(what) or 'Nothing'} replayed from {span}, every {lasted(result.step)}"
