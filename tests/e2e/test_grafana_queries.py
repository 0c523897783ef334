"""Every query of a dashboard, asked of a real Prometheus that evaluates the rules beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from demo.gateway import Traffic
from demo.process import Server, wait_until
from demo.servers import alerts, prometheus, query

from tests.cli.session import sloctl
from tests.support.docs import ROOT
from tests.support.prometheus import Distribution
from tests.support.stage import Stage

SECONDS = 40.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The help line compiled twice: to rules and to a dashboard."""
    for target in ("prometheus", "grafana-dashboard"):
        run = sloctl("compile", ROOT / "examples" / "sms-helpline.yaml", "--target", target, "-o", target, cwd=tmp_path)
        assert 0 == run.code, run.err
    return tmp_path


@pytest.fixture
def server(stage: Stage, folder: Path, distribution: Distribution) -> Iterator[Server]:
    """A Prometheus with the rules, in an outage in which two robots have met."""
    rules = folder / "prometheus" / "sms-helpline.yml"
    with prometheus(scrapes=stage.scrapes, rules=[rules], program=distribution.prometheus) as running:
        wait_until(lambda: query(running.url, "slo:total_events:increase30d > 0"), SECONDS, "events")
        stage.gateway.set_traffic(Traffic(sends_per_second=4000))
        stage.gateway.start_outage()
        for name in ("ErrorBudgetBurnPage", "SmsVolumeRunaway"):
            wait_until(partial(is_firing, running, name), SECONDS, name)
        yield running


def is_firing(server: Server, name: str) -> bool:
    """Tell whether an alert fires and is on record."""
    return any(alert.state == "firing" for alert in alerts(server.url, name)) and bool(
        query(server.url, f'ALERTS{{alertname="{name}", alertstate="firing"}}')
    )


def queries(dashboard: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield title and expression of every query."""
    for panel in dashboard["panels"]:
        yield from ((panel["title"], target["expr"]) for target in panel.get("targets", []))


def test_every_query_has_data(folder: Path, server: Server) -> None:
    """Budget, SLI, burn rates and alerts: no panel is empty, and the values are those of an outage."""
    path = folder / "grafana-dashboard" / "sms-helpline.json"
    asked = list(queries(json.loads(path.read_text(encoding="utf-8"))))
    found = {(title, expr): query(server.url, expr) for title, expr in asked}
    assert [] == [expr for (_, expr), samples in found.items() if not samples]
    by_title: dict[str, list[float]] = {}
    for (title, _), samples in found.items():
        by_title.setdefault(title, []).extend(sample.value for sample in samples)
    assert 1 > by_title["Error budget left"][0]
    assert all(rate > 0 for rate in by_title["Burn rate by tier"])
    assert {1.0} == set(by_title["Alerts that fired"])
    assert all(0 <= share < 1 for share in by_title["SLI: good events"])
