"""A backtest as Markdown, for a comment on a pull request: what changed first, details folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.core.figures import share
from sloctl.evidence.limits import Limits
from sloctl.pipeline.backtest.compare import pairs
from sloctl.pipeline.backtest.judge import suggestion_text, verdict
from sloctl.pipeline.backtest.results import AlertResult, Backtest, SloResult
from sloctl.pipeline.backtest.tables import (
    ALERT_HEAD,
    CHANGE_HEAD,
    FIRED_HEAD,
    alert_cells,
    budget_words,
    change_cells,
    change_words,
    failed_words,
    fired_cells,
    fired_table,
    head_words,
    history_words,
    known_words,
    loss_table,
    quiet_words,
    title_words,
)
from sloctl.reporters.markdown import plain

MOST_ROWS = 30


def markdown_report(result: Backtest, before: Backtest | None, base: str, limits: Limits) -> str:
    """Write a report."""
    blocks = [f"### Backtest\n\n{plain(head_words(result))}."]
    if before:
        blocks += _changes(before, result, base)
    for slo in (slo for slo in result.slos if not slo.is_quiet):
        blocks += _slo(result, slo, limits)
    blocks += _folded("Nothing fired, nothing was lost", ("SLO", "budget"), quiet_words(result))
    blocks += _alerts(result, limits)
    if result.unreplayed:
        rows = [(each.name, str(each.at), each.reason) for each in result.unreplayed]
        blocks += ["**Not replayed**", _table(("what", "where", "why"), rows)]
    blocks += [f"> The server says of its answers: {plain(each)}" for each in result.reservations]
    return "\n\n".join(blocks) + "\n"


def _changes(before: Backtest, after: Backtest, base: str) -> Iterator[str]:
    rows = [change_cells(pair) for pair in pairs(before, after) if not pair.is_same]
    yield f"**Compared with {plain(base)}**" + ("" if rows else ": every alert fires as it did")
    if rows:
        yield plain(change_words(before, after))
        yield _table(CHANGE_HEAD, rows)


def _slo(result: Backtest, slo: SloResult, limits: Limits) -> Iterator[str]:
    yield f"#### {plain(title_words(slo))}"
    lines = [*(budget_words(slo, group) for group in slo.groups), history_words(result, slo)]
    yield "\n".join(f"- {plain(line)}" for line in lines if line)
    yield _verdicts(result, slo.alerts, limits)
    yield from _folded("Firings", *fired_table(slo, result.zone))
    title = f"Losses of {share(limits.worth)} of the budget and more"
    yield from _folded(title, *loss_table(slo, result.zone))


def _alerts(result: Backtest, limits: Limits) -> Iterator[str]:
    for service in dict.fromkeys(alert.service for alert in result.alerts):
        alerts = [alert for alert in result.alerts if alert.service == service]
        yield f"#### {plain(service)}: threshold alerts"
        yield _verdicts(result, alerts, limits)
        yield from _folded("Firings", FIRED_HEAD, fired_cells(alerts, result.zone))


def _verdicts(result: Backtest, alerts: Sequence[AlertResult], limits: Limits) -> str:
    rows = [(*alert_cells(alert), _said(result, alert, limits)) for alert in alerts]
    return _table((*ALERT_HEAD, "verdict"), rows)


def _said(result: Backtest, alert: AlertResult, limits: Limits) -> str:
    said = (verdict(alert, limits), known_words(result, alert), failed_words(alert), suggestion_text(alert))
    return "; ".join(filter(None, said))


def _folded(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if rows:
        left_out = len(rows) - MOST_ROWS
        more = f"\n\n… and {left_out} before" if left_out > 0 else ""
        body = f"{_table(head, rows[-MOST_ROWS:])}{more}"
        yield f"<details><summary>{plain(title)}: {len(rows)}</summary>\n\n{body}\n\n</details>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([plain(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
