"""A backtest for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.core.human import and_list, plural
from sloctl.pipeline.backtest.compare import pairs
from sloctl.pipeline.backtest.judge import suggestion_text, verdict
from sloctl.pipeline.backtest.limits import Limits
from sloctl.pipeline.backtest.numbers import share
from sloctl.pipeline.backtest.results import AlertResult, Backtest, SloResult
from sloctl.pipeline.backtest.tables import (
    ALERT_HEAD,
    CHANGE_HEAD,
    FIRED_HEAD,
    LOSS_HEAD,
    LOUD_HEAD,
    alert_cells,
    budget_words,
    change_cells,
    fired_cells,
    head_words,
    history_words,
    hour_words,
    loss_cells,
    loud_cells,
    loudest,
    overlap_words,
    quiet_words,
    title_words,
)
from sloctl.pipeline.explain.layout import INDENT, Section, labelled, page, paragraph, table

MOST_ROWS = 20
"""Firings and losses that are listed; the JSON has all."""
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
    known = result.until - (slo.since or result.since)
    yield Section("", labelled([row for alert in slo.alerts for row in _words(alert, limits, known)]))
    if rows := fired_cells(slo.alerts, result.zone):
        yield Section("", _some(FIRED_HEAD, rows, words=2))
    if rows := loss_cells(slo, result.zone):
        title = f"Losses of {share(limits.worth)} of the budget and more"
        yield Section(title, _some(LOSS_HEAD, rows, words=1))


def _changes(before: Backtest, after: Backtest) -> list[str]:
    rows = [change_cells(pair) for pair in pairs(before, after) if not pair.is_same]
    return table(CHANGE_HEAD, rows, words=2) if rows else paragraph("every alert fires as it did")


def _budget(slo: SloResult) -> Iterator[tuple[str, str]]:
    worst = sorted(slo.groups, key=lambda group: (-group.spent, group.labels))
    for number, group in enumerate(worst[:_MOST_GROUPS]):
        yield ("budget" if not number else "", budget_words(slo, group))
    if len(worst) > _MOST_GROUPS:
        yield "", f"… and {plural(len(worst) - _MOST_GROUPS, 'group')} that spent less"


def _table(alerts: Sequence[AlertResult]) -> list[str]:
    return table(ALERT_HEAD, [alert_cells(alert) for alert in alerts], words=2)


def _words(alert: AlertResult, limits: Limits, known_ms: int) -> Iterator[tuple[str, str]]:
    yield alert.label, verdict(alert, limits, known_ms)
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
        rows = [row for alert in alerts for row in _words(alert, limits, result.until - result.since)]
        yield Section("", labelled(rows))
        if fired := fired_cells(alerts, result.zone):
            yield Section("", _some(FIRED_HEAD[:3], [row[:3] for row in fired], words=2))


def _some(head: Sequence[str], rows: Sequence[Sequence[str]], *, words: int) -> list[str]:
    """Write a table of the newest rows."""
    left_out = len(rows) - MOST_ROWS
    lines = table(head, rows[-MOST_ROWS:], words)
    return [*lines, f"    … and {left_out} before; `--format json` has all"] if left_out > 0 else lines


def _unreplayed(result: Backtest) -> Iterator[str]:
    for each in result.unreplayed:
        yield from paragraph(f"{each.name}: {each.reason}")
    if result.reservations:
        yield from paragraph(f"The server says of its answers: {and_list(result.reservations)}")
