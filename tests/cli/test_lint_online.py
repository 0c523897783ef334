"""`sloctl lint --prometheus`: what a server adds, what its failures leave, and that nothing is asked without it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.session import Outcome, sloctl
from tests.support.http import Answer, FakeServer, Request, failure, in_order, serving, success

RULES = """\
groups:
  - name: g
    rules:
      - alert: ManyErrors
        expr: sum by (job, zone) (rate(http_error_total[1m])) > 5
        for: 5m
        labels: {severity: warning}
        annotations: {summary: Requests fail}
"""
CONFIG = "global: {scrape_interval: 15s}\nscrape_configs: [{job_name: api, scrape_interval: 15s}]\n"


@pytest.fixture(autouse=True)
def _world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setattr(time, "sleep", lambda _: None)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with one rule file that offline checks pass but for N206."""
    (tmp_path / "rules.yml").write_text(RULES)
    return tmp_path


def prometheus(request: Request) -> Answer:
    """Answer as a small Prometheus: one metric, no rules, scraped every 15s."""
    answers = {
        "status/config": success({"yaml": CONFIG}),
        "status/runtimeinfo": success({"storageRetention": "15d"}),
        "label/__name__/values": success(["http_errors_total", "up"]),
        "labels": success(["__name__", "job"]),
        "rules": success({"groups": []}),
        "query": success({"resultType": "vector", "result": []}),
        "query_range": success({"resultType": "matrix", "result": []}),
    }
    return answers.get(request.path.removeprefix("/api/v1/"), failure(404, "", "not here"))


@pytest.fixture
def server() -> Iterator[FakeServer]:
    """A small Prometheus."""
    with serving(prometheus) as running:
        yield running


def lint(folder: Path, *arguments: str) -> Outcome:
    """Lint the rule file, one line a finding."""
    return sloctl("lint", "rules.yml", "--format", "concise", *arguments, cwd=folder)


def codes(run: Outcome) -> list[str]:
    """Return the codes that were reported."""
    return [line.split(": ", 1)[1].split()[1] for line in run.out.splitlines()]


def test_a_server_adds_what_only_it_knows(project: Path, server: FakeServer) -> None:
    """The misspelt metric is found, with the name that was meant; the scrape interval acquits the rate window."""
    assert (1, ["N206"]) == ((run := lint(project, "--select", "N206,L")).code, codes(run))
    online = lint(project, "--select", "N206,L", "--prometheus", server.url)
    assert (0, ["L601"]) == (online.code, codes(online))
    shown = sloctl("lint", "rules.yml", "--select", "L601", "--prometheus", server.url, cwd=project).out
    assert "rules.yml:5:40: warning L601 metric-not-found: the server has had no series of `http_error_total`" in shown
    assert "did you mean `http_errors_total`?" in shown


def test_settings_alone_touch_no_network(project: Path, server: FakeServer) -> None:
    """With an address in the settings nothing is asked, until `--online` says so."""
    (project / "sloctl.yaml").write_text(f"prometheus: {{url: '{server.url}'}}\n")
    lint(project, "--select", "L")
    assert [] == server.requests
    assert ["L601"] == codes(lint(project, "--select", "L", "--online"))


def test_ten_thousand_questions_are_a_handful(project: Path, server: FakeServer) -> None:
    """Many rules over few metrics cost as many requests as one rule."""
    lint(project, "--select", "L601,L602,L603,L604", "--prometheus", server.url)
    few = len(server.requests)
    rule = RULES.partition("rules:\n")[2]
    many = "".join(rule.replace("ManyErrors", f"ManyErrors{number}") for number in range(200))
    (project / "rules.yml").write_text(RULES + many)
    lint(project, "--select", "L601,L602,L603,L604", "--prometheus", server.url)
    assert few == len(server.requests) - few


def test_a_suppression_of_an_online_check_is_no_burden_offline(project: Path, server: FakeServer) -> None:
    """It is unused only when a server was asked and found nothing."""
    comment = "# sloctl: ignore[L601] -- comes with the first error"
    (project / "rules.yml").write_text(RULES.replace("> 5\n", f"> 5 {comment}\n"))
    chosen = ("--select", "L,H513")
    assert [] == codes(lint(project, *chosen))
    assert [] == codes(lint(project, *chosen, "--prometheus", server.url))
    (project / "rules.yml").write_text(RULES.replace("> 5\n", f"> 5 {comment}\n").replace("error_", "errors_"))
    assert ["L602", "H513"] == codes(lint(project, *chosen, "--prometheus", server.url))
    with serving(in_order(failure(400, "bad_data", "no"))) as broken:
        assert "H513" not in codes(lint(project, *chosen, "--prometheus", broken.url))


FAILURES = {
    "refused": failure(422, "execution", "no"),
    "broken": Answer(status=500, headers={}, body=b"oops"),
    "html": Answer(headers={"Content-Type": "text/html"}, body=b"<html>Sign in</html>"),
    "half": Answer(body=b'{"status":"succ', promised=900),
    "wrong types": success(["a", 7, None]),
    "wrong shape": success({"result": 7}),
    "unauthorised": Answer(status=401, headers={}, body=b"who are you?"),
    "gone": Answer(status=404, headers={}, body=b"not found"),
}


