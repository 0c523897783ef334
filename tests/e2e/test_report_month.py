"""A report on a real server: its figures are those that the rules recorded, and its incidents those that were."""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from demo.process import Server
from demo.servers import prometheus, query

from tests.cli.session import sloctl
from tests.support.prometheus import Distribution

SPEC = """\
apiVersion: sloctl/v1
kind: Service
metadata: {name: shop, owner: team-shop}
defaults: {runbook: "https://runbooks.example.org/{name}", action: Look at it}
policy: [{below: 35%, then: Freeze releases, freeze: true}]
slos:
  - name: checkout
    objective: 99
    sli:
      events: {bad: failed_total, total: requests_total}
      by: [region]
"""
SETTINGS = "evaluation_interval: 2m30s\nscrape_interval: 1m\n"
SCRAPE, EVALUATION, HOUR, DAY = 60, 150, 3600, 86_400
HISTORY = 32 * DAY
OUTAGES = {"eu": ((20 * DAY, 9 * HOUR, 0.25), (3 * DAY, 2 * HOUR, 0.5)), "us": ((6 * DAY, 40 * 60, 1.0),)}
"""Per region: how long ago, for how long, and which share of the events was bad."""
PAGED_AFTER = 600
EXACT = 0.001
"""How far the figures may be from the recorded ones."""


def counters(end: int) -> Iterator[str]:
    """Write a month of counters that grow by day more than by night."""
    chance = random.Random(7)  # noqa: S311 - no secret
    for region, speed in (("eu", 300), ("us", 40)):
        total = bad = 0.0
        failed: list[str] = []
        for at in range(end - HISTORY, end, SCRAPE):
            count = round(speed * chance.uniform(0.9, 1.1) * (1.8 if 8 <= at % DAY / HOUR < 20 else 1))
            total, bad = total + count, bad + count * error_ratio(region, at, end)
            yield f'requests_total{{region="{region}"}} {total} {at}'
            failed.append(f'failed_total{{region="{region}"}} {round(bad)} {at}')
        yield from failed


def error_ratio(region: str, at: int, end: int) -> float:
    """Return the share of bad events in the minute up to a time."""
    for ago, length, ratio in OUTAGES[region]:
        if end - ago < at <= end - ago + length:
            return ratio
    return 0.004


def alerts(end: int) -> Iterator[str]:
    """Write the history of the page that rang in the newest outage of eu."""
    ago, length, _ = OUTAGES["eu"][1]
    labels = 'alertname="ErrorBudgetBurnPage",alertstate="firing",slo_service="shop",slo="checkout",region="eu"'
    for at in range(end - ago + PAGED_AFTER, end - ago + length, SCRAPE):
        yield f'ALERTS{{{labels},tier="fast",notify="page"}} 1 {at}'


def ordered(lines: Iterator[str]) -> list[str]:
    """Put all series of a metric together, as OpenMetrics wants them."""
    return sorted(lines, key=lambda line: line.partition("{")[0])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a spec and its settings."""
    (tmp_path / "spec.yaml").write_text(SPEC)
    (tmp_path / "sloctl.yaml").write_text(SETTINGS)
    return tmp_path


def make_history(promtool: str, folder: Path, end: int) -> Path:
    """Make a database that holds the raw counters and the alerts; return its folder."""
    text, data = folder / "raw.om", folder / "data"
    text.write_text("\n".join([*ordered(counters(end)), *alerts(end), "# EOF\n"]))
    command = [promtool, "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=432h", str(text), str(data)]
    subprocess.run(command, check=True, capture_output=True)
    return data


def budgets(server: Server, project: Path, at: int, *options: str) -> dict[str, dict[str, Any]]:
    """Return the budgets of a report by region."""
    line = ["spec.yaml", "--prometheus", server.url, "--time", str(at), "--last", "1", "--format", "json", *options]
    done = sloctl("report", *line, cwd=project)
    assert 0 == done.code, done.err
    [service] = json.loads(done.out)["services"]
    [slo] = service["slos"]
    assert slo["source"] == ("recorded" if options else "raw")
    return {budget["group"]["region"]: budget for budget in slo["budgets"]}


def recorded(server: Server, metric: str, at: int) -> dict[str, float]:
    """Return what was recorded at a time, by region."""
    return {sample.labels["region"]: sample.value for sample in query(server.url, metric, at=at)}


FIGURES: dict[str, Callable[[Server, int], dict[str, float]]] = {
    "sli": lambda server, at: {k: 1 - v for k, v in recorded(server, "slo:error_ratio:period", at).items()},
    "budget_left": lambda server, at: recorded(server, "slo:error_budget_remaining:ratio", at),
    "burn_rate_1h": lambda server, at: recorded(server, "slo:burn_rate:ratio1h", at),
    "bad_events": lambda server, at: recorded(server, "slo:bad_events:increase30d", at),
    "total_events": lambda server, at: recorded(server, "slo:total_events:increase30d", at),
}


def test_figures_are_the_recorded_ones_and_incidents_those_that_were(
    distribution: Distribution, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over a month with known outages, from raw series and from recordings, all figures agree within 0.1 %."""
    monkeypatch.setenv("PATH", str(Path(distribution.promtool).parent), prepend=":")
    end = int(time.time()) // DAY * DAY - DAY
    data = make_history(distribution.promtool, project, end)
    at = end - EVALUATION
    line = ["spec.yaml", "--since", str(end - HISTORY), "--until", str(end), "--blocks", str(data)]
    with prometheus(scrapes={}, data=data, program=distribution.prometheus) as server:
        raw = budgets(server, project, at)
        done = sloctl("backfill", *line, "--prometheus", server.url, cwd=project)
        assert 0 == done.code, done.err
    with prometheus(scrapes={}, data=data, program=distribution.prometheus) as server:
        found = budgets(server, project, at, "--recorded-only")
        expected = {figure: ask(server, at) for figure, ask in FIGURES.items()}
    for figure, by_region in expected.items():
        assert {"eu", "us"} == by_region.keys()
        assert by_region == {k: pytest.approx(found[k][figure], rel=EXACT) for k in by_region}, figure
        assert by_region == {k: pytest.approx(raw[k][figure], rel=EXACT) for k in by_region}, figure
    for budget in (found, raw):
        assert [True, False] == [budget[region]["frozen"] for region in ("eu", "us")]
        check_incidents(budget, end)


def check_incidents(found: dict[str, dict[str, Any]], end: int) -> None:
    """Assert that every outage is told, with its time, its share, and the page that rang."""
    for region, outages in OUTAGES.items():
        told = {seconds(each["start"]): each for each in found[region]["incidents"]}
        assert len(outages) == len(told)
        for ago, length, _ in outages:
            begin = min(told, key=lambda start: abs(start - (end - ago)))
            incident = told[begin]
            assert 300 >= abs(begin - (end - ago))
            assert 300 >= abs(seconds(incident["end"]) - (end - ago + length))
            assert incident["bad_events"] / found[region]["allowed_bad_events"] == incident["budget_share"]
    newest = max(found["eu"]["incidents"], key=lambda each: str(each["start"]))
    assert "page" == newest["called"]
    assert 300 >= abs(newest["called_after_seconds"] - PAGED_AFTER)


def seconds(text: str) -> float:
    """Return unix seconds."""
    return datetime.fromisoformat(text).timestamp()
