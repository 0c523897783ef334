"""Numbers and times of a report as people read them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sloctl.core.human import decimal_text, percent, time_text
from sloctl.model.service import PolicyStep, Slo
from sloctl.pipeline.report.model import Budget, Incident, Overspent, PastBudget, Report
from sloctl.pipeline.report.periods import time_zone

NONE = "-"
WHOLE = 0.99
"""From this share on, what is measured of a period counts as all of it."""
_BARS = "▁▂▃▄▅▆▇█"
_SPENT = "·"


class Words:
    """Writes the values of one report; times are in its zone."""

    def __init__(self, report: Report) -> None:
        self._zone = time_zone(report.zone)
        self.zone = report.zone

    def time(self, ms: int) -> str:
        """Write a time to the minute: `2026-11-23 09:00`."""
        return datetime.fromtimestamp(ms / 1000, self._zone).strftime("%Y-%m-%d %H:%M")

    def iso(self, ms: int) -> str:
        """Write a time for programs, with the offset of the zone."""
        return datetime.fromtimestamp(ms / 1000, self._zone).isoformat(timespec="seconds").replace("+00:00", "Z")

    def span(self, start: int | None, end: int | None) -> str:
        """Write a stretch of time; one without an end goes on, one without a beginning is older than the report."""
        if start is None:
            return f"until {self.time(end)}" if end is not None else "all the time"
        if end is None:
            return f"since {self.time(start)}"
        begin, finish = self.time(start), self.time(end)
        return f"{begin} to {finish[11:] if begin[:10] == finish[:10] else finish}"

    def known(self, budget: Budget) -> str:
        """Say from when to when there is a history, where that is not the whole period."""
        since = f"since {self.time(budget.since)}" if budget.since else ""
        until = f"until {self.time(budget.silent_since)}" if budget.silent_since else ""
        return " ".join(filter(None, (since, until)))

    def period(self, past: PastBudget) -> str:
        """Name a period: `2026-10`, or its two days."""
        period = past.period
        if not period.name:
            return f"{self.time(period.start)[:10]} to {self.time(period.end)[:10]}"
        return period.name if period.is_over else f"{period.name} so far"

    def overspent(self, times: tuple[Overspent, ...]) -> str:
        """Say how often the budget was exceeded, and when."""
        counted = "once" if len(times) == 1 else f"{len(times)} times"
        return f"{counted}: " + "; ".join(
            f"{self.span(each.start, each.end)}, down to {share(each.lowest)}" for each in times
        )

    def incident(self, incident: Incident) -> str:
        """Say in a line what an incident was."""
        took = duration(incident.end - incident.start)
        told = f", {called(incident)}" if incident.called else ""
        cost = f"{share(incident.share)} of the budget, {events(incident.bad)} bad"
        return f"{self.time(incident.start)}, {took}: {cost}{told}"


def called(incident: Incident) -> str:
    """Say who was told of an incident; empty where that is not known."""
    if incident.called in {"", "nobody"}:
        return "no alert" if incident.called else ""
    return f"{incident.called} after {duration(incident.delay)}" if incident.delay else f"{incident.called} at once"


def ratio(value: float | None) -> str:
    """Write an SLI: `99.948 %`."""
    return NONE if value is None else percent(Decimal(repr(value)))


def share(value: float | None) -> str:
    """Write a part of the budget: `48 %`, `0.4 %`, `-35 %`; what is not 0 never reads as 0."""
    if value is None:
        return NONE
    digits = max(2, Decimal(repr(value * 100)).adjusted() + 1)
    return f"{decimal_text(Decimal(repr(value * 100)), digits)} %"


def rate(value: float | None) -> str:
    """Write a burn rate with two digits: `0.31`, `12`."""
    return NONE if value is None else decimal_text(Decimal(repr(value)), max(2, Decimal(repr(value)).adjusted() + 1))


def events(count: float) -> str:
    """Write a number of events: `24,100`; fewer than ten with two digits, as errors by ratio have them."""
    return f"{count:,.0f}" if count >= 10 or count == round(count) else decimal_text(Decimal(repr(count)), 2)


def duration(ms: float) -> str:
    """Write a length of time: `43m 12s`."""
    return time_text(Decimal(round(ms / 1000)))


def gone_in(budget: Budget) -> str:
    """Say when the budget is gone at the pace of the last day; nothing when it is not within a period."""
    if budget.left is None:
        return NONE
    if budget.left < 0 or budget.exhausted_in == 0:
        return "now"
    return duration(budget.exhausted_in) if budget.exhausted_in is not None else NONE


def events_words(budget: Budget, slo: Slo) -> str:
    """Say how many events were bad, of how many, and how many may be."""
    allowed = float(slo.error_budget) * budget.usage.total
    return (f"{events(budget.usage.bad)} of {events(budget.usage.total)} {slo.sli.events} were bad; "
            f"{events(allowed)} may be in {_measured(budget, slo)}")  # fmt: skip


def lost_ms(budget: Budget, slo: Slo) -> float:
    """Return the time of a full outage that would have cost as many events, with traffic spread evenly."""
    return (budget.usage.error_ratio or 0.0) * budget.usage.known * slo.period.ms


def lost_words(budget: Budget, slo: Slo) -> str:
    """Say how much of the time that was measured was lost, and how much of it may be."""
    allowed = float(slo.error_budget) * _measured_ms(budget, slo)
    return f"{duration(lost_ms(budget, slo))} of full outage; {duration(allowed)} may be in {_measured(budget, slo)}"


def _measured(budget: Budget, slo: Slo) -> str:
    """Name the time that the figures are of: the period, or what is known of it."""
    is_whole = budget.usage.known > WHOLE
    return str(slo.period) if is_whole else f"the {duration(_measured_ms(budget, slo))} measured"


def _measured_ms(budget: Budget, slo: Slo) -> float:
    return (1.0 if budget.usage.known > WHOLE else budget.usage.known) * slo.period.ms


def pace_words(budget: Budget) -> str:
    """Say how fast the budget burns, and what comes of it."""
    if budget.burn_hour is None and budget.burn_day is None:
        return "no events in the last day"
    now = f"{rate(budget.burn_hour)} in the last hour, {rate(budget.burn_day)} in the last day"
    if budget.left is not None and budget.left < 0:
        return f"{now}; the budget is gone"
    if budget.exhausted_in is None:
        return f"{now}; at this pace the budget lasts"
    return f"{now}; at this pace the budget is gone in {duration(budget.exhausted_in)}"


def past_words(past: PastBudget) -> str:
    """Say what a period made of its budget."""
    if past.left is None:
        return "no events"
    known = "" if past.usage.known > WHOLE else f", {share(past.usage.known)} of the time measured"
    verdict = f"exceeded by {share(-past.left)}" if past.left < 0 else f"{share(past.left)} left"
    return f"{ratio(past.usage.sli)}, {verdict}{known}"


def step_words(step: PolicyStep) -> str:
    """Say what a step of the policy asks for."""
    return f"below {percent(step.below)}: {step.then}"


def sparkline(budget: Budget, width: int) -> str:
    """Draw what was left of the budget over the period; a dot where it was overspent."""
    if not budget.curve:
        return ""
    last = len(budget.curve) - 1
    picked = (budget.curve[round(number * last / (width - 1))].left for number in range(width))
    return "".join(_SPENT if left < 0 else _BARS[min(7, int(left * 8))] for left in picked)
