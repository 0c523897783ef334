"""The alerting rules: one per tier of an SLO, one for missing data, one per threshold alert."""

from __future__ import annotations

from dataclasses import replace

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text, percent
from sloctl.gotemplate.escape import literal
from sloctl.model import names
from sloctl.model.burn import Tier
from sloctl.model.rules import Alerting, Pairs
from sloctl.model.service import OFF, PAGE, Alert, Response, Service, Slo
from sloctl.pipeline.plan.dialects import dialects, named_alerts
from sloctl.pipeline.plan.recordings import identity, series
from sloctl.pipeline.plan.texts import NO_DATA_IMPACT, no_data_texts, tier_texts
from sloctl.pipeline.settings import Settings

GONE_FOR = Duration.of(minutes=30)
"""How long an SLI must be gone before it counts as missing."""
SEEN_WITHIN = Duration.of(days=1)
"""An SLI that was not there for this long is not missed."""
_NAMES = {PAGE: names.PAGE_ALERT}


def slo_alerts(service: Service, slo: Slo, settings: Settings) -> tuple[Alerting, ...]:
    """Return the alerts of an SLO: its tiers, then missing data."""
    tiers = [_tier_alert(service, slo, tier, settings) for tier in slo.tiers]
    response = slo.responses.get(slo.no_data)
    missing = [_no_data_alert(service, slo, response, settings)] if response and slo.no_data != OFF else []
    return named_alerts(service, slo, (*tiers, *missing), dialects(settings))


def _tier_alert(service: Service, slo: Slo, tier: Tier, settings: Settings) -> Alerting:
    response = slo.responses[tier.notify]
    return Alerting(
        alert=_NAMES.get(tier.notify, names.TICKET_ALERT),
        expr=tier_expression(service, slo, tier),
        hold=tier.hold,
        labels=_labels((*identity(service, slo), (names.TIER, tier.name)), service, response, settings, tier.labels),
        annotations=_annotations(response, *tier_texts(service, slo, tier)),
        comment=_tier_comment(slo, tier),
    )


def tier_expression(service: Service, slo: Slo, tier: Tier) -> str:
    """Compare bad events with the allowed share of all events, in both windows, and ask for a few bad events.

    Products, not quotients: without traffic both sides are 0 and nothing fires. The floor is on bad events, not on
    traffic, so that a quiet service that is down still pages.
    """
    factor = f"{decimal_text(tier.burn_rate, 6)} * {decimal_text(slo.error_budget)}"
    parts = []
    for window in (tier.long, tier.short):
        bad, total = (series(name(window), service, slo) for name in (names.bad_events, names.total_events))
        parts.append(f"{bad}\n  > {factor} * {total}")
    if slo.min_bad_events > 0:
        parts.append(f"{series(names.bad_events(tier.long), service, slo)} >= {slo.min_bad_events}")
    return "\nand\n".join(parts)


def _tier_comment(slo: Slo, tier: Tier) -> str:
    share, burn = percent(tier.budget_spent), decimal_text(tier.burn_rate, 6)
    limit = percent(tier.threshold(slo.error_budget))
    return f"{tier.name}: {share} of the {slo.period} budget in {tier.long}, a burn rate of {burn}; {limit} bad events."


def _no_data_alert(service: Service, slo: Slo, response: Response, settings: Settings) -> Alerting:
    total = series(names.total_events(slo.base), service, slo)
    return Alerting(
        alert=names.NO_DATA_ALERT,
        expr=f"count_over_time({total}[{SEEN_WITHIN}:{GONE_FOR}])\nunless\n{total}",
        hold=GONE_FOR,
        labels=_labels((*identity(service, slo), (names.TIER, names.NO_DATA_TIER)), service, response, settings),
        annotations=_annotations(replace(response, impact=NO_DATA_IMPACT), *no_data_texts(service, slo)),
        comment=f"no_data: there were events during the last day, and for {GONE_FOR} nothing is counted.",
    )


def threshold_alert(service: Service, alert: Alert, settings: Settings) -> Alerting:
    """Return the rule of a threshold alert."""
    response, condition = alert.response, alert.condition
    summary = response.summary or condition.summary
    return Alerting(
        alert=alert.name,
        expr=condition.expr,
        hold=alert.hold,
        keep_firing_for=alert.keep_firing_for,
        labels=_labels(((names.SERVICE, service.name),), service, response, settings),
        annotations=_annotations(response, summary, response.description or condition.description, response.action),
    )


def _labels(own: Pairs, service: Service, response: Response, settings: Settings, most: Pairs = ()) -> Pairs:
    """Collect the static labels; the more specific ones win. Prometheus takes their values for templates."""
    priority = settings.priorities[response.priority]
    fixed = ((names.OWNER, service.owner), (names.PRIORITY, response.priority), (names.NOTIFY, priority.notify))
    labels = dict((*own, *fixed)) | dict(priority.labels) | dict(service.labels) | dict(response.labels) | dict(most)
    return tuple((name, literal(value)) for name, value in labels.items())


def _annotations(response: Response, summary: str, description: str, action: str) -> Pairs:
    """Collect the texts. Summary and description are templates already; the rest is the user's plain text."""
    texts = {
        "summary": summary,
        "description": description,
        "impact": literal(response.impact),
        "action": literal(action),
        names.RUNBOOK_URL: literal(response.runbook),
        names.DASHBOARD_URL: literal(response.dashboard),
    }
    return tuple((key, text) for key, text in (texts | dict(response.annotations)).items() if text)
