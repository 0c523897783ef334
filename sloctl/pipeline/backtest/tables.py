"""The figures of a backtest as cells, for every report that has tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from sloctl.core.figures import brief, count, lasted, moment, share
from sloctl.core.human import and_list, percent, plural
from sloctl.model.rules import Pairs
from sloctl.model.service import PAGE, TICKET
from sloctl.pipeline.backtest.compare import Pair
from sloctl.pipeline.backtest.judge import per_week
from sloctl.pipeline.backtest.results import AlertResult, Backtest, GroupResult, Rang, SloResult

ALERT_HEAD = ("alert", "calls", "fired", "a week", "firing", "median", "least", "again", "night")
LOUD_HEAD = ("loudest", "calls", "fired", "a week", "firing", "night")
CHANGE_HEAD = ("of", "alert", "fired", "firing", "again", "night")
FIRED_HEAD = ("when it fired", "alert", "lasted")
LOSS_HEAD = ("when", "lasted", "bad", "budget", "page")


Table = tuple[Sequence[str], list[tuple[str, ...]]]
"""The head of a table, and its rows."""
_MOST_OVERLAPS = 4
_BARS = "·▁▂▃▄▅▆▇█"


def alert_cells(alert: AlertResult) -> tuple[str, ...]:
    """Return a row of `ALERT_HEAD`."""
    figures = alert.summary
    lengths = (figures.firing_ms, figures.median_ms, figures.shortest_ms)
    shown = [brief(each) if figures.times else "-" for each in lengths]
    return (alert.label, alert.notify or "-", str(figures.times), per_week(alert.per_week), *shown,
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
    name = "/".join(filter(None, (alert.service, alert.slo)))
    return (name, alert.label, *(f"{old} → {new}" for old, new in figures))


def _figure(alert: AlertResult | None, column: int) -> str:
    cells = alert_cells(alert) if alert else None
    return cells[(2, 4, 7, 8)[column]] if cells else "-"


def fired_cells(alerts: Sequence[AlertResult], zone: tzinfo, most: int | None = None) -> list[tuple[str, ...]]:
    """Return the rows of `FIRED_HEAD`: every bout of some alerts in the order of time, of each the `most` newest."""
    return [_fired(rang, alert, zone) for rang, alert in _rung(alerts, most)]


def fired_table(slo: SloResult, zone: tzinfo, most: int | None = None) -> Table:
    """Return the same for the alerts of an SLO, with its budget, and with its groups where it has any."""
    head, rows = (*FIRED_HEAD, "budget then", "in all"), []
    for rang, alert in _rung(slo.alerts, most):
        costs = (share(rang.cost.when_fired), share(rang.cost.in_all)) if rang.cost else ("-", "-")
        rows.append((group_words(rang.cost.group if rang.cost else ()), *_fired(rang, alert, zone), *costs))
    return _with_groups(slo, head, rows)


def _rung(alerts: Sequence[AlertResult], most: int | None) -> list[tuple[Rang, AlertResult]]:
    newest = ((rang, alert) for alert in alerts for rang in alert.rang[-(most or len(alert.rang)) :])
    return sorted(newest, key=lambda each: each[0].bout.start)


def _fired(rang: Rang, alert: AlertResult, zone: tzinfo) -> tuple[str, ...]:
    lasted_for = f"{lasted(rang.bout.ms)}{' …' if rang.bout.is_open else ''}"
    return (moment(rang.bout.start, zone), alert.label, lasted_for)


def loss_table(slo: SloResult, zone: tzinfo) -> Table:
    """Return the rows of `LOSS_HEAD`: every loss of some weight, in the order of time."""
    found = sorted(((loss, group) for group in slo.groups for loss in group.losses), key=lambda each: each[0].start)
    rows = [
        (group_words(group.labels), moment(loss.start, zone), lasted(loss.end - loss.start), count(loss.bad),
         share(loss.share), "none" if loss in group.missed else "yes")
        for loss, group in found
    ]  # fmt: skip
    return _with_groups(slo, LOSS_HEAD, rows)


def _with_groups(slo: SloResult, head: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Table:
    """Move the group of a row, its first cell, to the end; away with it where the SLO has none."""
    if not any(group.labels for group in slo.groups):
        return head, [row[1:] for row in rows]
    return (*head, "group"), [(*row[1:], row[0]) for row in rows]


def group_words(labels: Pairs) -> str:
    """Name a group of an SLO by its values."""
    return ", ".join(value for _, value in labels) or "-"


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


def change_words(before: Backtest, after: Backtest) -> str:
    """Say what a change comes to: pages, tickets, and losses that no page caught."""
    return ", ".join(f"{noun}: {_of(before)[noun]} → {count}" for noun, count in _of(after).items())


def _of(result: Backtest) -> dict[str, int]:
    counted = {
        f"{notify}s": sum(alert.summary.times for alert in result.all_alerts if alert.notify == notify)
        for notify in (PAGE, TICKET)
    }
    losses = [loss for slo in result.slos for loss in slo.losses]
    missed = {"losses without a page": sum(len(slo.missed) for slo in result.slos)} if losses else {}
    return counted | missed


def known_words(result: Backtest, alert: AlertResult) -> str:
    """Say since when the server knows what an alert reads; nothing when it always did, or never."""
    if not 0 < alert.known_ms < result.until - result.since or alert.slo:
        return ""
    since = moment(result.until - alert.known_ms, result.zone)
    return f"known since {since} only, {lasted(alert.known_ms)} of the time"


def failed_words(alert: AlertResult) -> str:
    """Say how often an alert could not be evaluated, in the server's words."""
    return f"{plural(alert.failed, 'evaluation')} failed, and changed nothing: {alert.failure}" if alert.failed else ""


def overlap_words(alert: AlertResult) -> str:
    """Say which other alerts mostly rang at the same time; the JSON has all."""
    mostly = [(name, times) for name, times in alert.overlaps if 2 * times >= alert.summary.times]
    mostly.sort(key=lambda each: -each[1])
    shown = [f"{name} {times} of {alert.summary.times}" for name, times in mostly[:_MOST_OVERLAPS]]
    more = [f"{len(mostly) - _MOST_OVERLAPS} more"] if len(mostly) > _MOST_OVERLAPS else []
    return and_list([*shown, *more])


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
    how = f"every {lasted(result.step)}" if result.slos else "each at the interval of its group"
    return f"{' and '.join(what)} replayed from {span}, {how}" if what else f"Nothing replayed from {span}"
