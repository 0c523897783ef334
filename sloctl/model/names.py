"""Every metric, label, group and alert name that sloctl writes. Nothing else in the package spells them."""

from __future__ import annotations

from collections.abc import Callable

from sloctl.core.duration import Duration

Namer = Callable[[Duration], str]
"""Names a recorded metric after its window."""

SERVICE = "slo_service"
SLO = "slo"
TIER = "tier"
OWNER = "owner"
PRIORITY = "priority"
NOTIFY = "notify"
TILE = "__tile__"
"""Tells the tiles of a window apart while they are added up; never recorded."""
RESERVED_LABELS = frozenset({"__name__", "alertname", "alertstate", SERVICE, SLO, TIER, OWNER, PRIORITY, NOTIFY})
"""Labels that a spec may not set: sloctl writes them, or Prometheus does."""
EXPORTED = "exported_"
"""Before a label of another tool whose name is reserved, as Prometheus does with labels that scraping hides."""

ERROR_RATIO = "slo:error_ratio:period"
BUDGET_REMAINING = "slo:error_budget_remaining:ratio"
OBJECTIVE = "slo:objective:ratio"
INFO = "slo:info"

PAGE_ALERT = "ErrorBudgetBurnPage"
TICKET_ALERT = "ErrorBudgetBurnTicket"
NO_DATA_ALERT = "SLODataMissing"
NO_DATA_TIER = "no_data"
SLO_ALERTS = (PAGE_ALERT, TICKET_ALERT, NO_DATA_ALERT)

RUNBOOK_URL = "runbook_url"
STAND_IN_HOST = "runbooks.invalid"
"""Where the runbook stands that an import writes in place of a missing one; RFC 6761 keeps such hosts from existing."""
DASHBOARD_URL = "dashboard_url"


def bad_events(window: Duration) -> str:
    """Name the recorded number of bad events in a window."""
    return f"slo:bad_events:increase{window}"


def total_events(window: Duration) -> str:
    """Name the recorded number of valid events in a window."""
    return f"slo:total_events:increase{window}"


def burn_rate(window: Duration) -> str:
    """Name the recorded burn rate over a window: how many times faster than allowed the budget is spent."""
    return f"slo:burn_rate:ratio{window}"


def slo_group(service: str, slo: str) -> str:
    """Name the rule group of an SLO."""
    return f"slo/{service}/{slo}"


def alert_group(service: str) -> str:
    """Name the rule group of a service's threshold alerts."""
    return f"alerts/{service}"
