"""`sloctl audit` against the real Prometheus: what it makes of a month of recorded alerts."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from demo.process import Server
from demo.servers import prometheus

from sloctl.pipeline.published import published
from tests.cli.session import Outcome, sloctl
from tests.support.prometheus import distributions

DAY, HOUR = 86_400, 3_600
NOISY = [(29 * DAY - number * 14 * HOUR, 180) for number in range(41)]
DISK = [(25 * DAY - number * 4 * DAY, HOUR) for number in range(5)]
SLO_ALERT = 'alertname="ErrorBudgetBurnPage",slo_service="nightly",slo="export-freshness",notify="page",owner="team-x"'
HISTORY = {
    'alertname="QueueFlaps",instance="a",owner="team-mail",severity="critical"': NOISY,
    'alertname="QueueFlaps",instance="b",owner="team-mail",severity="critical"': [(at - 60, 300) for at, _ in NOISY],
    'alertname="DiskFull",owner="team-disk",severity="critical"': [*DISK, (31 * DAY, 600)],
    'alertname="DiskSlow",owner="team-disk",severity="warning"': [(at - 300, length) for at, length in DISK],
    'alertname="Removed",severity="warning"': [(9 * DAY, 3 * HOUR)],
    f'{SLO_ALERT},tier="fast"': [(20 * DAY, HOUR)],
    f'{SLO_ALERT},tier="slow"': [(20 * DAY - 600, 2 * HOUR)],
    f'{SLO_ALERT.replace("export", "import")},tier="slow"': [(3 * DAY, 2 * HOUR)],
}
"""Alerts by their labels, and when they fired: seconds before now, and for how many seconds."""

RULES = """\
groups:
  - name: g
    rules:
      - alert: QueueFlaps
        expr: queue_length > 5
        labels: {severity: critical, owner: team-mail}
      - alert: DiskFull
        expr: disk_used_ratio > 0.9
        for: 5m
        labels: {severity: critical, owner: team-disk}
        annotations: {summary: The disk is full, runbook_url: "https://wiki.acme.net/disk"}
      - alert: DiskSlow
        expr: disk_wait_seconds > 1
        for: 5m
        labels: {severity: warning, owner: team-disk}
        annotations: {summary: '<b>slow</b>', runbook_url: "https://wiki.acme.net/slow"}
      - alert: NeverSeen
        expr: backup_age_seconds > 90000
        for: 5m
        labels: {severity: warning, owner: team-disk}
        annotations: {summary: No backup, runbook_url: "https://wiki.acme.net/backup"}
      - alert: ErrorBudgetBurnPage
        expr: burn > 14
        for: 5m
        labels: {slo_service: nightly, slo: export-freshness, tier: fast, notify: page, owner: team-x}
        annotations: {summary: Budget burns, runbook_url: "https://wiki.acme.net/export"}
"""


def openmetrics(now: int) -> Iterator[str]:
    """Write the history as text, and a month of `up`, by which the server's memory is known."""
    yield "# TYPE ALERTS gauge\n"
    for labels, firings in HISTORY.items():
        times = [now - ago + second for ago, length in firings for second in range(0, length, 30)]
        yield from (f'ALERTS{{{labels},alertstate="firing"}} 1 {at}\n' for at in sorted(times))
    yield "# TYPE up gauge\n"
    yield from (f'up{{job="x"}} 1 {at}\n' for at in range(now - 31 * DAY, now, 300))
    yield "# EOF\n"


