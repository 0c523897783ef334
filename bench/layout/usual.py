"""The usual layout for one SLO: an error ratio per window from raw counters, a mean of ratios for the period.

Two alerts, page and ticket, each with two pairs of windows joined by `or`; three groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
PERIOD = "30d"
BUDGET = "0.001"
PAIRS = {
    "page": (("5m", "1h", "14.4"), ("30m", "6h", "6")),
    "ticket": (("2h", "1d", "3"), ("6h", "3d", "1")),
}
"""Short window, long window, burn rate."""

Rule = dict[str, Any]


def ratio(name: str, window: str) -> str:
    """Return the error ratio of a service over a window, from raw counters."""
    bad = f'sum(rate(http_requests_total{{job="{name}",code=~"5.."}}[{window}]))'
    total = f'sum(rate(http_requests_total{{job="{name}"}}[{window}]))'
    return f"({bad})\n/\n({total})"


def recorded(name: str, window: str) -> str:
    """Select a recorded ratio."""
    return f'slo:sli_error:ratio_rate{window}{{slo_id="usual-{name}"}}'


def alert(notify: str, source: Mapping[str, str]) -> str:
    """Return the expression of an alert over error ratios, given the expression of each window."""
    pairs = [
        f"(\n  ({source[short]} > ({burn} * {BUDGET}))\n  and\n  ({source[long]} > ({burn} * {BUDGET}))\n)"
        for short, long, burn in PAIRS[notify]
    ]
    return "\nor\n".join(pairs)


def from_raw(name: str, notify: str) -> str:
    """Return an alert that reads raw counters, which is as early as this layout can be."""
    return alert(notify, {window: f"({ratio(name, window)})" for window in WINDOWS})


def rule_file(name: str) -> dict[str, Any]:
    """Return the rule file of one SLO."""
    labels = {"slo_id": f"usual-{name}", "slo_service": name, "slo_name": "requests"}
    five, period = recorded(name, "5m"), recorded(name, PERIOD)
    mean = f"sum_over_time({five}[{PERIOD}])\n/ ignoring (slo_window)\ncount_over_time({five}[{PERIOD}])"
    slis = [_record(f"slo:sli_error:ratio_rate{w}", ratio(name, w), {**labels, "slo_window": w}) for w in WINDOWS]
    slis.append(_record(f"slo:sli_error:ratio_rate{PERIOD}", mean, {**labels, "slo_window": PERIOD}))
    own = f'{{slo_id="usual-{name}"}}'
    budget = f"slo:error_budget:ratio{own}"
    meta = [
        _record("slo:objective:ratio", "vector(0.999)", labels),
        _record("slo:error_budget:ratio", "vector(1-0.999)", labels),
        _record("slo:time_period:days", "vector(30)", labels),
        _record("slo:current_burn_rate:ratio", f"{five}\n/ on(slo_id) group_left\n{budget}", labels),
        _record("slo:period_burn_rate:ratio", f"{period}\n/ on(slo_id) group_left\n{budget}", labels),
        _record("slo:period_error_budget_remaining:ratio", f"1 - slo:period_burn_rate:ratio{own}", labels),
        _record("slo:slo_info", "vector(1)", {**labels, "objective": "99.9"}),
    ]
    source = {window: recorded(name, window) for window in WINDOWS}
    alerts = [{"alert": "UsualErrorBudgetBurn", "expr": alert(notify, source), "labels": {"severity": notify}}
              for notify in PAIRS]  # fmt: skip
    groups = {"sli": slis, "meta": meta, "alerts": alerts}
    return {"groups": [{"name": f"usual/{name}/{kind}", "rules": rules} for kind, rules in groups.items()]}


def _record(name: str, expr: str, labels: Mapping[str, str]) -> Rule:
    return {"record": name, "expr": expr, "labels": dict(labels)}
