"""A report for a terminal: a table of all budgets, then what is to be said about those in trouble."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from textwrap import wrap
from typing import TYPE_CHECKING

from sloctl.core.human import percent, plural
from sloctl.pipeline.report import words
from sloctl.pipeline.report.forms._form import Form, Look
from sloctl.pipeline.report.model import Budget, Report, ServiceReport, SloReport, shown_name

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_LABEL = 11


def _render(report: Report, look: Look) -> str:
    from rich.console import Console

    console = Console(file=StringIO(), width=look.width, force_terminal=look.color, no_color=not look.color,
                      color_system="standard" if look.color else None, highlight=False, markup=False, emoji=False,
                      legacy_windows=False)  # fmt: skip
    said = words.Words(report)
    console.print(_title(report, said), soft_wrap=True)
    for service in report.services:
        if service.slos:
            console.print(f"\n{_inert(service.service.name)} ({_inert(service.service.owner)})", style="bold")
            console.print(_table(service))
    for row in report.rows:
        if _is_notable(row[2]):
            console.print(f"\n{_inert(shown_name(row[0].service, row[1].slo, row[2].group))}", style="bold")
            console.print("\n".join(_details(row[1], row[2], said, look.width)), soft_wrap=True)
    for line in _verdict(report):
        console.print(line, soft_wrap=True, style="red")
    out = console.file
    assert isinstance(out, StringIO)  # noqa: S101 - it was given above
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _title(report: Report, said: words.Words) -> str:
    slos = sum(len(service.slos) for service in report.services)
    counted = f"{plural(slos, 'SLO')} of {plural(len(report.services), 'service')}"
    return f"Error budgets at {said.time(report.until)} {said.zone}: {counted}"


def _table(service: ServiceReport) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), expand=False, header_style="dim")
    table.add_column("  SLO", overflow="fold", ratio=1)
    for name in ("SLI", "objective", "left"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("period", no_wrap=True)
    for name in ("burn 1h", "gone in"):
        table.add_column(name, justify="right", no_wrap=True)
    for slo in service.slos:
        for cells in _rows(slo):
            table.add_row(*cells)
    return table


def _rows(slo: SloReport) -> Iterator[tuple[str | Text, ...]]:
    from rich.text import Text

    objective = percent(slo.slo.objective, 28)
    for budget in slo.budgets:
        group = ", ".join(value for _, value in budget.group)
        name = Text(_inert(f"  {slo.slo.name}{f' {group}' if group else ''}"))
        left = Text(words.share(budget.left), style=_style(budget))
        yield (name, words.ratio(budget.usage.sli), objective, left, f"{words.sparkline(budget)} {slo.slo.period}",
               words.rate(budget.burn_hour), words.gone_in(budget))  # fmt: skip
    if not slo.budgets:
        what = Text("no answer", style="red") if slo.error else Text("no data")
        yield Text(f"  {slo.slo.name}"), what, objective, words.NONE, str(slo.slo.period), words.NONE, words.NONE


def _style(budget: Budget) -> str:
    if budget.left is None:
        return "dim"
    return "red" if budget.is_frozen or budget.left < 0 else "yellow" if budget.steps else "green"


def _is_notable(budget: Budget) -> bool:
    return bool(budget.steps or budget.overspent or budget.incidents)


def _details(slo: SloReport, budget: Budget, said: words.Words, width: int) -> Iterator[str]:
    rows = [
        ("promise", slo.slo.description),
        ("events", words.events_words(budget, slo.slo)),
        ("time lost", words.lost_words(budget, slo.slo)),
        ("burn rate", words.pace_words(budget)),
        ("known", f"since {said.time(budget.since)}" if budget.since else ""),
        ("exceeded", said.overspent(budget.overspent) if budget.overspent else ""),
        *(("periods", f"{said.period(past)}: {words.past_words(past)}") for past in budget.past),
        *(("incidents", said.incident(incident)) for incident in budget.incidents),
        *(("policy", words.step_words(step)) for step in budget.steps),
    ]
    before = ""
    for label, text in rows:
        if text:
            yield from _labelled(label if label != before else "", text, width)
            before = label


def _labelled(label: str, text: str, width: int) -> list[str]:
    return wrap(
        _inert(text), max(40, width), initial_indent=f"  {label:{_LABEL}}", subsequent_indent=" " * (_LABEL + 2)
    )


def _verdict(report: Report) -> Iterator[str]:
    """Say at the end what must not be overlooked: what the policy forbids, and what could not be read."""
    if report.errors:
        yield f"\nIncomplete: {plural(len(report.errors), 'answer')} missing"
    if report.frozen:
        yield "\nReleases are frozen by the policy of:"
        for service, slo, budget in report.frozen:
            yield f"  {_inert(shown_name(service.service, slo.slo, budget.group))}, {words.share(budget.left)} left"


def _inert(text: str) -> str:
    """Replace control characters, which a terminal would obey."""
    return "".join(char if char.isprintable() else " " for char in text)


FORM = Form("text", "for a terminal", (".txt",), _render)
