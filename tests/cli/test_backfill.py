"""`sloctl backfill` at the command line: what it asks of a server, what it says, and what it leaves behind."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from tests.cli.session import Outcome, sloctl
from tests.support.http import Answer, FakeServer, Request, failure, serving, success

SPEC = """\
apiVersion: sloctl/v1
kind: Service
metadata: {name: shop, owner: team-shop}
defaults: {runbook: "https://runbooks.example.org/{name}", action: Look at it}
slos:
  - name: checkout
    objective: 99
    sli: {events: {bad: failed_total, total: requests_total}}
"""
SINCE, UNTIL = "2026-11-20T00:00:00Z", "2026-11-22T12:00:00Z"
RANGE = ("--since", SINCE, "--until", UNTIL)
COMMAND = "promtool tsdb create-blocks-from openmetrics --max-block-duration=18h backfill.om DATA_FOLDER\n"
LATEST = 9_223_372_036_854_775_807


def unix(text: str) -> float:
    """Return unix seconds."""
    return datetime.fromisoformat(text).timestamp()


@dataclass
class Prometheus:
    """A server whose counters always grow; `head` is the oldest time in memory, `fails_at` the number of a query."""

    head: int = LATEST
    fails_at: int = 0
    has_data: bool = True
    queries: int = 0

    def __call__(self, request: Request) -> Answer:
        """Answer the questions that a backfill asks."""
        if request.path.endswith("status/tsdb"):
            return success({"headStats": {"minTime": self.head, "maxTime": LATEST if self.head < LATEST else 0}})
        self.queries += 1
        if self.queries == self.fails_at:
            return failure(401, "unauthorized", "who are you?")
        is_known = self.has_data and "timestamp" not in request.param("query")
        result = [{"metric": {}, "values": list(points(request))}] if is_known else []
        return success({"resultType": "matrix", "result": result})


def points(request: Request) -> Iterator[tuple[float, str]]:
    """Answer a range query: 1 bad event in 200."""
    start, end, step = (float(request.param(name)) for name in ("start", "end", "step"))
    value = "1" if "failed" in request.param("query") else "200"
    return ((start + number * step, value) for number in range(int((end - start) / step) + 1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a spec."""
    (tmp_path / "spec.yaml").write_text(SPEC)
    return tmp_path


Run = Callable[..., Outcome]


@contextmanager
def served(prometheus: Prometheus, folder: Path) -> Iterator[tuple[FakeServer, Run]]:
    """Run the server, and give a function that runs the command against it."""
    with serving(prometheus) as server:
        yield server, lambda *options: sloctl("backfill", "spec.yaml", "--prometheus", server.url, *options, cwd=folder)


def names(folder: Path) -> list[str]:
    """List the files of a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_and_the_command_for_it_printed(folder: Path) -> None:
    """stdout is the command that makes blocks, and nothing else; the file is there, and nothing besides."""
    with served(Prometheus(), folder) as (_, run):
        done = run(*RANGE)
    assert (0, COMMAND) == (done.code, done.out)
    assert f"shop/checkout: {SINCE} to {UNTIL}\n" in done.err
    assert ["backfill.om", "spec.yaml"] == names(folder)
    assert (folder / "backfill.om").read_text().endswith("# EOF\n")


def test_it_ends_where_the_head_begins(folder: Path) -> None:
    """Without --until, nothing is asked of the time that the server holds in memory; --days count back from there."""
    head = round(unix(UNTIL))
    with served(Prometheus(head=1000 * head), folder) as (server, run):
        done = run("--days", "2")
    assert 0 == done.code, done.err
    ranges = [request for request in server.requests if "_total[" in request.param("query")]
    assert head - 2 * 86_400 == min(float(request.param("start")) for request in ranges)
    assert head - 30 == max(float(request.param("end")) for request in ranges)


def test_a_server_that_hides_its_head_is_left_three_hours(folder: Path) -> None:
    """An empty head, or a server without such a page, may still hold the newest three hours in memory."""
    before = time.time()
    with served(Prometheus(), folder) as (server, run):
        assert 0 == run("--days", "1").code
    ends = [float(request.param("end")) for request in server.requests if "_total[" in request.param("query")]
    assert before - 3 * 3600 - 60 < max(ends) < time.time() - 3 * 3600


def test_a_stopped_run_is_gone_on_with(folder: Path) -> None:
    """What was fetched is not fetched again, the same time is filled, and the state is gone in the end."""
    with served(Prometheus(), folder) as (_, run):
        run(*RANGE, "-o", "whole.om")
    with served(Prometheus(fails_at=5), folder) as (server, run):
        stopped = run(*RANGE)
        assert (3, "") == (stopped.code, stopped.out)
        assert "backfill.om.state" in names(folder)
        asked = len(server.requests)
        done = run(*RANGE)
        assert "going on where the last run was stopped: 2 parts left to fetch" in done.err
        assert 4 == len(server.requests) - asked
    assert ["backfill.om", "spec.yaml", "whole.om"] == names(folder)
    assert (folder / "whole.om").read_text() == (folder / "backfill.om").read_text()


def test_a_changed_spec_starts_anew(folder: Path) -> None:
    """What was fetched for another objective is not used."""
    with served(Prometheus(fails_at=5), folder) as (_, run):
        assert 3 == run(*RANGE).code
        (folder / "spec.yaml").write_text(SPEC.replace("objective: 99", "objective: 98"))
        done = run(*RANGE)
    assert 0 == done.code
    assert "going on" not in done.err


def test_a_server_that_refuses_at_once_leaves_nothing(folder: Path) -> None:
    """The error is the server's, and no state is left of a run that has not begun."""
    with served(Prometheus(fails_at=1), folder) as (_, run):
        done = run(*RANGE)
    assert (3, True) == (done.code, "who are you?" in done.err)
    assert ["spec.yaml"] == names(folder)


