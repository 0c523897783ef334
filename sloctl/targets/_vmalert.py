"""What VictoriaMetrics cannot compute: MetricsQL has its own histograms, and none of Prometheus's native ones."""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.core import problems
from sloctl.core.finding import Finding
from sloctl.model import names
from sloctl.model.rules import RuleGroup
from sloctl.model.service import Service
from sloctl.targets._target import Job

_PREFIX = "histogram_"
_KNOWN = frozenset({"histogram_quantile"})
"""The function on histograms that both languages have. VictoriaMetrics 1.79 answers the others with an error."""


def uncomputable(job: Job) -> list[Finding]:
    """Report every SLO and alert whose rules call a function that VictoriaMetrics does not have."""
    return [found for group in job.file.groups if job.service for found in _in_group(group, job.service)]


def _in_group(group: RuleGroup, service: Service) -> Iterator[Finding]:
    origins = {names.slo_group(service.name, slo.name): slo.origin for slo in service.slos}
    alerts = {alert.name: alert.origin for alert in service.alerts}
    seen = set()
    for rule in group.rules:
        origin = origins.get(group.name) or alerts.get(getattr(rule, "alert", ""))
        function = _foreign_function(rule.expr)
        if origin and function and origin.path not in seen:
            seen.add(origin.path)
            message = f"VictoriaMetrics has no `{function}`, so this would never be computed"
            advice = "measure it with a classic histogram (`latency`), or evaluate it with Prometheus"
            yield Finding(problem=problems.UNKNOWN_TO_TARGET, at=origin.at("name"), message=message, help=advice)


def _foreign_function(expr: str) -> str:
    if _PREFIX not in expr:
        return ""  # nearly all expressions, which then need not be parsed, nor the parser imported
    from sloctl.promql.errors import PromqlError
    from sloctl.promql.parse import parse
    from sloctl.promql.tree import Call, walk

    try:
        nodes = list(walk(parse(expr).root))
    except PromqlError:
        return ""
    calls = [node.function for node in nodes if isinstance(node, Call)]
    return next((name for name in calls if name.startswith(_PREFIX) and name not in _KNOWN), "")
