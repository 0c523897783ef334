"""`sloctl backtest` against servers that know little, answer badly, or stop answering; and wrong use of it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.session import sloctl
from tests.support.http import Answer, Request, failure, serving
from tests.support.shop import DAY, NOW, SETTINGS, SPEC, Prometheus, backtest

pytestmark = pytest.mark.usefixtures("no_pauses")


def test_the_clock_is_that_of_the_server(project: Path) -> None:
    """Without --until it ends where the server's time is, and nothing later is asked for."""
    with serving(Prometheus().answer) as server:
        done = backtest(project, server, "--days", "1", "--format", "json")
        asked = [float(request.param("end")) for request in server.requests if request.param("end")]
    assert 0 == done.code
    assert "2026-11-19T00:00:00+00:00" == json.loads(done.out)["until"]
    assert NOW > max(asked)


def test_missing_history_is_said(project: Path) -> None:
    """A server that knows nine days says since when, and firings a week are reckoned from these."""
    with serving(Prometheus(since=NOW - 9 * DAY).answer) as server:
        done = backtest(project, server)
        data = json.loads(backtest(project, server, "--format", "json").out)
    assert 0 == done.code
    assert "  history  known since 2026-11-10 00:00 only, 9d of the time" in done.out.splitlines()
    assert data["slos"][0]["alerts"][0]["per_week"] == pytest.approx(7 / 9)


def test_two_hours_of_an_slo_are_not_judged(project: Path) -> None:
    """The page of its only outage is listed; it is not 84 a week, and no limit is passed, not that on losses either."""
    (project / "sloctl.yaml").write_text(f"{SETTINGS}backtest: {{pages_per_week: 1, worth: 0.1%}}\n")
    until = NOW - 3 * DAY - 3600
    with serving(Prometheus(since=until - 7200).answer) as server:
        done = backtest(project, server, "--until", str(until))
    [fast] = [line.split() for line in done.out.splitlines() if line.startswith("    fast") and "page" in line]
    assert (0, "") == (done.code, done.err)
    assert ["fast", "page", "1", "-"] == fast[:4]
    assert "  fast     too little history to judge" in done.out.splitlines()


def test_no_history_at_all_is_a_problem(project: Path) -> None:
    """Nothing was replayed, so the exit code is not 0."""
    with serving(Prometheus(since=NOW).answer) as server:
        done = backtest(project, server)
    assert 1 == done.code
    assert "shop/checkout (shop.yaml:6:11): the server has no sample of its events" in done.out


def test_a_server_that_goes_midway_leaves_what_was_known(project: Path) -> None:
    """The first SLO is reported, the second is named with the reason, and the exit code is 3."""
    second = SPEC.replace("name: shop", "name: mail").replace("failed_total", "failed_mails_total")
    (project / "shop.yaml").write_text(f"{SPEC}---\n{second}")
    with serving(Prometheus(gone_after=5).answer) as server:
        done = backtest(project, server, "--days", "10")
    assert 3 == done.code
    assert "shop/checkout: 99.9 % over 30d" in done.out
    assert re.search(r"^    mail/checkout \(shop.yaml:16:11\): http://\S+ does not answer", done.out, re.MULTILINE)
    assert done.err.endswith("the server has not answered everything, so this is not the whole report\n")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b'{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[17'),
        Answer(body=b"<html>Sign in</html>", headers={"Content-Type": "text/html"}),
        failure(401, "unauthorized", "who are you?"),
        failure(500, "internal", "the disk is gone"),
        failure(400, "bad_data", "parse error"),
    ],
    ids=["cut", "html", "401", "500", "400"],
)
def test_a_wrong_answer_is_told_in_the_servers_words(project: Path, answer: Answer) -> None:
    """Never a traceback: exit code 3, the query and what the server said."""
    good = Prometheus()
    with serving(lambda request: good.answer(request) if request.path.endswith("/query") else answer) as server:
        done = backtest(project, server, "--days", "1")
    assert 3 == done.code
    assert "shop/checkout (shop.yaml:6:11): http://" in done.out
    assert "increase(" in " ".join(done.out.split())
    assert "bug" not in done.err


@pytest.mark.parametrize("options", [(), ("--until", "2026-11-01")])
def test_who_may_not_ask_is_told_in_a_line(project: Path, options: tuple[str, ...]) -> None:
    """Before anything else, with what to do about it."""
    with serving(lambda _: failure(401, "unauthorized", "who are you?")) as server:
        done = backtest(project, server, *options)
        assert 1 == len(server.requests)
    assert (3, "") == (done.code, done.out)
    assert "401 unauthorized who are you?\n  = help: give a token or a user" in done.err


