"""Panels of a dashboard as Grafana's JSON: only the fields that say something, in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Panel = dict[str, Any]

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
"""The variable at the top of the dashboard, so that it belongs to no installation."""

COLUMNS = 24
"""The width of a dashboard in Grafana's grid."""


@dataclass(frozen=True, slots=True)
class Query:
    """A PromQL query; `legend` may hold `{{label}}`."""

    expr: str
    legend: str
    is_instant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How values are shown: their unit, and the colours from a value on (the first has no value).

    `color` says what colours a series: the thresholds, or a palette that tells series apart.
    """

    unit: str = "short"
    color: str = "thresholds"
    colors: Sequence[tuple[float | None, str]] = ((None, "green"),)
    lowest: float | None = None
    highest: float | None = None
    decimals: int | None = None
    nothing: str = ""
    custom: Mapping[str, Any] = field(default_factory=dict)
    mappings: Sequence[Mapping[str, Any]] = ()
    overrides: Sequence[Mapping[str, Any]] = ()


def panel(kind: str, title: str, queries: Sequence[Query], look: Look, options: Mapping[str, Any]) -> Panel:
    """Return a panel that shows queries; `place` adds where it stands."""
    return {
        "type": kind,
        "title": title,
        "datasource": DATASOURCE,
        "targets": [_target(query, index) for index, query in enumerate(queries)],
        "fieldConfig": {"defaults": _defaults(look), "overrides": list(look.overrides)},
        "options": dict(options),
    }


def text_panel(title: str, content: str) -> Panel:
    """Return a panel of Markdown."""
    return {"type": "text", "title": title, "options": {"mode": "markdown", "content": content}}


def row(title: str, panels: Sequence[Panel], *, is_collapsed: bool) -> Panel:
    """Return the heading of some panels, which it holds when it is collapsed: Grafana then asks nothing for them."""
    return {"type": "row", "title": title, "collapsed": is_collapsed, "panels": list(panels) if is_collapsed else []}


def place(found: Panel, *, x: int, y: int, width: int, height: int) -> Panel:
    """Return a panel with its place in the grid."""
    return {**found, "gridPos": {"h": height, "w": width, "x": x, "y": y}}


def _target(query: Query, index: int) -> dict[str, Any]:
    return {
        "refId": chr(ord("A") + index),
        "datasource": DATASOURCE,
        "expr": query.expr,
        "legendFormat": query.legend,
        "instant": query.is_instant,
        "range": not query.is_instant,
    }


def _defaults(look: Look) -> dict[str, Any]:
    steps = [{"value": value, "color": color} for value, color in look.colors]
    limits = {"min": look.lowest, "max": look.highest, "decimals": look.decimals}
    return {
        "unit": look.unit,
        **{key: value for key, value in limits.items() if value is not None},
        **({"noValue": look.nothing} if look.nothing else {}),
        **({"mappings": list(look.mappings)} if look.mappings else {}),
        "color": {"mode": look.color},
        "thresholds": {"mode": "absolute", "steps": steps},
        **({"custom": dict(look.custom)} if look.custom else {}),
    }
