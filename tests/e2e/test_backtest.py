"""The replay against the real thing: a Prometheus that evaluates the compiled rules over the same history."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from demo.process import HOST, Server, running

from sloctl.evidence.firings import runs
from sloctl.evidence.samples import Grid
from sloctl.promapi.access import Access
from sloctl.promapi.client import Client
from sloctl.promapi.matrix import Column
from sloctl.promapi.transport import Transport
from tests.cli.session import sloctl
from tests.support.month import DAY, HOUR, MINUTE, Incident, Month, make_blocks, promtool_series
from tests.support.prometheus import Distribution
from tests.support.promtool import run_unit_tests

STEP = 120
BEGIN = 1_790_000_040 // DAY * DAY
MONTH = Month(
    begin=BEGIN,
    days=34,
    incidents=(
        Incident(at=5 * DAY + 2 * HOUR, lasts=10 * MINUTE, errors=1),
        Incident(at=9 * DAY + 14 * HOUR, lasts=40 * MINUTE, errors=0.1, region="us"),
        Incident(at=14 * DAY, lasts=60 * HOUR, errors=0.0016),
        *(Incident(at=20 * DAY + number * 25 * MINUTE, lasts=3 * MINUTE, errors=0.6) for number in range(6)),
        Incident(at=25 * DAY + 10 * HOUR, lasts=20 * MINUTE, errors=0.3),
    ),
    holes=((25 * DAY + 10 * HOUR + 5 * MINUTE, 25 * DAY + 10 * HOUR + 15 * MINUTE), (28 * DAY, 28 * DAY + 3 * HOUR)),
    resets=(9 * DAY + 14 * HOUR + 20 * MINUTE, 17 * DAY),
    failing_since=2 * DAY,
)
SPEC = """\
apiVersion: sloctl/v1
kind: Service
metadata: {name: shop, owner: team-shop}
defaults: {runbook: "https://runbooks.example.org/{name}", action: Look at it}
slos:
  - name: checkout
    objective: 99.9
    sli:
      events: {bad: failed_total, total: requests_total}
      by: [region]
alerts:
  - name: QueueTooOld
    value: {of: queue_age, above: 100, for: 12m}
    priority: P3
    summary: Orders wait
"""
SETTINGS = "evaluation_interval: 2m\nscrape_interval: 60s\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the spec, its settings and its rules."""
    (tmp_path / "shop.yaml").write_text(SPEC)
    (tmp_path / "sloctl.yaml").write_text(SETTINGS)
    assert 0 == sloctl("compile", "shop.yaml", "-o", "rules", cwd=tmp_path).code
    return tmp_path


@contextmanager
def over(data: Path, program: str, folder: Path) -> Iterator[Client]:
    """Run a server over a database.

    A rule marks where its series ends; samples made from text lack that mark, so the server must not look back to the
    evaluation before.
    """
    (folder / "prometheus.yml").write_text("")
    options = [
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={data}",
        "--storage.tsdb.retention.time=100y",
        f"--query.lookback-delta={STEP - 1}s",
    ]
    with running(
        "prometheus",
        lambda port: [program, *options, f"--web.listen-address={HOST}:{port}"],
        ready="/-/ready",
        folder=folder,
    ) as server:
        yield client_of(server)


def client_of(server: Server) -> Client:
    """Return a client of a server."""
    return Client(Transport(Access(url=server.url)))


def recorded_lines(name: str, labels: dict[str, str], columns: list[Column]) -> Iterator[str]:
    """Write what a recording rule records."""
    yield f"# TYPE {name} gauge\n"
    for column in columns:
        own = {key: text for key, text in column.labels.items() if key != "__name__"} | labels
        written = ",".join(f'{key}="{text}"' for key, text in own.items())
        pairs = zip(column.times, column.values, strict=True)
        yield from (f"{name}{{{written}}} {value!r} {round(time)}\n" for time, value in pairs)
    yield "# EOF\n"


def record(project: Path, data: Path, distribution: Distribution, rules: list[dict[str, Any]]) -> None:
    """Let the server evaluate recording rules over the whole history, one after the other, each on those before."""
    for rule in rules:
        with over(data, distribution.prometheus, project) as client:
            columns = client.columns(rule["expr"], start=MONTH.begin, end=MONTH.end - STEP, step=STEP)
        make_blocks(distribution.promtool, recorded_lines(rule["record"], rule["labels"], columns), project, data)


