"""A backtest for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.core.figures import share
from sloctl.core.human import and_list, plural
from sloctl.evidence.limits import Limits
from sloctl.pipeline.backtest.compare import pairs
from sloctl.pipeline.backtest.judge import suggestion_text, verdict
from sloctl.pipeline.backtest.results import AlertResult, Backtest, SloResult
from sloctl.pipeline.backtest.tables import (
    ALERT_HEAD,
    CHANGE_HEAD,
    FIRED_HEAD,
    LOUD_HEAD,
    alert_cells,
    budget_words,
    change_cells,
    change_words,
    failed_words,
    fired_cells,
    fired_table,
    head_words,
    history_words,
    hour_words,
    known_words,
    loss_table,
    loud_cells,
    loudest,
    overlap_words,
    quiet_words,
    title_words,
)
from sloctl.pipeline.explain.layout import INDENT, WIDTH, Section, labelled, page, paragraph, table

MOST_ROWS = 25
"""Firings and losses that are listed; the JSON has all."""
_NEWEST = 5
"""Firings of one alert that are listed: a noisy one must not hide the others."""
_LONG_NAME = 24
_MOST_GROUPS = 8
_FEW, _LOUDEST = 3, 10
"""Beyond a few SLOs the report begins with the alerts that fired most, so many of them."""


def text_report(result: Backtest, before: Backtest | None, base: str, limits: Limits, *, color: bool) -> str:
    """Write a report; with `before`, the same of the specs at `base`, it begins with what a change changes."""
    changes = [page(f"Compared with {base}", [Section("", _changes(before, result))], color=color)] if before else []
    pages = [page("Overview", list(_overview(result)), color=color)] if len(result.slos) > _FEW else []
    pages += [page(title_words(slo), _slo(result, slo, limits), color=color) for slo in result.slos if not slo.is_quiet]
    if quiet := quiet_words(result):
        pages.append(page("Quiet: nothing fired, nothing was lost", [Section("", labelled(quiet))], color=color))
    if result.alerts:
        pages.append(page("Threshold alerts", _alerts(result, limits), color=color))
    if result.unreplayed or result.reservations:
        pages.append(page("Not replayed", [Section("", list(_unreplayed(result)))], color=color))
    return "\n\n\n".join(["\n".join(paragraph(head_words(result), "")), *changes, *pages]) + "\n"


def _overview(result: Backtest) -> Iterator[Section]:
    """Name the alerts that fired most, and count the rest."""
    fired = loudest(result)
    pages = sum(alert.summary.times for alert in fired if alert.pages)
    missed = sum(len(slo.missed) for slo in result.slos)
    silent = sum(1 for alert in result.all_alerts if not alert.rang)
    losses = "1 loss" if missed == 1 else f"{missed} losses"
    said = f"{plural(pages, 'page')}; {losses} without a page; {plural(silent, 'alert')} did not fire"
    yield Section("", paragraph(said, INDENT))
    if fired:
        yield Section("", table(LOUD_HEAD, [loud_cells(alert) for alert in fired[:_LOUDEST]], words=2))


def _slo(result: Backtest, slo: SloResult, limits: Limits) -> Iterator[Section]:
    yield Section("", labelled([*_budget(slo), ("history", history_words(result, slo))]))
    yield Section("", _table(slo.alerts))
    yield Section("", labelled([row for alert in slo.alerts for row in _words(result, alert, limits)]))
    head, rows = fired_table(slo, result.zone, _NEWEST)
    if rows:
        yield Section("", _some(head, rows, words=2, whole=sum(len(alert.rang) for alert in slo.alerts)))
    head, rows = loss_table(slo, result.zone)
    if rows:
        title = f"Losses of {share(limits.worth)} of the budget and more"
        yield Section(title, _some(head, rows, words=1, whole=len(rows)))


def _changes(before: Backtest, after: Backtest) -> list[str]:
    rows = [change_cells(pair) for pair in pairs(before, after) if not pair.is_same]
    if not rows:
        return paragraph("every alert fires as it did")
    return [*paragraph(change_words(before, after)), "", *table(CHANGE_HEAD, rows, words=2)]


def _budget(slo: SloResult) -> Iterator[tuple[str, str]]:
    worst = sorted(slo.groups, key=lambda group: (-group.spent, group.labels))
    for number, group in enumerate(worst[:_MOST_GROUPS]):
        yield ("budget" if not number else "", budget_words(slo, group))
    if len(worst) > _MOST_GROUPS:
        yield "", f"… and {plural(len(worst) - _MOST_GROUPS, 'group')} that spent less"


def _table(alerts: Sequence[AlertResult]) -> list[str]:
    rows = [alert_cells(alert) for alert in alerts]
    _, *figures = zip(ALERT_HEAD, *rows, strict=True)
    room = WIDTH - len(INDENT * 2) - sum(len(INDENT) + max(map(len, column)) for column in figures)
    return table(ALERT_HEAD, [(_shortened(label, room), *rest) for label, *rest in rows], words=2)


def _shortened(label: str, room: int) -> str:
    """Leave out the end of a long name, never what tells it from others of that name."""
    name, bracket, mark = label.partition(" (")
    left = room - len(bracket + mark) - 1
    return f"{name[:left]}…{bracket}{mark}" if bracket and len(label) > room and left > 0 else label


def _words(result: Backtest, alert: AlertResult, limits: Limits) -> Iterator[tuple[str, str]]:
    yield alert.label, verdict(alert, limits)
    yield " ", known_words(result, alert)
    yield " ", failed_words(alert)
    if not alert.rang:
        return
    if alert.summary.times > 1:
        yield " ", f"hours 0 to 23: {hour_words(alert)}, {alert.summary.at_night} at night"
    if shared := overlap_words(alert):
        yield " ", f"rang together with {shared}"
    if advice := suggestion_text(alert):
        yield " ", advice


def _alerts(result: Backtest, limits: Limits) -> Iterator[Section]:
    for service in dict.fromkeys(alert.service for alert in result.alerts):
        alerts = [alert for alert in result.alerts if alert.service == service]
        yield Section(service, _table(alerts))
        yield Section("", _verdicts(result, alerts, limits))
        if fired := fired_cells(alerts, result.zone, _NEWEST):
            yield Section("", _some(FIRED_HEAD, fired, words=2, whole=sum(len(alert.rang) for alert in alerts)))


def _verdicts(result: Backtest, alerts: Sequence[AlertResult], limits: Limits) -> list[str]:
    """Write the words beside the names of the alerts, or below them where the names are long."""
    if max(len(alert.label) for alert in alerts) <= _LONG_NAME:
        return labelled([row for alert in alerts for row in _words(result, alert, limits)])
    lines: list[str] = []
    for alert in alerts:
        lines += paragraph(alert.label, INDENT)
        lines += (line for _, words in _words(result, alert, limits) for line in paragraph(words))
    return lines


def _some(head: Sequence[str], rows: Sequence[Sequence[str]], *, words: int, whole: int) -> list[str]:
    """Write a table of the newest rows, out of a `whole` of so many."""
    shown = rows[-MOST_ROWS:]
    lines = table(head, shown, words)
    left_out = whole - len(shown)
    return [*lines, f"    … and {left_out} more; `--format json` has all"] if left_out > 0 else lines


def _unreplayed(result: Backtest) -> Iterator[str]:
    for each in result.unreplayed:
        yield from paragraph(f"{each.name} ({each.at}): {each.reason}")
    if result.reservations:
        yield from paragraph(f"The server says of its answers: {and_list(result.reservations)}")
