"""`sloctl backtest --rules`: the alerts of rule files, as they are written."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.session import sloctl
from tests.support.http import Answer, Request, failure, serving, success
from tests.support.shop import ALERT, DAY, NOW, SETTINGS, SPEC, Prometheus, backtest


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with settings and a rule file."""
    (tmp_path / "sloctl.yaml").write_text(SETTINGS)
    (tmp_path / "rules.yml").write_text(RULES)
    return tmp_path


RULES = """\
groups:
  - name: queues
    rules:
      - record: queue:long
        expr: queue_length > 100
      - alert: QueueLong
        expr: queue:long
        for: 5m
        labels: {severity: critical}
      - alert: Watchdog
        expr: vector(1)
"""


def test_rule_files_are_replayed_with_their_recordings(project: Path) -> None:
    """A recording without history is written into the query; the watchdog, which calls nobody, is left out."""
    known = Prometheus()

    def answer(request: Request) -> Answer:
        if "queue:long" in request.param("query") and request.path.endswith("/query"):
            return success({"resultType": "vector", "result": []})
        return known.answer(request)

    with serving(answer) as server:
        done = backtest(project, server, "--rules", "rules.yml", "--format", "json")
    assert (0, "") == (done.code, done.err)
    data = json.loads(done.out)
    assert ([], ["QueueLong"]) == (data["slos"], [alert["name"] for alert in data["alerts"]])
    assert (120, "page", "queues") == tuple(data["alerts"][0][key] for key in ("times", "notify", "service"))
    assert "(queue_length > 100)" in known.asked[0]
    assert not any("queue:long" in query for query in known.asked)


def test_names_of_users_do_no_harm_in_markdown(project: Path) -> None:
    """Markup and mentions in the names of alerts are shown as text."""
    (project / "rules.yml").write_text(RULES.replace("alert: QueueLong", 'alert: "<img src=x> @all | [a](b)"'))
    with serving(Prometheus().answer) as server:
        done = backtest(project, server, "--rules", "rules.yml", "--format", "markdown")
    assert 0 == done.code
    assert "| &lt;img src=x&gt; @&#8203;all &#124; \\[a\\]\\(b\\) | page |" in done.out


def test_a_compiled_file_is_replayed_from_its_spec(project: Path) -> None:
    """The windows of its rules are too deep for one query, so the report is that of the spec; unless they differ."""
    (project / "shop.yaml").write_text(SPEC + ALERT)
    assert 0 == sloctl("compile", "-o", "rules", cwd=project).code
    with serving(Prometheus().answer) as server:
        of_spec, of_rules = backtest(project, server), backtest(project, server, "--rules", "rules/shop.yml")
        compiled = project / "rules" / "shop.yml"
        compiled.write_text(compiled.read_text().replace("> 14.4", "> 13.4"))
        edited = backtest(project, server, "--rules", "rules")
    assert (0, of_spec.out) == (of_rules.code, of_rules.out)
    assert "shop/checkout: 99.9 % over 30d" not in edited.out


TWINS = """\
groups:
  - name: queues
    rules:
      - {alert: QueueLong, expr: queue_length > 100, for: 5m, labels: {severity: warning}}
      - {alert: QueueLong, expr: queue_length > 500, for: 5m, labels: {severity: critical}}
"""


def test_alerts_of_one_name_are_told_apart(project: Path) -> None:
    """By the labels that they do not share; each is compared with its own former self."""
    (project / "old").mkdir()
    (project / "old" / "rules.yml").write_text(TWINS)
    (project / "rules.yml").write_text(TWINS.replace("> 500", "> 950"))
    with serving(Prometheus().answer) as server:
        done = backtest(project, server, "--rules", "rules.yml", "--compare", "old")
    assert 0 == done.code
    [change] = [line.split() for line in done.out.splitlines() if line.startswith("    queues ")]
    assert ["queues", "QueueLong", "(critical)", "1", "→", "0"] == change[:6]
    assert "    pages: 1 → 0, tickets: 120 → 120" in done.out.splitlines()
    assert "  QueueLong (warning)   often: 28 times a week" in done.out.splitlines()


def test_a_rule_file_is_compared_with_a_revision(project: Path) -> None:
    """The file is read from git; one that was not there yet is new, with nothing before the arrow."""
    (project / "rules.yml").write_text(TWINS)
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for line in (["init", "-q"], ["add", "rules.yml"], [*author, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *line], cwd=project, check=True)
    (project / "rules.yml").write_text(TWINS.replace("> 100", "> 200"))
    (project / "new.yml").write_text(TWINS.replace("queues", "others"))
    with serving(Prometheus().answer) as server:
        done = backtest(project, server, "--rules", "rules.yml", "--rules", "new.yml", "--compare", "HEAD")
    rows = [line.split()[:6] for line in done.out.splitlines() if "→" in line and "pages" not in line]
    assert 0 == done.code
    assert [
        ["others", "QueueLong", "(warning)", "-", "→", "120"],
        ["others", "QueueLong", "(critical)", "-", "→", "1"],
        ["queues", "QueueLong", "(warning)", "120", "→", "1"],
    ] == rows


def test_a_query_that_cannot_be_evaluated_is_the_alerts_fault(project: Path) -> None:
    """Sides that do not match are told at the place of the rule; the server has not failed, so the exit code is 1.

    What is asked next is asked in parts as long as ever: three for a month of every two minutes.
    """
    known = Prometheus()

    def answer(request: Request) -> Answer:
        if request.path.endswith("/query_range") and request.param("query") == "queue:long":
            return failure(422, "execution", "many-to-many matching not allowed")
        return known.answer(request)

    (project / "rules.yml").write_text(f"{RULES}      - {{alert: Fine, expr: calm}}\n")
    with serving(answer) as server:
        done = backtest(project, server, "--rules", "rules.yml")
    assert (1, "") == (done.code, done.err)
    assert "queues/QueueLong (rules.yml:6:16): http://" in done.out
    assert "many-to-many matching not allowed" in " ".join(done.out.split())
    assert 3 == known.asked.count("calm")