def evaluated(client: Client, rule: dict[str, Any], step: int = STEP) -> dict[str, list[tuple[int, int]]]:
    """Return when a rule's alerts fire by Prometheus' own evaluation of its expression: begin and end, per region.

    `for` is applied by counting evaluations.
    """
    grid = Grid(1000 * MONTH.begin, 1000 * step, MONTH.days * DAY // step)
    wait = int(rule.get("for", "0m")[:-1]) * 60 // step
    found = {}
    for column in client.columns(rule["expr"], start=MONTH.begin, end=MONTH.end - step, step=step):
        active = np.zeros(grid.count, dtype=bool)
        active[[grid.index(round(1000 * time)) for time in column.times]] = True
        spans = [(grid.time(first + wait), grid.time(past)) for first, past in runs(active) if first + wait < past]
        found[column.labels.get("region", "")] = spans
    return found


def replayed(alert: dict[str, Any]) -> dict[str, list[tuple[int, int]]]:
    """Return when an alert of the report fires: begin and end in milliseconds, per region."""
    found: dict[str, list[tuple[int, int]]] = {}
    for firing in alert["firings"]:
        spans = found.setdefault(firing["labels"].get("region", ""), [])
        spans.append((firing["start_ms"], firing["end_ms"]))
    return found


def test_the_same_alerts_at_the_same_evaluations(project: Path, distribution: Distribution, tmp_path: Path) -> None:
    """Over a month with incidents, a hole, resets and a late first failure, every tier fires as on the real server.

    The budget that was spent is what the server recorded for 30d.
    """
    data = tmp_path / "data"
    make_blocks(distribution.promtool, MONTH.lines(), project, data)
    since = MONTH.begin + 4 * DAY
    with over(data, distribution.prometheus, project) as client:
        options = ["shop.yaml", "--prometheus", client.shown, "--until", str(MONTH.end), "--format", "json"]
        done = sloctl("backtest", *options, cwd=project)
    assert (0, "") == (done.code, done.err), done.err
    report = json.loads(done.out)
    groups = yaml.safe_load((project / "rules" / "shop.yml").read_text())["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    recordings = [rule for rule in rules if ":increase" in rule.get("record", "")]
    record(project, data, distribution, recordings)
    alerts = {alert["tier"] or alert["name"]: alert for slo in report["slos"] for alert in slo["alerts"]}
    alerts |= {alert["name"]: alert for alert in report["alerts"]}
    with over(data, distribution.prometheus, project) as client:
        for rule in (rule for rule in rules if "alert" in rule):
            expected = {
                region: kept
                for region, spans in evaluated(client, rule).items()
                if (kept := [span for span in spans if span[1] > 1000 * since])
            }
            alert = alerts[rule["labels"].get("tier") or rule["alert"]]
            assert expected == replayed(alert), rule
        spent = client.query("slo:bad_events:increase30d / slo:total_events:increase30d / 0.001", at=MONTH.end - STEP)
    assert {"fast", "slow", "trend", "drain", "no_data", "QueueTooOld"} == {
        name for name, alert in alerts.items() if alert["firings"]
    }
    [slo] = report["slos"]
    recorded = {sample.labels["region"]: sample.value for sample in spent}
    for group in slo["groups"]:
        assert group["ratio"] == pytest.approx(0.001 * recorded[group["labels"]["region"]], rel=1e-9)


DAYS = Month(
    begin=20 * DAY,
    days=3,
    incidents=(
        Incident(at=26 * HOUR, lasts=10 * MINUTE, errors=1),
        Incident(at=40 * HOUR, lasts=3 * HOUR, errors=0.05, region="us"),
    ),
    holes=((50 * HOUR, 50 * HOUR + 40 * MINUTE), (60 * HOUR, 60 * HOUR + 3 * MINUTE)),
    resets=(41 * HOUR,),
    phase=0,
)


TIERS = """\
    alerting:
      tiers:
        - {name: fast, severity: page, budget: 8%, long: 1h, short: 5m, for: 6m}
        - {name: slow, severity: page, budget: 15%, long: 6h, short: 30m}
        - {name: trend, severity: ticket, budget: 35%, long: 1d, short: 2h, for: 1h}
"""


def firing_at(alerts: list[dict[str, Any]], at: int) -> list[dict[str, Any]]:
    """Return what `ALERTS` holds at an evaluation (milliseconds) by the report."""
    return [
        {"labels": f'ALERTS{{tier="{alert["tier"]}", region="{firing["labels"]["region"]}"}}', "value": 1}
        for alert in alerts
        for firing in alert["firings"]
        if firing["start_ms"] <= at < firing["end_ms"]
    ]


def test_promtool_sees_the_same_alerts(project: Path, tool: Callable[[str], str]) -> None:
    """promtool runs the compiled rules themselves: at every evaluation of three days the same alerts fire."""
    spec = SPEC.replace("objective: 99.9", f"objective: 99.9\n    period: 3d\n{TIERS}")
    (project / "shop.yaml").write_text(spec[: spec.index("alerts:")])
    assert 0 == sloctl("compile", "shop.yaml", "-o", "rules", cwd=project).code
    (project / "samples.om").write_text("".join(DAYS.lines()))
    tool("prometheus")
    options = ["--data", "samples.om", "--days", "3", "--until", str(DAYS.end), "--format", "json"]
    done = sloctl("backtest", "shop.yaml", *options, cwd=project)
    assert (0, "") == (done.code, done.err), done.err
    [slo] = json.loads(done.out)["slos"]
    assert {"fast", "slow", "trend", "no_data"} == {alert["tier"] for alert in slo["alerts"] if alert["firings"]}
    expr = 'max by (__name__, tier, region) (last_over_time(ALERTS{alertstate="firing"}[1s]))'
    cases = [
        {"eval_time": f"{at}s", "expr": expr, "exp_samples": firing_at(slo["alerts"], 1000 * (DAYS.begin + at))}
        for at in range(0, DAYS.days * DAY, STEP)
    ]
    test = {"interval": "1m", "input_series": promtool_series(DAYS), "promql_expr_test": cases}
    content = {"rule_files": ["rules/shop.yml"], "evaluation_interval": "2m", "tests": [test]}
    (project / "test.yml").write_text(json.dumps(content))
    run_unit_tests(project / "test.yml", promtool=tool("promtool"))


RULES = """\
groups:
  - name: ratios
    interval: 2m
    rules:
      - record: job:errors:ratio5m
        expr: sum by (region) (rate(failed_total[5m])) / sum by (region) (rate(requests_total[5m]))
        labels: {team: shop}
      - record: job:errors:ratio1h
        expr: avg_over_time(job:errors:ratio5m[1h])
        labels: {window: 1h}
      - alert: ErrorsHigh
        expr: |
          job:errors:ratio5m{team="shop"} > 0.02
          and ignoring (window) job:errors:ratio1h{window=~"1.", region!="zz"} > 0.01
        for: 4m
        labels: {severity: critical}
  - name: sooner
    interval: 1m
    rules:
      - alert: ErrorsRise
        expr: job:errors:ratio5m{team="shop"} > 1.5 * (job:errors:ratio5m offset 30m) > 0.0005
        for: 1m
        labels: {severity: critical}
"""


def test_inlined_recordings_fire_as_recorded_ones(project: Path, distribution: Distribution, tmp_path: Path) -> None:
    """Alerts that read recordings of recordings fire as they would have had these always been recorded.

    One of them is evaluated twice as often as what it reads.
    """
    data = tmp_path / "data"
    make_blocks(distribution.promtool, MONTH.lines(), project, data)
    (project / "rules.yml").write_text(RULES)
    with over(data, distribution.prometheus, project) as client:
        options = ["--rules", "rules.yml", "--prometheus", client.shown, "--until", str(MONTH.end), "--format", "json"]
        done = sloctl("backtest", *options, cwd=project)
    assert (0, "") == (done.code, done.err), done.out
    alerts = json.loads(done.out)["alerts"]
    groups = yaml.safe_load(RULES)["groups"]
    *recordings, slow = groups[0]["rules"]
    [soon] = groups[1]["rules"]
    record(project, data, distribution, recordings)
    since = 1000 * (MONTH.begin + 4 * DAY)
    with over(data, distribution.prometheus, project) as client:
        found = [evaluated(client, slow), evaluated(client, soon, MINUTE)]
    for alert, by_region in zip(alerts, found, strict=True):
        kept = {region: [span for span in spans if span[1] > since] for region, spans in by_region.items()}
        expected = {region: spans for region, spans in kept.items() if spans}
        assert {"eu", "us"} == expected.keys()
        assert expected == replayed(alert)
