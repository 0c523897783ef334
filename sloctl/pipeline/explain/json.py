"""The explanations as data: stable keys, ratios and seconds as numbers, windows as Prometheus writes them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sloctl.core.finding import Finding, Problem
from sloctl.model.burn import Tier
from sloctl.model.service import Alert, Origin, Response, Service, Slo
from sloctl.pipeline.explain.slo import left_out, outage_seconds
from sloctl.pipeline.explain.tiers import ERROR_RATIOS, detection
from sloctl.pipeline.lint.manual import manual_pages
from sloctl.pipeline.plan.recordings import slo_levels
from sloctl.pipeline.settings import Settings


def problem_data(problem: Problem) -> dict[str, Any]:
    """Describe a class of findings; `manual` is Markdown."""
    return {
        "code": problem.code,
        "name": problem.name,
        "severity": problem.severity.value,
        "manual": manual_pages()[problem.code],
    }


def slo_data(service: Service, slo: Slo, settings: Settings, findings: Iterable[Finding]) -> dict[str, Any]:
    """Describe an SLO."""
    return {
        **_identity(service, slo.name, slo.origin),
        "description": slo.description,
        "objective": _number(slo.objective),
        "error_budget": _number(slo.error_budget),
        "period": str(slo.period),
        "sli": {"kind": slo.sli.kind, "events": slo.sli.events, "words": slo.sli.words, "inputs": dict(slo.sli.inputs)},
        "by": list(slo.by),
        "full_outage_seconds": _number(outage_seconds(slo)),
        "traffic_per_second": slo.traffic and _number(slo.traffic),
        "min_bad_events": slo.min_bad_events,
        "no_data": slo.no_data,
        "tiers": [_tier_data(slo, tier) for tier in slo.tiers],
        "left_out": left_out(slo, findings),
        "responses": {notify: _response(each, settings) for notify, each in slo.responses.items()},
        "windows": [
            {
                "window": str(level.window),
                "tiles": [{"window": str(tile.window), "offset": str(tile.offset)} for tile in level.tiles],
            }
            for level in slo_levels(slo)
        ],
    }


def _tier_data(slo: Slo, tier: Tier) -> dict[str, Any]:
    budget = slo.error_budget
    return {
        "name": tier.name,
        "notify": tier.notify,
        "long": str(tier.long),
        "short": str(tier.short),
        "for": tier.hold and str(tier.hold),
        "burn_rate": _number(tier.burn_rate),
        "error_ratio": _number(tier.threshold(budget)),
        "budget_spent": _number(tier.budget_spent),
        "exhaustion_seconds": _number(tier.exhaustion_seconds),
        "smallest_objective": _number(tier.smallest_objective),
        "single_failure_events": _number(tier.single_failure_events(budget)),
        "bad_events_needed": slo.traffic
        and tier.bad_events_needed(budget, min_bad_events=slo.min_bad_events, traffic=slo.traffic),
        "incidents": [
            {
                "error_ratio": _number(ratio),
                "detection_seconds": _number(detection(slo, tier, ratio)),
                "reset_seconds": _number(tier.reset_seconds(budget, ratio)),
            }
            for ratio in ERROR_RATIOS
        ],
    }


def alert_data(service: Service, alert: Alert, settings: Settings) -> dict[str, Any]:
    """Describe a threshold alert."""
    return {
        **_identity(service, alert.name, alert.origin),
        "kind": alert.condition.kind,
        "words": alert.condition.words,
        "expr": alert.condition.expr,
        "for": alert.hold and str(alert.hold),
        "keep_firing_for": alert.keep_firing_for and str(alert.keep_firing_for),
        "reviewed": alert.reviewed,
        "response": _response(alert.response, settings),
    }


def _identity(service: Service, name: str, origin: Origin) -> dict[str, Any]:
    at = origin.at("name")
    return {"service": service.name, "name": name, "owner": service.owner, "file": at.source.path, "line": at.span.line}


def _response(response: Response, settings: Settings) -> dict[str, Any]:
    return {
        "priority": response.priority,
        "notify": settings.priorities[response.priority].notify,
        "action": response.action,
        "impact": response.impact,
        "runbook": response.runbook,
        "dashboard": response.dashboard,
    }


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
