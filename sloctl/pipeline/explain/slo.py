"""An SLO in words: the promise, the budget, when each tier fires, who is called, and the tiers that are left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from sloctl.core import problems
from sloctl.core.finding import Finding
from sloctl.core.human import and_list, decimal_text, percent, time_text
from sloctl.model import names
from sloctl.model.service import OFF, PAGE, TICKET, Response, Service, Slo
from sloctl.pipeline.explain.layout import Section, labelled, one_line, page, paragraph
from sloctl.pipeline.explain.numbers import number_sections
from sloctl.pipeline.explain.tiers import tier_sections
from sloctl.pipeline.plan.alerts import GONE_FOR, SEEN_WITHIN
from sloctl.pipeline.settings import Settings

LEFT_OUT = frozenset([problems.IMPOSSIBLE_TIER, problems.TIER_LEFT_OUT])
"""The findings that `left_out` turns into sentences."""
_VERBS = {PAGE: "pages", TICKET: "opens a ticket for"}
_UNITS = (("second", 1), ("minute", 60), ("hour", 3600), ("day", 86_400))


def slo_page(service: Service, slo: Slo, settings: Settings, findings: Iterable[Finding], *, color: bool) -> str:
    """Explain an SLO. `findings` are those of the run; the ones about its tiers are told in their place."""
    sections = [
        Section("", _facts(service, slo)),
        *tier_sections(slo, settings),
        *_left_out(slo, findings),
        *_calls(service, slo, settings),
        *_missing_data(slo),
        *number_sections(slo, settings),
    ]
    title = f"SLO {service.name}/{slo.name} ({slo.origin.at('name')})"
    return page(title, sections, color=color)


def _facts(service: Service, slo: Slo) -> list[str]:
    groups = f"One budget per {and_list(slo.by)}." if slo.by else ""
    rows = (
        ("Promise", promise(slo)),
        ("Measured", f"{slo.sli.words} ({slo.sli.kind})"),
        *_inputs(slo),
        ("Groups", groups),
        ("Budget", budget(slo)),
        ("Traffic", _traffic(slo)),
        ("Owner", service.owner),
    )
    return [*paragraph(slo.description, "  "), *labelled(rows)]


def promise(slo: Slo) -> str:
    """Say what is promised, in a sentence."""
    return f"{percent(slo.objective, 28)} of {slo.sli.events} are good over any {slo.period}."


def budget(slo: Slo) -> str:
    """Say how much may fail: as a ratio, in events, and in minutes of a full outage."""
    share = Fraction(slo.error_budget)
    outage = time_text(outage_seconds(slo))
    return (f"{percent(slo.error_budget, 28)} of {slo.sli.events} may be bad: {share.numerator:,} of "
            f"{share.denominator:,}, or {outage} of full outage per {slo.period}.")  # fmt: skip


def outage_seconds(slo: Slo) -> Decimal:
    """Return how long a full outage takes to spend the budget: T * (1 - S)."""
    return slo.period.seconds * slo.error_budget


def _inputs(slo: Slo) -> list[tuple[str, str]]:
    """List the user's own fields, as far as the phrase before has not shown them."""
    return [("", f"{key}: {value}") for key, value in slo.sli.inputs if one_line(value) not in slo.sli.words]


def _traffic(slo: Slo) -> str:
    if not slo.traffic:
        return ""
    unit, size = next((pair for pair in _UNITS if slo.traffic * pair[1] >= 10), _UNITS[-1])
    pace, total = slo.traffic * size, slo.traffic * slo.period.seconds
    return (f"{_count(pace)} {slo.sli.events} per {unit} are expected: {_count(total)} per {slo.period}, of which "
            f"{_count(total * slo.error_budget)} may be bad.")  # fmt: skip


def _count(value: Decimal) -> str:
    return f"{value:,.0f}" if value >= 10 else decimal_text(value, 2)


def left_out(slo: Slo, findings: Iterable[Finding]) -> list[str]:
    """Say which tiers there are not, and why."""
    candidates = [finding for finding in findings if finding.problem in LEFT_OUT]
    places = [slo.origin.at("objective"), slo.origin.at("period")]
    places += [slo.origin.at("alerting", "tiers", index) for index in range(len(slo.tiers) + len(candidates))]
    told = [finding for finding in candidates if finding.at in places]
    silent = [notify for notify in _VERBS if notify not in {tier.notify for tier in slo.tiers}]
    return [f"{finding.message}; {finding.help}." for finding in told] + [_silence(notify) for notify in silent]


def _silence(notify: str) -> str:
    what = "pages anybody" if notify == PAGE else "opens a ticket"
    return f"No tier {what}."


def _left_out(slo: Slo, findings: Iterable[Finding]) -> list[Section]:
    sentences = left_out(slo, findings)
    lines = [line for text in sentences for line in paragraph(text[0].upper() + text[1:])]
    return [Section("Left out", lines)] if lines else []


def _calls(service: Service, slo: Slo, settings: Settings) -> list[Section]:
    alerts = {PAGE: names.PAGE_ALERT, TICKET: names.TICKET_ALERT}
    return [
        Section(f"Who is called by {alerts[notify]}", labelled(response_rows(service, response, settings), "    "))
        for notify, response in slo.responses.items()
    ]


def response_rows(service: Service, response: Response, settings: Settings) -> Sequence[tuple[str, str]]:
    """Say who is called in which way, and what they shall do."""
    priority = settings.priorities[response.priority]
    labels = ", ".join(f"{name}={value}" for name, value in priority.labels)
    return (
        ("Calls", f"{response.priority} {_VERBS[priority.notify]} {service.owner}{f' ({labels})' if labels else ''}"),
        ("Action", response.action),
        ("Impact", response.impact),
        ("Runbook", response.runbook),
        ("Dashboard", response.dashboard),
    )


def _missing_data(slo: Slo) -> list[Section]:
    title = f"Missing data: {names.NO_DATA_ALERT}"
    response = slo.responses.get(slo.no_data)
    if slo.no_data == OFF or response is None:
        return [Section(title, paragraph("Off: nobody is told when the SLI is gone."))]
    what = "a page" if slo.no_data == PAGE else "a ticket"
    text = (f"Fires, as {what} ({response.priority}), when {slo.sli.events} were counted during the last "
            f"{SEEN_WITHIN} (one look per {GONE_FOR}: `[{SEEN_WITHIN}:{GONE_FOR}]`) and the series have been gone "
            f"for {GONE_FOR}. An SLI that was never there is not missed.")  # fmt: skip
    return [Section(title, paragraph(text))]