@pytest.mark.parametrize("answer", FAILURES.values(), ids=FAILURES)
def test_a_failing_server_is_a_finding(answer: Answer, project: Path) -> None:
    """Offline findings are printed all the same, the failure beside them, and the exit code is 3."""
    with serving(in_order(answer)) as broken:
        run = lint(project, "--prometheus", broken.url, "--select", "N206,L601", "--ignore", "X")
    assert (3, {"N206", "X901"}) == (run.code, set(codes(run))), run
    assert "Traceback" not in run.err


def test_an_unreachable_server_is_told_once(project: Path) -> None:
    """A closed port is one finding, at the option, or in the settings where they name it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        run = lint(project, "--prometheus", url, "--select", "L")
        (project / "sloctl.yaml").write_text(f"prometheus: {{url: '{url}'}}\n")
        named = lint(project, "--online", "--select", "L")
    said = f"error X901 server-failure: {url} does not answer: Connection refused (configuration)"
    assert (3, 3) == (run.code, named.code)
    assert [f"--prometheus:1:1: {said}", f"sloctl.yaml:1:19: {said}"] == [
        line.partition(" [")[0] for line in (run.out + named.out).splitlines()
    ]


def test_a_baseline_holds_no_failure_of_a_server(project: Path) -> None:
    """Writing one while the server is broken exits with 3, and later failures are still shown."""
    with serving(in_order(failure(400, "bad_data", "no"))) as broken:
        asked = ("--prometheus", broken.url, "--select", "L601")
        written = lint(project, *asked, "--write-baseline", "base.json")
        later = lint(project, *asked, "--baseline", "base.json")
    assert (3, 3, ["X901"]) == (written.code, later.code, codes(later)[:1])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--token-file", "t"], "the options of a server need a server"),
        (["--online"], "no server is named"),
        (["--prometheus", "http://x", "--header", "X-Scope-OrgID"], "`X-Scope-OrgID` is no header"),
        (["--prometheus", "http://x", "--timeout", "30"], "`--timeout 30` is no length of time"),
    ],
)
def test_wrong_use_of_the_options_is_said(arguments: list[str], said: str, project: Path) -> None:
    """Options without a server, and values that nobody can read, end the run with 2."""
    run = lint(project, *arguments)
    assert (2, True) == (run.code, said in run.err), run


def test_runbooks_elsewhere_are_followed_when_a_server_is_asked(project: Path, server: FakeServer) -> None:
    """A link that its site answers with 404 is an error; without a server nothing is asked of anybody."""
    gone = f"{server.url}/wiki/requests-fail"
    (project / "rules.yml").write_text(RULES.replace("{summary:", f"{{runbook_url: {gone}, summary:"))
    assert (0, []) == ((run := lint(project, "--select", "A104")).code, codes(run))
    assert [] == server.requests
    run = lint(project, "--select", "A104", "--prometheus", server.url)
    assert (1, ["A104"]) == (run.code, codes(run))
    assert "the runbook of `ManyErrors` is gone: 127.0.0.1 answers 404 Not Found" in run.out


def test_a_runbook_whose_web_server_does_not_answer_is_a_note_at_the_link(project: Path, server: FakeServer) -> None:
    """Nothing is known of such a page: the note says so, with the link and the reason, where the link stands."""
    link = "http://127.0.0.1:1/requests-fail"
    (project / "rules.yml").write_text(RULES.replace("{summary:", f"{{runbook_url: {link}, summary:"))
    run = lint(project, "--select", "A104", "--prometheus", server.url)
    [note] = [line for line in run.out.splitlines() if " X903 " in line]
    assert (0, "rules.yml", True) == (run.code, note.split(":")[0], f"whether {link} (" in note), note


def test_a_query_that_the_server_cannot_evaluate_is_an_error(project: Path) -> None:
    """What only the series themselves show, such as two that match one, is found in the server's own words."""
    words = 'found duplicate series for the match group {job="api"} on the right hand-side: [{a="b"}]'
    answers = {"query": failure(422, "execution", words), "rules": success({"groups": []})}
    with serving(lambda request: answers.get(request.path.removeprefix("/api/v1/"), prometheus(request))) as server:
        run = lint(project, "--select", "L607", "--prometheus", server.url)
    said = 'cannot evaluate this: found duplicate series for the match group {job="api"} on the right'
    assert (1, ["L607"], True) == (run.code, codes(run), said in run.out), run


def test_a_rule_whose_last_evaluation_failed_is_an_error(project: Path) -> None:
    """A rule that the server evaluates already is not asked for again: its last error says it."""
    rule = {"name": "ManyErrors", "type": "alerting", "duration": 300, "lastError": "vector contains metrics with ...",
            "query": "sum by (job, zone) (rate(http_error_total[1m])) > 5"}  # fmt: skip
    rules = success({"groups": [{"name": "g", "rules": [rule]}]})
    with serving(lambda request: rules if request.path.endswith("/rules") else prometheus(request)) as server:
        run = lint(project, "--select", "L607", "--prometheus", server.url)
    assert (1, ["L607"], []) == (run.code, codes(run), [each for each in server.requests if "query" in each.path]), run
