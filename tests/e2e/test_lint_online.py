"""Online lint against the real Prometheus: what is there, what is not, what fires, and what things cost."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo.gateway import JOB, Gateway, serving
from demo.process import Server, wait_until
from demo.servers import alerts, prometheus, query

from tests.cli.session import sloctl
from tests.support.prometheus import distributions

SECONDS = 25.0

RULES = """\
groups:
  - name: g
    rules:
      - alert: Fires
        expr: sum(increase(sms_sends_total{job="helpline"}[1h])) >= 0
        labels: {severity: critical}
      - alert: Quiet
        expr: sum(increase(sms_sends_total{job="helpline"}[1h])) > 1e9
        labels: {severity: critical}
      - record: region:sms_sends:rate1m
        expr: sum by (region) (rate(sms_sends_total[1m]))
"""

CHANGED = """\
      - alert: WrongMetric
        expr: sum(increase(sms_send_total{job="helpline"}[1h])) > 5
      - alert: WrongLabel
        expr: sum by (regoin) (increase(sms_sends_total{direktion="outbound"}[1h])) > 5
      - alert: Right
        expr: sum by (region) (increase(sms_sends_total{direction="outbound"}[5m])) > 5
      - alert: Recorded
        expr: region:sms_sends:rate1m > 5 and region:new:rate1m > 5
      - record: region:new:rate1m
        expr: sum by (region) (rate(sms_sends_total[1m]))
      - alert: TooLong
        expr: avg_over_time(sms_queue_oldest_message_age_seconds[11y]) > 5
"""


@pytest.fixture(scope="module", params=distributions(), ids=lambda each: each.version)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Prometheus that scrapes the gateway and has one alert firing."""
    rules = tmp_path_factory.mktemp("rules") / "loaded.yml"
    rules.write_text(RULES)
    with (
        serving(Gateway()) as target,
        prometheus(scrapes={JOB: target}, rules=[rules], program=request.param.prometheus) as running,
    ):
        wait_until(lambda: [a for a in alerts(running.url, "Fires") if a.state == "firing"], SECONDS, "the alert")
        wait_until(lambda: query(running.url, 'ALERTS{alertname="Fires"}'), SECONDS, "its record")
        yield running


def found(folder: Path, text: str, server: Server, *arguments: str) -> list[tuple[str, str]]:
    """Lint rules with the server and return code and message of each finding."""
    (folder / "rules.yml").write_text(text)
    chosen = ("--format", "concise", "--prometheus", server.url, *arguments)
    run = sloctl("lint", "rules.yml", *chosen, cwd=folder)
    assert (0, "") == (run.code, "" if run.code == 0 else run.out)
    lines = [line.partition(" [")[0].split(": ", 2) for line in run.out.splitlines()]
    return [(kind.split()[1], message) for _, kind, message in lines]


def test_names_are_compared_with_what_is_there(server: Server, tmp_path: Path) -> None:
    """A misspelt metric and two misspelt labels are found; what exists or is recorded here is left alone."""
    expected = [
        ("L601", "the server has had no series of `sms_send_total` for 7d"),
        ("L602", "no series of `sms_sends_total` has had the label `regoin` for 7d"),
        ("L602", "no series of `sms_sends_total` has had the label `direktion` for 7d"),
    ]
    assert expected == found(tmp_path, RULES + CHANGED, server, "--select", "L601,L602")


def test_what_fired_is_remembered(server: Server, tmp_path: Path) -> None:
    """The alert that fires has fired once, the other never; the changed one has no history."""
    (tmp_path / "sloctl.yaml").write_text("lint: {options: {L603: {per_week: 0}}}\n")
    expected = [("L603", "`Fires` has fired 1 time in 7d; up to 0 are allowed")]
    assert expected == found(tmp_path, RULES, server, "--select", "L603,L604")
    assert [] == found(tmp_path, RULES.replace(">= 0", ">= 1"), server, "--select", "L603,L604")


def test_a_new_server_does_not_say_what_never_fires(server: Server, tmp_path: Path) -> None:
    """Its memory of seconds says nothing about thirty days."""
    assert [] == found(tmp_path, RULES, server, "--select", "L605")


REMEMBERED = """\
groups:
  - name: g
    rules:
      - alert: Stirred
        expr: absent(up)
      - alert: Quiet
        expr: up > 5
"""


@pytest.fixture(scope="module", params=distributions(), ids=lambda each: each.version)
def old_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Prometheus of which the memory goes back 35 days: one alert was pending ten days ago."""
    folder = tmp_path_factory.mktemp("old")
    now, day = int(time.time()), 86_400
    ages: dict[str, list[float]] = {"Gone": [35, 34, 33, 32, 31, 30.5, 29.5, 29], "Stirred": [10]}
    points = [(now - int(age * day), name) for name, days in ages.items() for age in days]
    points.sort(key=lambda point: (point[1], point[0]))
    lines = [f'ALERTS{{alertname="{name}",alertstate="pending"}} 1 {at}' for at, name in points]
    (folder / "alerts.om").write_text("\n".join(["# TYPE ALERTS gauge", *lines, "# EOF\n"]))
    subprocess.run([request.param.promtool, "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=256h",
                    str(folder / "alerts.om"), str(folder / "data")], check=True, capture_output=True)  # fmt: skip
    (folder / "rules.yml").write_text(REMEMBERED)
    with prometheus(
        scrapes={}, rules=[folder / "rules.yml"], data=folder / "data", program=request.param.prometheus
    ) as running:
        yield running


def test_an_old_server_says_what_never_fires(old_server: Server, tmp_path: Path) -> None:
    """The alert that nobody has seen for 30 days is named; the one that was pending ten days ago is not."""
    expected = [("L605", "`Quiet` was neither firing nor pending in the last 30d")]
    assert expected == found(tmp_path, REMEMBERED, old_server, "--select", "L605")
    assert [] == found(tmp_path, REMEMBERED.replace("> 5", "> 6"), old_server, "--select", "L605")


def test_costs_are_measured(server: Server, tmp_path: Path) -> None:
    """An expression that the server does not evaluate yet is measured: samples and all."""
    (tmp_path / "sloctl.yaml").write_text("lint: {options: {L606: {max_samples: 0}}}\n")
    text = f"{RULES}      - {{alert: New, expr: up > 5}}\n"
    expected = [("L606", "an evaluation of this reads 1 sample; up to 0 are allowed")]
    assert expected == found(tmp_path, text, server, "--select", "L606")


def test_the_server_knows_its_intervals_and_its_memory(server: Server, tmp_path: Path) -> None:
    """With a scrape each second a rate over 4s is sound; ranges beyond the retention of 10 years are not."""
    short = "      - {alert: Short, expr: 'sum(rate(sms_sends_total[4s])) > 5', for: 10m}\n"
    assert [] == found(tmp_path, RULES + short, server, "--select", "N206")
    [(code, message)] = found(tmp_path, RULES + CHANGED, server, "--select", "C322")
    assert ("C322", True) == (code, "10y" in message or "3650d" in message), message
