"""A report for a terminal: who needs somebody, a table of all budgets, and what those in trouble were spent on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import StringIO
from textwrap import wrap
from typing import TYPE_CHECKING

from sloctl.core.human import percent, plural
from sloctl.pipeline.report import words
from sloctl.pipeline.report.advice import advice, reason
from sloctl.pipeline.report.forms._form import Form, Look
from sloctl.pipeline.report.model import Budget, Report, ServiceReport, SloReport, shown_name
from sloctl.pipeline.report.standing import FEW, Standing, counted, of_slo, standings

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_LABEL = 11
_GROUP = 32
"""Characters of a group that are shown in the table."""
_STYLES = {"bad": "red", "warn": "yellow", "good": "green"}
_BARS = 8
_WIDTHS = {"left": 7, "spent": _BARS, "SLI": 10, "objective": 11, "burn 1h": 7, "gone in": 7}
"""Columns that are as wide in every table, so that they stand below each other."""


def _render(report: Report, look: Look) -> str:
    from rich.console import Console

    console = Console(file=StringIO(), width=look.width, force_terminal=look.color, no_color=not look.color,
                      color_system="standard" if look.color else None, highlight=False, markup=False, emoji=False,
                      legacy_windows=False)  # fmt: skip
    said, found = words.Words(report), standings(report)
    console.print(_title(report, said), soft_wrap=True, style="bold")
    console.print("\n".join(wrap(counted(found), look.width)), soft_wrap=True)
    _print_care([each for each in found if each.state.needs_care], said, console)
    for service in report.services:
        if service.slos:
            console.print(f"\n{_inert(service.service.name)} ({_inert(service.service.owner)})", style="bold")
            console.print(_table(service, look.width))
    for each in found:
        if each.budget and (len(found) <= FEW or each.state.needs_care):
            console.print("", *wrap(_inert(each.name), look.width), sep="\n", style="bold", soft_wrap=True)
            console.print("\n".join(_details(each.slo, each.budget, said, look.width)), soft_wrap=True)
    for line in _verdict(report, look.width):
        console.print(line, soft_wrap=True, style="red")
    out = console.file
    assert isinstance(out, StringIO)  # noqa: S101 - it was given above
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _title(report: Report, said: words.Words) -> str:
    slos = sum(len(service.slos) for service in report.services)
    counts = f"{plural(slos, 'SLO')} of {plural(len(report.services), 'service')}"
    return f"Error budgets at {said.time(report.until)} {said.zone}: {counts}"


def _print_care(found: Sequence[Standing], said: words.Words, console: Console) -> None:
    """Print what needs somebody, the worst first."""
    if found:
        console.print("\nNeeds somebody", style="bold")
    for each in found:
        head, *more = _labelled(each.state.value, f"{each.name}: {reason(each, said)}", console.width)
        console.print(head, *more, sep="\n", soft_wrap=True, style=_STYLES[each.state.color])
        for step in advice(each):
            console.print("\n".join(_labelled("", step, console.width)), soft_wrap=True)


def _table(service: ServiceReport, width: int) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), expand=False, header_style="dim")
    name = max(len("SLO"), *(len(row[0]) for slo in service.slos for row in _rows(service, slo)))
    table.add_column("  SLO", overflow="fold", width=min(name, width - sum(_WIDTHS.values()) - 2 * len(_WIDTHS)))
    for title, size in _WIDTHS.items():
        table.add_column(title, justify="left" if title == "spent" else "right", no_wrap=True, width=size)
    for slo in service.slos:
        for cells in _rows(service, slo):
            table.add_row(*cells)
    return table


def _rows(service: ServiceReport, slo: SloReport) -> Iterator[tuple[str | Text, ...]]:
    from rich.text import Text

    objective = f"{percent(slo.slo.objective, 28)} {slo.slo.period}"
    for each in of_slo(service, slo):
        style = _STYLES[each.state.color]
        if (budget := each.budget) is None:
            yield f"  {slo.slo.name}", "", "", Text(each.state.value, style=style), objective, "", ""
            continue
        group = ", ".join(_short(value) for _, value in budget.group)
        left = Text(words.share(budget.left), style=style)
        name = _inert(f"  {slo.slo.name}{f' {group}' if group else ''}")
        yield (name, left, words.sparkline(budget, _BARS), words.ratio(budget.usage.sli), objective,
               words.rate(budget.burn_hour), words.gone_in(budget))  # fmt: skip


def _short(value: str) -> str:
    return value if len(value) <= _GROUP else f"{value[: _GROUP - 1]}…"


def _details(slo: SloReport, budget: Budget, said: words.Words, width: int) -> Iterator[str]:
    rows = [
        ("promise", slo.slo.description),
        ("events", words.events_words(budget, slo.slo)),
        ("time lost", words.lost_words(budget, slo.slo)),
        ("burn rate", words.pace_words(budget)),
        ("known", said.known(budget)),
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


def _verdict(report: Report, width: int) -> Iterator[str]:
    """Say at the end what must not be overlooked: what the policy forbids, and what could not be read."""
    if report.errors:
        yield f"\nIncomplete: {plural(len(report.errors), 'answer')} missing"
    if report.frozen:
        yield "\nReleases are frozen by the policy of:"
        for service, slo, budget in report.frozen:
            name = _inert(shown_name(service.service, slo.slo, budget.group))
            yield "\n".join(wrap(f"  {name}, {words.share(budget.left)} left", width, subsequent_indent="  "))


def _inert(text: str) -> str:
    """Replace control characters, which a terminal would obey."""
    return "".join(char if char.isprintable() else " " for char in text)


FORM = Form("text", "for a terminal", (".txt",), _render)
