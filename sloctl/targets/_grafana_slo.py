"""What a dashboard shows of an SLO: the budget, the SLI, the burn rate of each tier, and the alerts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text, percent
from sloctl.gotemplate.facts import facts
from sloctl.gotemplate.parse import parse
from sloctl.model import names
from sloctl.model.rules import Alerting
from sloctl.model.service import Service, Slo
from sloctl.promql.literals import quote
from sloctl.targets._grafana_panels import Look, Panel, Query, panel, text_panel
from sloctl.targets._grafana_text import link, markdown, plain

HOUR = Duration.of(hours=1)
"""Every SLO records this window."""

_PALETTE = "palette-classic"
_LINE = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 0, "showPoints": "never", "spanNulls": False}
_LEGEND = {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
           "tooltip": {"mode": "multi", "sort": "desc"}}  # fmt: skip
_LAST = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
_LEFT: Sequence[tuple[float | None, str]] = ((None, "red"), (0, "orange"), (0.25, "green"))
"""Red when the budget is spent, orange when less than a quarter is left."""


def overview(service: Service) -> Panel:
    """Show the budget of every SLO of a service."""
    expr = f"sort({names.BUDGET_REMAINING}{{{names.SERVICE}={quote(service.name)}}})"
    labels = dict.fromkeys(label for slo in service.slos for label in slo.by)
    look = Look(unit="percentunit", colors=_LEFT, highest=1, decimals=1)
    options = {**_LAST, "orientation": "horizontal", "displayMode": "basic"}
    return panel("bargauge", "Error budget left", [Query(expr, legend("{{slo}}", labels), True)], look, options)


def budget(service: Service, slo: Slo) -> Panel:
    """Show what is left of the error budget of the period."""
    look = Look(unit="percentunit", colors=_LEFT, decimals=1)
    options = {**_LAST, "colorMode": "value", "graphMode": "area", "textMode": "value_and_name" if slo.by else "value"}
    query = Query(_series(names.BUDGET_REMAINING, service, slo), legend("left", slo.by))
    found = panel("stat", "Error budget left", [query], look, options)
    said = f"Of the {slo.period}, in which {percent(1 - slo.objective)} may fail. {slo.description}".strip()
    return {**found, "description": markdown(said)}


def indicator(service: Service, slo: Slo) -> Panel:
    """Show the share of good events over the last hour and the period, beside the objective."""
    ratio = _ratio(service, slo, HOUR)
    queries = [
        Query(f"1 - {ratio}", legend(f"last {HOUR}", slo.by)),
        Query(f"1 - {_series(names.ERROR_RATIO, service, slo)}", legend(f"last {slo.period}", slo.by)),
        Query(_series(names.OBJECTIVE, service, slo), "objective"),
    ]
    dashed = {"matcher": {"id": "byName", "options": "objective"},
              "properties": [{"id": "custom.lineStyle", "value": {"dash": [8, 8], "fill": "dash"}},
                             {"id": "color", "value": {"fixedColor": "red", "mode": "fixed"}}]}  # fmt: skip
    look = Look(unit="percentunit", color=_PALETTE, highest=1, custom=_LINE, overrides=(dashed,))
    return panel("timeseries", "SLI: good events", queries, look, _LEGEND)


def burn(service: Service, slo: Slo) -> Panel:
    """Show how fast the budget is spent, over the long window of each tier, with a line where a tier calls."""
    tiers = [(tier, decimal_text(tier.burn_rate, 6)) for tier in slo.tiers]
    per_budget = decimal_text(slo.error_budget)
    words = [f"{tier.name}: over {tier.long}, {tier.notify} at {rate}" for tier, rate in tiers]
    ratios = [f"{_ratio(service, slo, tier.long)} / {per_budget}" for tier, _ in tiers]
    queries = [Query(ratio, legend(text, slo.by)) for ratio, text in zip(ratios, words, strict=True)]
    lines = sorted({float(rate) for _, rate in tiers})
    colors: list[tuple[float | None, str]] = [(None, "transparent"), *((line, "red") for line in lines)]
    look = Look(color=_PALETTE, colors=colors, lowest=0, custom={**_LINE, "thresholdsStyle": {"mode": "dashed"}})
    found = panel("timeseries", "Burn rate by tier", queries, look, _LEGEND)
    return {**found, "description": "At 1 the budget lasts for exactly the period. A tier calls when its long and its "
            "short window are above its line."}  # fmt: skip


def firing(matchers: str, by: Sequence[str]) -> Panel:
    """Show when which alert has fired."""
    labels = ", ".join(("alertname", names.TIER, *by))
    query = Query(f'max by ({labels}) (ALERTS{{{matchers}, alertstate="firing"}})',
                  legend(f"{{{{alertname}}}} {{{{{names.TIER}}}}}", by))  # fmt: skip
    on = {"type": "value", "options": {"1": {"text": "fires", "color": "red", "index": 0}}}
    custom = {"fillOpacity": 80, "lineWidth": 0}
    look = Look(color=_PALETTE, nothing="nothing has fired", custom=custom, mappings=(on,))
    hidden = {"displayMode": "hidden", "placement": "bottom", "showLegend": False, "calcs": []}
    options = {"showValue": "never", "rowHeight": 0.8, "mergeValues": True, "legend": hidden}
    return panel("state-timeline", "Alerts that fired", [query], look, options)


def runbooks(alerts: Sequence[Alerting]) -> Panel:
    """List alerts with whom they call, what is to be done, and where that is written."""
    lines = ["| alert | calls | action |", "| --- | --- | --- |", *map(_alert_line, alerts)]
    return text_panel("Alerts and their runbooks", "\n".join(lines))


def _alert_line(alert: Alerting) -> str:
    labels, texts = dict(alert.labels), dict(alert.annotations)
    name = " ".join(part for part in (alert.alert, labels.get(names.TIER, "")) if part)
    calls = f"{labels.get(names.PRIORITY, '')} {printed(labels.get(names.OWNER, ''))}"
    shown = link(name, printed(texts.get(names.RUNBOOK_URL, "")))
    return f"| {shown} | {markdown(calls)} | {markdown(printed(texts.get('action', '')))} |"


def printed(text: str) -> str:
    """Return what is seen of a text that is written as a template and never varies."""
    static = facts(parse(text)).static_text
    return text if static is None else static


def legend(text: str, by: Any) -> str:
    """Write a legend: a text, and the values of the labels that split the SLO."""
    return " ".join((text, *(f"{{{{{label}}}}}" for label in by)))


def matchers_of(service: Service, slo: str) -> str:
    """Return the label matchers that select the series and alerts of an SLO; no SLO means the threshold alerts."""
    return f"{names.SERVICE}={quote(service.name)}, {names.SLO}={quote(slo)}"


def heading(slo: Slo) -> str:
    """Return the title of an SLO's row."""
    promise = f": {slo.description}" if slo.description else ""
    return plain(f"{slo.name}: {percent(slo.objective, 28)} over {slo.period}{promise}")


def _series(metric: str, service: Service, slo: Slo) -> str:
    return f"{metric}{{{matchers_of(service, slo.name)}}}"


def _ratio(service: Service, slo: Slo, window: Duration) -> str:
    bad, total = (_series(name(window), service, slo) for name in (names.bad_events, names.total_events))
    return f"{bad} / ({total} > 0)"
