"""A Grafana dashboard per service: what is left of each budget, how fast it goes, and the alerts with their runbooks.

Plain JSON and not Grafana's SDK: its output follows its version, and a file that is committed must be the same on
every machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import count
from typing import Any

from sloctl.core.shapes import duration, listing, record, text
from sloctl.model import names
from sloctl.model.rules import Alerting, Artifact, RuleFile
from sloctl.model.seal import header
from sloctl.model.service import Service, Slo
from sloctl.targets._grafana_panels import COLUMNS, Panel, place, row
from sloctl.targets._grafana_slo import (
    budget,
    burn,
    firing,
    heading,
    indicator,
    matchers_of,
    overview,
    runbooks,
)
from sloctl.targets._grafana_text import address, plain
from sloctl.targets._target import Emitted, Job, Target

SCHEMA_VERSION = 39
"""Of Grafana 10.4 and 11; newer ones bring older dashboards up to date when they load them."""

_LONGEST_UID = 40
_OPEN_ROWS = 3
"""Services with more SLOs show the overview first, and ask for an SLO's series when its row is opened."""

_OPTIONS = record(
    "Grafana dashboards.",
    {
        "tags": listing("Tags beside `sloctl` and `slo`.", text("A tag.")),
        "range": duration("How much time a dashboard shows at first; the default is 7d.", "7d"),
    },
)


def uid_of(service: str) -> str:
    """Return the identity of a service's dashboard, by which Grafana replaces it: at most 40 characters."""
    uid = f"slo-{service}"
    if len(uid) <= _LONGEST_UID:
        return uid
    digest = sha256(service.encode()).hexdigest()[:8]
    return f"{uid[: _LONGEST_UID - 9]}-{digest}"


def _emit(job: Job) -> Emitted:
    service = job.service
    if service is None:
        raise AssertionError("a dashboard is about one service")
    content = json.dumps(_dashboard(service, job), indent=2, ensure_ascii=False)
    return Emitted(artifacts=(Artifact(f"{service.name}.json", f"{content}\n"),))


def _dashboard(service: Service, job: Job) -> dict[str, Any]:
    return {
        "description": " ".join(header(job.file.spec_path, TARGET.name)),
        "uid": uid_of(service.name),
        "title": f"SLOs of {service.name}",
        "tags": list(dict.fromkeys(("sloctl", "slo", *job.options.texts("tags")))),
        "schemaVersion": SCHEMA_VERSION,
        "editable": False,
        "graphTooltip": 1,
        "time": {"from": f"now-{job.options.text('range', '7d')}", "to": "now"},
        "refresh": "1m",
        "links": [_link(title, url) for title, url in service.links if address(url)],
        "templating": {"list": [_DATASOURCE]},
        "annotations": {"list": []},
        "panels": list(_numbered(_panels(service, job.file))),
    }


_DATASOURCE = {"type": "datasource", "name": "datasource", "label": "Data source", "query": "prometheus", "hide": 0,
               "multi": False, "includeAll": False, "refresh": 1, "regex": "", "options": []}  # fmt: skip


def _link(title: str, url: str) -> dict[str, Any]:
    return {"type": "link", "title": plain(title), "url": address(url), "icon": "external link", "targetBlank": True,
            "tooltip": "", "tags": [], "asDropdown": False, "includeVars": False, "keepTime": False}  # fmt: skip


def _panels(service: Service, file: RuleFile) -> Iterator[Panel]:
    y = 0
    if len(service.slos) > 1:
        height = min(12, 2 + len(service.slos))
        yield place(overview(service), x=0, y=0, width=COLUMNS, height=height)
        y = height
    is_collapsed = len(service.slos) > _OPEN_ROWS
    for slo in service.slos:
        panels, below = _slo_panels(service, slo, file, y + 1)
        yield from _row(heading(slo), panels, y, is_collapsed=is_collapsed)
        y = y + 1 if is_collapsed else below
    if alerts := _alerts(file, names.alert_group(service.name)):
        by = sorted({label for alert in service.alerts for label in alert.condition.by})
        panels, _ = _alert_panels(matchers_of(service, ""), by, alerts, y + 1)
        yield from _row("Other alerts", panels, y, is_collapsed=False)


def _row(title: str, panels: Sequence[Panel], y: int, *, is_collapsed: bool) -> Iterator[Panel]:
    yield place(row(title, panels, is_collapsed=is_collapsed), x=0, y=y, width=COLUMNS, height=1)
    yield from () if is_collapsed else panels


def _slo_panels(service: Service, slo: Slo, file: RuleFile, y: int) -> tuple[list[Panel], int]:
    """Return the panels of an SLO in the grid, and the line below them."""
    alerts = _alerts(file, names.slo_group(service.name, slo.name))
    below, end = _alert_panels(matchers_of(service, slo.name), slo.by, alerts, y + 8)
    return [
        place(budget(service, slo), x=0, y=y, width=4, height=8),
        place(indicator(service, slo), x=4, y=y, width=10, height=8),
        place(burn(service, slo), x=14, y=y, width=10, height=8),
        *below,
    ], end


def _alert_panels(matchers: str, by: Sequence[str], alerts: Sequence[Alerting], y: int) -> tuple[list[Panel], int]:
    if not alerts:
        return [], y
    height = min(14, 4 + len(alerts))
    return [
        place(firing(matchers, by), x=0, y=y, width=10, height=height),
        place(runbooks(alerts), x=10, y=y, width=14, height=height),
    ], y + height


def _alerts(file: RuleFile, name: str) -> list[Alerting]:
    groups = [group for group in file.groups if group.name == name]
    return [rule for group in groups for rule in group.rules if isinstance(rule, Alerting)]


def _numbered(panels: Iterator[Panel]) -> Iterator[Panel]:
    """Give the panels the numbers by which Grafana tells them apart within a dashboard."""
    numbers = count(1)
    for each in panels:
        numbered = {"id": next(numbers), **each}
        if each.get("panels"):
            numbered["panels"] = [{"id": next(numbers), **inner} for inner in each["panels"]]
        yield numbered


TARGET = Target(
    name="grafana-dashboard",
    description="a Grafana dashboard per service: budgets, burn rates, alerts with their runbooks",
    emit=_emit,
    options=_OPTIONS,
)
