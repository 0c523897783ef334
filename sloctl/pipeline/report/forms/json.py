"""A report for programs; `sloctl schema budgets` prints the schema."""

from __future__ import annotations

import json
from typing import Any

from sloctl.core.human import decimal_text
from sloctl.pipeline.report.forms._form import Form, Look
from sloctl.pipeline.report.model import (
    AlertRuns,
    Budget,
    Incident,
    Overspent,
    PastBudget,
    Report,
    ServiceReport,
    SloReport,
    shown_name,
)
from sloctl.pipeline.report.standing import state
from sloctl.pipeline.report.words import Words, lost_ms

VERSION = 1


def _render(report: Report, look: Look) -> str:
    return json.dumps(_Content(report).whole(look), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


class _Content:
    """Builds the plain data of one report; times are in its zone."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._said = Words(report)

    def whole(self, look: Look) -> dict[str, Any]:
        """Return the document."""
        report = self._report
        return {
            "version": VERSION,
            "tool": {"name": "sloctl", "version": look.version},
            "until": self._said.iso(report.until),
            "time_zone": report.zone,
            "periods": report.periods,
            "complete": not report.errors,
            "errors": list(report.errors),
            "frozen": [shown_name(service.service, slo.slo, budget.group) for service, slo, budget in report.frozen],
            "services": [self._service(service) for service in report.services],
        }

    def _service(self, found: ServiceReport) -> dict[str, Any]:
        return {
            "name": found.service.name,
            "owner": found.service.owner,
            "error": found.error,
            "slos": [self._slo(slo) for slo in found.slos],
            "alerts": [self._alert(alert) for alert in found.alerts],
        }

    def _slo(self, found: SloReport) -> dict[str, Any]:
        slo = found.slo
        return {
            "name": slo.name,
            "description": slo.description,
            "objective": float(slo.objective),
            "period": str(slo.period),
            "period_seconds": slo.period.ms / 1000,
            "events": slo.sli.events,
            "runbook": next((response.runbook for response in slo.responses.values()), ""),
            "source": found.source,
            "error": found.error,
            "policy": [
                {"below": decimal_text(step.below), "then": step.then, "freeze": step.freeze} for step in slo.policy
            ],
            "budgets": [self._budget(budget, found) for budget in found.budgets],
        }

    def _budget(self, budget: Budget, found: SloReport) -> dict[str, Any]:
        usage = budget.usage
        return {
            "group": dict(budget.group),
            "state": state(budget).value,
            "since": self._iso(budget.since),
            "silent_since": self._iso(budget.silent_since),
            "sli": usage.sli,
            "bad_events": usage.bad,
            "total_events": usage.total,
            "allowed_bad_events": found.error_budget * usage.total,
            "lost_seconds": lost_ms(budget, found.slo) / 1000,
            "allowed_seconds": found.error_budget * found.slo.period.ms / 1000,
            "known_ratio": usage.known,
            "budget_left": budget.left,
            "burn_rate_1h": budget.burn_hour,
            "burn_rate_1d": budget.burn_day,
            "exhausted_in_seconds": None if budget.exhausted_in is None else budget.exhausted_in / 1000,
            "policy_steps": [decimal_text(step.below) for step in budget.steps],
            "frozen": budget.is_frozen,
            "past": [self._past(past) for past in budget.past],
            "overspent": [self._overspent(each) for each in budget.overspent],
            "incidents": [self._incident(incident) for incident in budget.incidents],
        }

    def _past(self, past: PastBudget) -> dict[str, Any]:
        return {
            "name": past.period.name,
            "start": self._said.iso(past.period.start),
            "end": self._said.iso(past.period.end),
            "is_over": past.period.is_over,
            "sli": past.usage.sli,
            "bad_events": past.usage.bad,
            "total_events": past.usage.total,
            "known_ratio": past.usage.known,
            "budget_left": past.left,
            "exceeded": past.left is not None and past.left < 0,
        }

    def _overspent(self, each: Overspent) -> dict[str, Any]:
        return {"start": self._iso(each.start), "end": self._iso(each.end), "lowest": each.lowest}

    def _iso(self, ms: int | None) -> str | None:
        return None if ms is None else self._said.iso(ms)

    def _incident(self, incident: Incident) -> dict[str, Any]:
        return {
            "start": self._said.iso(incident.start),
            "end": self._said.iso(incident.end),
            "bad_events": incident.bad,
            "budget_share": incident.share,
            "worst_burn_rate": incident.worst_burn,
            "called": incident.called,
            "called_after_seconds": incident.delay / 1000,
        }

    def _alert(self, alert: AlertRuns) -> dict[str, Any]:
        runs = [{"start": self._said.iso(start), "end": self._said.iso(end)} for start, end in alert.runs]
        return {"name": alert.name, "labels": {name: text for name, text in alert.labels if text}, "firing": runs}


FORM = Form("json", "for programs; `sloctl schema budgets` prints its schema", (".json",), _render)