def test_one_query_that_takes_too_long_does_not_end_it(project: Path) -> None:
    """The server answers all else, so all else is asked: the second SLO is reported."""
    second = SPEC.replace("name: shop", "name: mail").replace("failed_total", "failed_mails_total")
    (project / "shop.yaml").write_text(f"{SPEC}---\n{second}")
    known = Prometheus()

    def answer(request: Request) -> Answer:
        if request.path.endswith("/query_range") and "failed_total" in request.param("query"):
            return Answer(status=200, headers={}, body=b"", promised=99)
        return known.answer(request)

    with serving(answer) as server:
        done = backtest(project, server, "--days", "1")
    assert 3 == done.code
    assert "mail/checkout  0 % of the budget spent" in done.out


def test_a_server_with_limits_gives_the_same_report(project: Path) -> None:
    """Where long questions are refused shorter ones are asked, and nothing in the report changes."""
    reports = []
    for longest in (11_000, 500):
        with serving(Prometheus(longest=longest).answer) as server:
            reports.append(backtest(project, server))
    assert 0 == reports[0].code
    assert reports[0].out == reports[1].out


@pytest.mark.parametrize("beside", [{"warnings": ["store gateway-1 is down"]}, {"isPartial": True}])
def test_partial_answers_are_marked(project: Path, beside: dict[str, object]) -> None:
    """Thanos warns, VictoriaMetrics says isPartial: the figures come with that reserve, and the exit code is 3."""
    with serving(Prometheus(beside=beside).answer) as server:
        done = backtest(project, server)
        data = json.loads(backtest(project, server, "--format", "json").out)
    assert 3 == done.code
    assert "shop/checkout: 99.9 % over 30d" in done.out
    assert "The server says of its answers:" in done.out
    assert data["partial"] is True


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "no server is named"),
        (("--data", "a.om", "--prometheus", "http://localhost:1"), "`--data` and a server exclude each other"),
        (("--data", "nowhere.om"), "no such file: nowhere.om"),
        (("--prometheus", "http://localhost:1", "--time-zone", "Mars"), "`Mars` is no time zone"),
        (("--prometheus", "http://localhost:1", "--until", "soon"), "`soon` is no time"),
        (("--prometheus", "http://localhost:1", "--until", "1792886400000000"), "is no time"),
        (("--data", "."), "not a file: ."),
        (("--prometheus", "http://localhost:1", "chekout"), "no SLO or alert is named `chekout`"),
        (("--prometheus", "http://localhost:1", "--rules", "shop.yaml"), "no alerts found in the rule files"),
        (("--prometheus", "http://localhost:1", "--compare", "gone"), "git"),
    ],
)
def test_wrong_use_is_told(project: Path, options: tuple[str, ...], message: str) -> None:
    """Exit code 2, before anything is asked."""
    done = sloctl("backtest", *options, cwd=project)
    assert (2, "") == (done.code, done.out)
    assert message in done.err


def test_a_spec_with_problems_is_not_replayed(project: Path) -> None:
    """The problems are printed with their places, and the server is left alone."""
    (project / "shop.yaml").write_text(SPEC.replace("99.9", "101"))
    with serving(Prometheus().answer) as server:
        done = backtest(project, server)
        assert [] == server.requests
    assert 1 == done.code
    assert "shop.yaml:7:16: error S301" in done.err


def test_data_needs_prometheus(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the program it says how to get it, and the exit code is 3."""
    (project / "samples.om").write_text("# EOF\n")
    monkeypatch.setenv("PATH", str(project))
    done = sloctl("backtest", "--data", "samples.om", cwd=project)
    assert 3 == done.code
    assert "prometheus is not on PATH" in done.err
    assert "https://prometheus.io/download" in done.err


@pytest.mark.parametrize(
    "text",
    ["requests_total 1 soon\n# EOF\n", "# EOF\n", "\0\xff", "requests_total 1 1790000000\n", f"x 1 {10**12}\n# EOF\n"],
    ids=["time", "empty", "binary", "cut", "milliseconds"],
)
def test_data_that_is_none_is_wrong_use(project: Path, text: str, tool: Callable[[str], str]) -> None:
    """What promtool cannot read is told in its words, and so is a file without samples."""
    tool("prometheus")
    (project / "samples.om").write_text(text)
    done = sloctl("backtest", "--data", "samples.om", cwd=project)
    assert 2 == done.code
    assert "samples.om" in done.err


def test_an_interrupt_ends_it_while_the_server_still_works(project: Path) -> None:
    """Ctrl-C is not kept waiting by an answer that has not come, and says so in a line."""
    asked, over = threading.Event(), threading.Event()
    known = Prometheus()

    def answer(request: Request) -> Answer:
        if request.path.endswith("/query_range"):
            asked.set()
            over.wait(120)
        return known.answer(request)

    with serving(answer) as server:
        command = [sys.executable, "-m", "sloctl", "backtest", "--prometheus", server.url, "--timeout", "1h"]
        with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            assert asked.wait(60)
            run.send_signal(signal.SIGINT)
            out, err = run.communicate(timeout=60)
            assert not over.is_set()
        over.set()
    assert (130, b"", b"sloctl: interrupted") == (run.returncode, out, err.strip())
