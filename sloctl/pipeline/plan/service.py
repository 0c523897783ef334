"""A service becomes the rule groups that measure and guard it."""

from __future__ import annotations

from sloctl.model import names
from sloctl.model.rules import Rule, RuleFile, RuleGroup
from sloctl.model.service import Service, Slo
from sloctl.pipeline.plan.alerts import slo_alerts, threshold_alert
from sloctl.pipeline.plan.dialects import dialects, named_recordings, windows_of
from sloctl.pipeline.plan.recordings import recordings
from sloctl.pipeline.settings import Settings


def plan(service: Service, spec_path: str, settings: Settings) -> RuleFile:
    """Return one group per SLO, recordings before alerts, and one for the threshold alerts.

    A group is evaluated in order, so an alert sees the samples of its own evaluation.
    """
    interval = settings.evaluation_interval
    groups = [
        RuleGroup(names.slo_group(service.name, slo.name), interval, _slo_rules(service, slo, settings), by=slo.by)
        for slo in service.slos
    ]
    if service.alerts:
        rules = tuple(threshold_alert(service, alert, settings) for alert in service.alerts)
        groups.append(RuleGroup(names.alert_group(service.name), interval, rules))
    return RuleFile(service.name, spec_path, tuple(groups))


def _slo_rules(service: Service, slo: Slo, settings: Settings) -> tuple[Rule, ...]:
    """Return the rules of an SLO; the series of other tools come last, for they read ours."""
    wanted = dialects(settings)
    counted = recordings(service, slo, windows_of(slo, wanted))
    return (*counted, *slo_alerts(service, slo, settings), *named_recordings(service, slo, wanted))