def test_without_data_nothing_is_written(folder: Path) -> None:
    """A server that has never seen the series is probably the wrong one: exit 1, no file, no command."""
    with served(Prometheus(has_data=False), folder) as (server, run):
        done = run(*RANGE)
    assert (1, "") == (done.code, done.out)
    assert f"shop/checkout: {server.url} has no sample of its series" in done.err
    assert ["spec.yaml"] == names(folder)


def test_blocks_need_promtool(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without promtool nothing is fetched first: exit 3, and how to get it."""
    monkeypatch.setenv("PATH", str(folder))
    with served(Prometheus(), folder) as (server, run):
        done = run(*RANGE, "--blocks", "data")
        assert [] == server.requests
    assert 3 == done.code
    assert "promtool is not on PATH" in done.err


def test_blocks_are_made(folder: Path, tool: Callable[[str], str]) -> None:
    """promtool makes blocks that cover the time, in a folder that need not be there before."""
    tool("promtool")
    with served(Prometheus(), folder) as (_, run):
        done = run(*RANGE, "--blocks", "new/data")
    assert 0 == done.code, done.err
    made = [path for path in (folder / "new" / "data").iterdir() if (path / "meta.json").exists()]
    assert 4 == len(made), "2.5 days in blocks of 18h"


def test_a_failure_of_promtool_is_said(folder: Path, tool: Callable[[str], str]) -> None:
    """The file stays, and the words are those of promtool."""
    tool("promtool")
    (folder / "data").write_text("a file, not a folder")
    with served(Prometheus(), folder) as (_, run):
        done = run(*RANGE, "--blocks", "data")
    assert 3 == done.code
    assert "promtool made no blocks: " in done.err
    assert (folder / "backfill.om").exists()


@pytest.mark.parametrize("name", ["backfill.om", "backfill.om.state"])
def test_files_of_the_user_stay(name: str, folder: Path) -> None:
    """Whatever stands in the way and was not written by sloctl is not replaced."""
    (folder / name).write_text("notes\n")
    with served(Prometheus(), folder) as (_, run):
        done = run(*RANGE)
    assert 2 == done.code
    assert f"{name} was not written by sloctl" in done.err
    assert "notes\n" == (folder / name).read_text()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--since", "yesterday"), "`yesterday` is no time; write it as 2026-11-23T04:00:00Z or in unix seconds"),
        (("--since", UNTIL, "--until", SINCE), f"nothing lies between {UNTIL} and {SINCE}"),
        (("--days", "0"), "0 is not in the range x>=1"),
    ],
)
def test_times_that_cannot_be_meant(options: tuple[str, ...], said: str, folder: Path) -> None:
    """A wrong time is wrong use, and the message says what would be right."""
    with served(Prometheus(), folder) as (_, run):
        done = run(*options)
    assert 2 == done.code
    assert said in done.err


def test_times_may_be_written_in_many_ways(folder: Path) -> None:
    """Unix seconds, a date, a time without zone (UTC) and one with a zone mean the same moment."""
    wanted = f"shop/checkout: {SINCE} to {UNTIL}\n"
    for since in (str(round(unix(SINCE))), "2026-11-20", "2026-11-20T00:00", "2026-11-20T02:00:00+02:00"):
        with served(Prometheus(), folder) as (_, run):
            assert wanted in run("--since", since, "--until", UNTIL).err


def test_a_server_must_be_named(folder: Path) -> None:
    """Neither the command line nor the settings name one: exit 2."""
    done = sloctl("backfill", "spec.yaml", cwd=folder)
    assert (2, "no server is named") == (done.code, done.err.partition(": ")[2].partition("\n")[0])


def test_two_services_of_one_name_are_refused(folder: Path) -> None:
    """Their recordings would be the same series."""
    (folder / "spec.yaml").write_text(f"{SPEC}---\n{SPEC}")
    with served(Prometheus(), folder) as (_, run):
        done = run(*RANGE)
    assert (2, True) == (done.code, "several specs describe shop" in done.err)


def test_errors_in_specs_are_reported(folder: Path) -> None:
    """A spec with an error is not backfilled, and the server is not asked."""
    (folder / "spec.yaml").write_text(SPEC.replace("objective: 99", "objective: 101"))
    with served(Prometheus(), folder) as (server, run):
        done = run(*RANGE)
        assert [] == server.requests
    assert (1, True) == (done.code, "nothing was written" in done.err)


def test_the_output_may_be_in_a_new_folder(folder: Path) -> None:
    """-o names a file anywhere; the printed command names it too."""
    with served(Prometheus(), folder) as (_, run):
        done = run(*RANGE, "-o", os.path.join("new folder", "x.om"))  # noqa: PTH118 - a name as a user writes it
    assert 0 == done.code, done.err
    assert "--max-block-duration=18h 'new folder/x.om' DATA_FOLDER\n" in done.out
