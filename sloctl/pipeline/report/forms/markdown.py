"""A report for a wiki, an issue or a pull request: what needs somebody, a table, and where the budgets went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.core.human import percent, plural
from sloctl.pipeline.report import words
from sloctl.pipeline.report.advice import advice, reason
from sloctl.pipeline.report.forms._form import Form, Look
from sloctl.pipeline.report.model import Budget, Report, SloReport
from sloctl.pipeline.report.standing import FEW, Standing, counted, standings
from sloctl.reporters.markdown import plain

_HEAD = ("SLO", "state", "left", "SLI", "objective", "burn rate 1h", "gone in")


def _render(report: Report, look: Look) -> str:  # noqa: ARG001 - the contract of a form
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    said, found = words.Words(report), standings(report)
    yield from (f"# Error budgets at {said.time(report.until)} {said.zone}", "", counted(found), "")
    if report.errors:
        yield f"**Incomplete: {plural(len(report.errors), 'answer')} missing.**"
        yield from ("", *(f"- {plain(error)}" for error in report.errors), "")
    care = [each for each in found if each.state.needs_care]
    if care:
        yield from ("## Needs somebody", "", *(_care(each, said) for each in care), "")
    yield from ("## All budgets", "", *_table(_HEAD, 2))
    yield from (_row(each) for each in found)
    for each in found:
        if each.budget and (each.state.needs_care or len(found) <= FEW):
            yield from ("", f"## {plain(each.name)}", "", *_details(each.slo, each.budget, said))


def _care(found: Standing, said: words.Words) -> str:
    todo = "".join(f". **{plain(step)}**" for step in advice(found))
    return f"- {found.state.value}: {plain(found.name)}, {plain(reason(found, said))}{todo}"


def _row(found: Standing) -> str:
    slo, budget = found.slo.slo, found.budget
    figures = [words.NONE] * 4
    if budget:
        figures = [words.share(budget.left), words.ratio(budget.usage.sli), words.rate(budget.burn_hour),
                   words.gone_in(budget)]  # fmt: skip
    left, sli, burn, gone = figures
    cells = (plain(found.name), found.state.value, left, sli, f"{percent(slo.objective, 28)} {slo.period}", burn, gone)
    return f"| {' | '.join(cells)} |"


def _table(head: Sequence[str], texts: int) -> tuple[str, str]:
    """Begin a table: the first columns are texts, the others numbers."""
    lines = ["---"] * texts + ["---:"] * (len(head) - texts)
    return f"| {' | '.join(head)} |", f"| {' | '.join(lines)} |"


def _details(slo: SloReport, budget: Budget, said: words.Words) -> Iterator[str]:
    yield plain(f"{words.events_words(budget, slo.slo)}. {words.lost_words(budget, slo.slo)}.")
    if budget.overspent:
        yield from ("", plain(f"Exceeded {said.overspent(budget.overspent)}."))
    if budget.past:
        yield from ("", *_table(("period", "SLI", "budget left"), 1))
        for past in budget.past:
            yield f"| {plain(said.period(past))} | {words.ratio(past.usage.sli)} | {words.share(past.left)} |"
    if budget.incidents:
        yield from ("", *_table(("incident", "alerts", "lasted", "share of the budget", "bad events"), 2))
        for each in budget.incidents:
            cells = (said.time(each.start), words.called(each), words.duration(each.end - each.start),
                     words.share(each.share), words.events(each.bad))  # fmt: skip
            yield f"| {' | '.join(cells)} |"


FORM = Form("markdown", "for a wiki or a pull request", (".md",), _render)
