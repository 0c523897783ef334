"""`sloctl report` and servers that are slow, wrong, limited, cut short, or gone midway."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from sloctl.pipeline.published import SCHEMAS
from tests.cli.reporting import OUTAGE, content, reported
from tests.cli.session import sloctl
from tests.support.budgets import SPEC, Month
from tests.support.http import Answer, Request, failure


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a spec."""
    (tmp_path / "spec.yaml").write_text(SPEC)
    return tmp_path


def refusing(answer: Answer, what: str) -> Callable[[Request], Answer | None]:
    """Answer like this where a query holds a text."""
    return lambda request: answer if what in request.param("query") else None


HTML = Answer(headers={"Content-Type": "text/html"}, body=b"<html>Sign in</html>")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (HTML, "does not answer as Prometheus"),
        (failure(403, "forbidden", "not you"), "403 forbidden not you"),
        (failure(422, "execution", "query processing would load too many samples"), "too many samples"),
        (Answer(body=b'{"status":"success","data":{"resultType":"matr', promised=5000), "does not answer"),
        (Answer(body=b'{"status":"success","data":{"resultType":"scalar","result":[0,"1"]}}'), "answer that is none"),
    ],
    ids=["html", "forbidden", "too-much", "cut", "other-type"],
)
def test_what_a_server_does_not_answer_is_marked(
    folder: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer, said: str
) -> None:
    """One SLO of two fails: the other one is reported, the report says that it is incomplete, and the exit is 3."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr("sloctl.promapi.transport.FIRST_PAUSE_SECONDS", 0.001)
    second = "  - name: search\n    objective: 99\n    sli: {events: {bad: a_failed_total, total: a_total}}\n"
    (folder / "spec.yaml").write_text(SPEC + second)
    month = Month(instead=refusing(answer, 'slo="search"'))
    done = reported(month, folder, "-o", "all.json", "--format", "text", "--gate")
    assert 3 == done.code
    assert said in done.err
    assert "sloctl: shop/search: " in done.err
    assert "Incomplete: 1 answer missing" in done.out
    rows = [line.split()[:2] for line in done.out.splitlines() if line.startswith(("  checkout", "  search"))]
    assert [["checkout", "90"], ["search", "no"]] == rows
    written = json.loads((folder / "all.json").read_text())
    Draft7Validator(SCHEMAS["budgets"]()).validate(written)
    assert (False, 1) == (written["complete"], len(written["errors"]))


def test_a_server_that_goes_away_midway_is_not_waited_for_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first question without an answer no other is asked: all that is missing is marked."""
    monkeypatch.setattr("sloctl.promapi.transport.FIRST_PAUSE_SECONDS", 0.001)
    more = "".join(
        f"  - name: more-{number}\n    objective: 99\n    sli: {{events: {{bad: a_total, total: b_total}}}}\n"
        for number in range(20)
    )
    (folder / "spec.yaml").write_text(SPEC + more)
    gone = Answer(body=b"", promised=1000)
    month = Month(instead=lambda request: gone if "increase5m" in request.param("query") else None)
    done = reported(month, folder)
    assert 3 == done.code
    assert done.err.endswith("sloctl: and 16 more\n")
    assert "not asked: the server had stopped answering" in done.err
    assert len([query for query in month.asked if "increase5m" in query]) <= 16


def test_a_server_that_is_not_there_is_exit_3(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is printed on stdout, and the message names the server."""
    monkeypatch.setattr("sloctl.promapi.transport.FIRST_PAUSE_SECONDS", 0.001)
    done = sloctl("report", "spec.yaml", "--prometheus", "http://127.0.0.1:9", "-o", "page.html", cwd=folder)
    assert (3, "") == (done.code, done.out)
    assert "http://127.0.0.1:9 does not answer" in done.err
    assert not (folder / "page.html").exists()


def test_a_limit_on_samples_changes_nothing(folder: Path) -> None:
    """A server that refuses long questions is asked shorter ones."""

    def limited(request: Request) -> Answer | None:
        if "increase5m" not in request.param("query"):
            return None
        points = (float(request.param("end")) - float(request.param("start"))) / float(request.param("step"))
        return failure(422, "execution", "too many samples") if points > 1000 else None

    assert content(Month((OUTAGE,)), folder) == content(Month((OUTAGE,), instead=limited), folder)


def test_a_server_that_is_too_slow_is_given_up_soon(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was recorded takes a server no time: one that takes too long is not asked in smaller and smaller parts."""
    monkeypatch.setattr("sloctl.promapi.transport.FIRST_PAUSE_SECONDS", 0.001)
    slow = Answer(body=b'{"status": "success"}' * 10, drop_seconds=0.05)
    month = Month(instead=refusing(slow, "increase5m"))
    done = reported(month, folder, "--timeout", "100ms")
    assert (3, 4) == (done.code, len([query for query in month.asked if "increase5m" in query]))
    assert "no whole answer within 100ms" in done.err