@pytest.fixture(scope="module", params=distributions(), ids=lambda each: each.version)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Prometheus with a month of alerts behind it."""
    folder = tmp_path_factory.mktemp("audit")
    now = int(time.time()) // 60 * 60
    (folder / "month.om").write_text("".join(openmetrics(now)))
    (folder / "rules.yml").write_text(RULES)
    subprocess.run([request.param.promtool, "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=256h",
                    str(folder / "month.om"), str(folder / "data")], check=True, capture_output=True)  # fmt: skip
    with prometheus(
        scrapes={}, rules=[folder / "rules.yml"], data=folder / "data", program=request.param.prometheus
    ) as running:
        yield running


def audit(server: Server, folder: Path, *arguments: str) -> Outcome:
    """Run the command."""
    return sloctl("audit", "--prometheus", server.url, *arguments, cwd=folder)


def test_the_noisy_alert_is_named_first_with_its_numbers(server: Server, tmp_path: Path) -> None:
    """An alert of two series that fired 41 times is first: it is to be deleted, and what lint says is beside it."""
    run = audit(server, tmp_path, "--format", "json")
    assert (0, "") == (run.code, run.err)
    report = json.loads(run.out)
    jsonschema.validate(report, json.loads(published("audit")))
    first = report["alerts"][0]
    assert ("QueueFlaps", "delete", 41, 2) == (first["alert"], first["verdict"], first["fired"], first["series"])
    assert ["A101 page-without-runbook", "A106 missing-summary", "N201 no-for"] == first["findings"]
    assert 360 == pytest.approx(first["median_seconds"], abs=60)
    assert 9.57 == pytest.approx(first["per_week"], rel=0.01)
    others = [alert for alert in report["alerts"][1:] if not alert["labels"]]
    verdicts = {alert["alert"]: (alert["verdict"], alert["fired"]) for alert in others}
    expected = {"DiskFull": ("keep", 5), "DiskSlow": ("keep", 5), "NeverSeen": ("keep", 0), "Removed": ("gone", 1)}
    assert expected == verdicts
    (pair,) = report["together"]
    assert ("DiskFull", "DiskSlow", 5, 5) == (pair["alert"], pair["other"], pair["times"], pair["of"])
    pages = {owner["name"]: (owner["pages"], owner["tickets"]) for owner in report["owners"]}
    assert {"team-mail": (41, 0), "team-disk": (5, 5), "team-x": (3, 0)} == pages


def test_the_report_fits_a_terminal(server: Server, tmp_path: Path) -> None:
    """No line but those with one long word is wider than 80 columns; runbook and reasons stand below the alert."""
    out = audit(server, tmp_path).out
    assert [] == [line for line in out.splitlines() if len(line) > 80]
    assert re.search(
        r"delete QueueFlaps, which pages team-mail\n +- it fired 9\.6 times a week, \d+ times at night\n", out
    )
    assert "\n  1 to delete, 4 to keep and 3 gone.\n" in out
    assert re.search(r"Never fired in 30 days\n +NeverSeen\n", out)


def test_alerts_of_slos_are_told_apart(server: Server, tmp_path: Path) -> None:
    """Each has its service, its SLO and its tier, whole at 80 columns, also where the server has no rule any more."""
    rows = re.findall(r"^ +(nightly/.*)\n +(\w+) +(\w+) +1 ", audit(server, tmp_path).out, re.MULTILINE)
    slow = [("nightly/import-freshness slow", "gone", "page"), ("nightly/export-freshness slow", "gone", "page")]
    assert sorted([*slow, ("nightly/export-freshness fast", "keep", "page")]) == sorted(rows)
    table = audit(server, tmp_path, "--format", "markdown").out
    assert "| [nightly/export-freshness fast](https://wiki.acme.net/export) | keep | page | 1 |" in table
    assert "| nightly/import-freshness slow | gone | page | 1 |" in table


def test_markdown_shows_what_users_wrote_as_text(server: Server, tmp_path: Path) -> None:
    """Runbooks are links; nothing else of the rules becomes markup."""
    out = audit(server, tmp_path, "--format", "markdown").out
    assert "| [DiskFull](https://wiki.acme.net/disk) | keep |" in out
    assert "<b>" not in out


def test_an_owner_above_its_budget_fails_the_run(server: Server, tmp_path: Path) -> None:
    """With `audit.pages_per_week` the exit code is 1, and the owner is named."""
    (tmp_path / "sloctl.yaml").write_text("audit: {pages_per_week: 5}\n")
    run = audit(server, tmp_path)
    assert (1, "team-mail was paged 9.6 times a week; the budget is 5\n") == (run.code, run.err)


def test_a_short_memory_is_said(server: Server, tmp_path: Path) -> None:
    """Asked for more than the server remembers, it says so, and calls nothing never fired."""
    out = audit(server, tmp_path, "--days", "60").out
    assert "The server remembers 31 days only" in " ".join(out.split())
    assert "Never fired" not in out


def test_minutes_of_memory_are_not_judged(server: Server, tmp_path: Path) -> None:
    """Ten minutes after the first sample nothing is told by the week or to have never fired, and no alert is judged."""
    month = json.loads(audit(server, tmp_path, "--format", "json", "--days", "60").out)
    end = datetime.fromisoformat(month["known_since"]) + timedelta(minutes=10)
    young = ("--days", "1", "--until", end.isoformat())
    out = audit(server, tmp_path, *young).out
    assert "The server remembers 10m only" in " ".join(out.split())
    assert "nothing yet: 10m is too little to judge" in out
    assert re.search(r"DiskFull +watch +page +1 +- +(9|10)m ", out)
    assert "Never fired" not in out
    report = json.loads(audit(server, tmp_path, *young, "--format", "json").out)
    jsonschema.validate(report, json.loads(published("audit")))
    assert [(None, 1)] == [(owner["pages_per_week"], owner["pages"]) for owner in report["owners"]]


def test_what_fires_now_is_heard(server: Server, tmp_path: Path) -> None:
    """The last minute counts: an alert whose first sample is that of the end is firing."""
    month = json.loads(audit(server, tmp_path, "--format", "json", "--days", "60").out)
    begun = datetime.fromisoformat(month["known_since"]) + timedelta(minutes=1, days=31 - 9)
    report = json.loads(audit(server, tmp_path, "--days", "1", "--until", begun.isoformat(), "--format", "json").out)
    assert [(1, True)] == [(a["fired"], a["is_firing"]) for a in report["alerts"] if a["alert"] == "Removed"]