def test_evaluations_that_fail_change_nothing(project: Path) -> None:
    """As live: six minutes of sides that do not match, in the last firing, neither end it nor hide the others."""
    known = Prometheus()
    gap = (NOW - 6 * 3600 + 1200, NOW - 6 * 3600 + 1500)

    def answer(request: Request) -> Answer:
        if request.path.endswith("/query_range") and request.param("query") == "queue_length > 100":
            start, end = (float(request.param(key)) for key in ("start", "end"))
            if start <= gap[1] and end >= gap[0]:
                return failure(422, "execution", "many-to-many matching not allowed")
        return known.answer(request)

    (project / "rules.yml").write_text(TWINS)
    with serving(answer) as server:
        done = backtest(project, server, "--rules", "rules.yml")
        data = json.loads(backtest(project, server, "--rules", "rules.yml", "--format", "json").out)
    assert 0 == done.code
    assert "3 evaluations failed, and changed nothing: many-to-many matching not allowed" in " ".join(done.out.split())
    [alert, _] = data["alerts"]
    assert (3, "2026-11-18T18:30:00+00:00") == (alert["failed_evaluations"], alert["bouts"][-1]["end"])


def test_a_metric_that_the_server_does_not_have_is_said(project: Path) -> None:
    """An alert that could not fire must not look calm."""
    with serving(Prometheus(since=NOW).answer) as server:
        done = backtest(project, server, "--rules", "rules.yml")
    assert 0 == done.code
    assert "  QueueLong  did not fire: the server has no sample of what it reads" in done.out.splitlines()


def test_firings_a_week_are_reckoned_from_the_history(project: Path) -> None:
    """Of nine days that the server knows, not of the thirty that were asked for; and the report says so."""
    (project / "rules.yml").write_text(TWINS)
    with serving(Prometheus(since=NOW - 9 * DAY).answer) as server:
        done = backtest(project, server, "--rules", "rules.yml")
    [row] = [line.split() for line in done.out.splitlines() if line.startswith("    Queu… (warning)  ticket")]
    assert ["36", "28"] == row[3:5]
    assert "known since 2026-11-10 00:00 only, 9d of the time" in done.out


@pytest.mark.parametrize(("minutes", "known"), [(10, "10m"), (23 * 60, "23h")])
def test_minutes_of_history_are_no_weeks(project: Path, minutes: int, known: str) -> None:
    """Below a day no firings a week are reckoned, no level is advised and no limit is passed; from a day on, they are.

    A metric that is known for minutes is known, whenever the replay begins.
    """
    (project / "sloctl.yaml").write_text(f"{SETTINGS}backtest: {{pages_per_week: 1, max_flaps: 0}}\n")
    (project / "rules.yml").write_text(TWINS.replace("> 500", "> 80"))
    options = ("--rules", "rules.yml", "--until", "2026-11-18T18:08:00Z")
    end = NOW - DAY + 18 * 3600 + 480
    with serving(Prometheus(since=end - 60 * minutes).answer) as server:
        done = backtest(project, server, *options)
        data = json.loads(backtest(project, server, *options, "--format", "json").out)
    judged = minutes > 10
    assert (int(judged), judged) == (done.code, "L603" in done.err)
    assert f" only, {known} of the time" in done.out
    assert (not judged) == ("too little history to judge" in done.out)
    assert [judged, judged] == [alert["per_week"] is not None for alert in data["alerts"]]


def test_nothing_is_absent_from_no_server(project: Path) -> None:
    """An alert on missing data fires since the server is there, not since the replay begins."""
    (project / "rules.yml").write_text(TWINS.replace("queue_length > 500", "absent(gone)"))
    always, young = Prometheus(), Prometheus(since=NOW - 9 * DAY)

    def answer(request: Request) -> Answer:
        return (always if request.param("query").startswith("absent") else young).answer(request)

    with serving(answer) as server:
        data = json.loads(backtest(project, server, "--rules", "rules.yml", "--format", "json").out)
    [_, absent] = data["alerts"]
    [bout] = absent["bouts"]
    assert (9 * DAY, "2026-11-10T00:06:00+00:00") == (absent["known_seconds"], bout["start"])


RATIO = """\
groups:
  - name: errors
    rules:
      - {alert: ErrorsHigh, expr: 'sum(rate(queue_length[5m])) / sum(rate(all[5m])) > 100', for: 5m}
"""


@pytest.mark.parametrize(("events", "singles"), [("1", 120), ("2", 0)])
def test_firings_by_one_event_are_counted(project: Path, events: str, singles: int) -> None:
    """A share of failures may be one failure of two: the events of its numerator are counted when it fires."""
    (project / "rules.yml").write_text(RATIO)
    known = Prometheus()

    def answer(request: Request) -> Answer:
        if request.param("query") == "sum(increase(queue_length[5m]))":
            return success({"resultType": "vector", "result": [{"metric": {}, "value": [NOW, events]}]})
        return known.answer(request)

    with serving(answer) as server:
        data = json.loads(backtest(project, server, "--rules", "rules.yml", "--format", "json").out)
    [alert] = data["alerts"]
    assert (120, singles) == (alert["times"], alert["single_events"])
