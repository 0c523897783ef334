"""A report for a wiki, an issue or a pull request: a table, and below it what is to be said."""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.core.human import percent, plural
from sloctl.pipeline.report import words
from sloctl.pipeline.report.forms._form import Form, Look
from sloctl.pipeline.report.model import Budget, Report, SloReport, shown_name
from sloctl.reporters.markdown import plain


def _render(report: Report, look: Look) -> str:  # noqa: ARG001 - the contract of a form
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    said = words.Words(report)
    yield f"# Error budgets at {said.time(report.until)} {said.zone}"
    yield ""
    if report.errors:
        yield f"**Incomplete: {plural(len(report.errors), 'answer')} missing.**"
        yield from ("", *(f"- {plain(error)}" for error in report.errors), "")
    yield "| SLO | SLI | objective | budget left | burn rate 1h | gone in | policy |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | --- |"
    for service in report.services:
        for slo in service.slos:
            yield from _rows(slo, service.service.name)
    for service, slo, budget in report.rows:
        if budget.incidents or budget.overspent or budget.past:
            yield from ("", f"## {plain(shown_name(service.service, slo.slo, budget.group))}", "")
            yield from _details(slo, budget, said)


def _rows(slo: SloReport, service: str) -> Iterator[str]:
    objective = percent(slo.slo.objective, 28)
    for budget in slo.budgets:
        group = "".join(f" {label}={value}" for label, value in budget.group)
        steps = "; ".join(step.then for step in budget.steps)
        cells = [f"{service}/{slo.slo.name}{group}", words.ratio(budget.usage.sli), objective, words.share(budget.left),
                 words.rate(budget.burn_hour), words.gone_in(budget), steps]  # fmt: skip
        yield f"| {' | '.join(plain(cell) for cell in cells)} |"
    if not slo.budgets:
        what = "no answer" if slo.error else "no data"
        yield f"| {plain(f'{service}/{slo.slo.name}')} | {what} | {objective} | | | | |"


def _details(slo: SloReport, budget: Budget, said: words.Words) -> Iterator[str]:
    yield plain(f"{words.events_words(budget, slo.slo)}. {words.lost_words(budget, slo.slo)}.")
    if budget.overspent:
        yield from ("", plain(f"Exceeded {said.overspent(budget.overspent)}."))
    if budget.past:
        yield from ("", "| period | SLI | budget left |", "| --- | ---: | ---: |")
        for past in budget.past:
            yield f"| {plain(said.period(past))} | {words.ratio(past.usage.sli)} | {words.share(past.left)} |"
    if budget.incidents:
        yield from ("", "| incident | lasted | share of the budget | bad events | alerts |",
                    "| --- | ---: | ---: | ---: | --- |")  # fmt: skip
        for each in budget.incidents:
            cells = (said.time(each.start), words.duration(each.end - each.start), words.share(each.share),
                     words.events(each.bad), words.called(each))  # fmt: skip
            yield f"| {' | '.join(cells)} |"


FORM = Form("markdown", "for a wiki or a pull request", (".md",), _render)
