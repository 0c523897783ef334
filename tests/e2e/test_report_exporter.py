"""`sloctl exporter` as a process: it serves, survives a server that goes away, and ends when it is told to."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from demo.process import get, wait_until

from tests.support.budgets import DAY, NOW, SPEC, Month
from tests.support.http import Answer, serving

SECONDS = 60.0
BROKEN = Answer(status=403, headers={"Content-Type": "text/html"}, body=b"<h1>Sign in</h1>")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a spec."""
    (tmp_path / "spec.yaml").write_text(SPEC)
    return tmp_path


@contextmanager
def exporter(folder: Path, url: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the exporter on a free port while the block lasts; give the process and its address."""
    command = [sys.executable, "-m", "sloctl", "exporter", "spec.yaml", "--prometheus", url, "--port", "0"]
    with subprocess.Popen([*command, "--interval", "1s"], cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            said = process.stderr.readline()
            match = re.fullmatch(r"serving metrics on (http://127\.0\.0\.1:\d+)/metrics\n", said)
            assert match, said
            yield process, match[1]
        finally:
            process.kill()


def metrics(address: str) -> dict[str, float]:
    """Return what is served, by series."""
    lines = get(f"{address}/metrics").text.splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


LEFT = 'sloctl_slo_error_budget_remaining_ratio{slo="checkout",slo_service="shop"}'
FAILED = 'sloctl_slo_failed{slo="checkout",slo_service="shop"}'
FAILURES = "sloctl_exporter_refresh_failures_total"


def test_it_serves_survives_and_ends(folder: Path, tool: Callable[[str], str]) -> None:
    """Budgets are served; without the server they are gone and failures count up; SIGTERM is exit 0."""
    month = Month(recorded_since=NOW - 4000 * DAY)
    with serving(month) as server, exporter(folder, server.url) as (process, address):
        wait_until(lambda: LEFT in metrics(address), SECONDS, "a budget")
        served = metrics(address)
        assert 0.9 == pytest.approx(served[LEFT])
        assert (0, 0) == (served[FAILED], served[FAILURES])
        checked = subprocess.run([tool("promtool"), "check", "metrics"], input=get(f"{address}/metrics").text,
                                 capture_output=True, text=True, check=False)  # fmt: skip
        assert (0, "", "") == (checked.returncode, checked.stdout, checked.stderr)
        month.instead = lambda _: BROKEN
        wait_until(lambda: metrics(address)[FAILURES] >= 2, SECONDS, "two failures")
        served = metrics(address)
        assert (1, False) == (served[FAILED], LEFT in served)
        month.instead = lambda _: None
        wait_until(lambda: LEFT in metrics(address), SECONDS, "the budget again")
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(SECONDS)


def test_specs_that_break_leave_the_last_report(folder: Path) -> None:
    """They are read anew at each refresh; one with an error is a failure, and what was known stays."""
    with serving(Month(recorded_since=NOW - 4000 * DAY)) as server, exporter(folder, server.url) as (process, address):
        wait_until(lambda: LEFT in metrics(address), SECONDS, "a budget")
        (folder / "spec.yaml").write_text(SPEC.replace("objective: 99", "objective: 100"))
        wait_until(lambda: metrics(address)[FAILURES] >= 1, SECONDS, "a failure")
        assert LEFT in metrics(address)
        process.send_signal(signal.SIGINT)
        assert 0 == process.wait(SECONDS)


def test_a_port_that_is_taken_is_exit_3(folder: Path) -> None:
    """The message names the address, and what to do."""
    with serving(Month()) as server:
        port = server.url.rpartition(":")[2]
        command = [sys.executable, "-m", "sloctl", "exporter", "spec.yaml", "--prometheus", server.url, "--port", port]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert (3, "") == (done.returncode, done.stdout)
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
