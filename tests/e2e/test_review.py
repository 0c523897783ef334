"""`sloctl review --prometheus` against a real server: the changed alerts are replayed as they were and as they are."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sloctl.pipeline.backtest.private import private_server
from tests.cli.session import sloctl
from tests.pipeline.diff.scratch import Scratch

SPEC = """\
apiVersion: sloctl/v1
kind: Service
metadata: {name: queue, owner: team-queue}
defaults: {runbook: "https://runbooks.queue.test/{name}", action: Restart the worker}
alerts:
  - name: QueueTooOld
    value: {of: queue_age_seconds, above: 100, for: 10m}
    priority: P1
  - name: QueueTooLong
    value: {of: queue_length, above: 100, for: 10m}
    priority: P1
"""
RULES = """\
groups:
  - name: queues
    rules:
      - {record: "queue:age:max", expr: max(queue_age_seconds)}
      - alert: QueueOld
        expr: queue:age:max > 100
        for: 10m
        labels: {severity: critical, owner: team-queue}
        annotations: {summary: Old, runbook_url: "https://runbooks.queue.test/old"}
"""


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"):
        monkeypatch.delenv(name, raising=False)


def _history(path: Path, minutes: int) -> None:
    """Write the end of two days of a gauge: three times it stands at 150 for half an hour, twice at 70, else at 1."""
    now = int(time.time()) // 60 * 60
    lines = ["# TYPE queue_age_seconds gauge"]
    for minute in range(2 * 24 * 60)[-minutes:]:
        phase, hour = minute % 60, minute // 60
        high = {6: 150, 16: 150, 26: 150, 36: 70, 47: 70}.get(hour, 1) if phase < 30 else 1
        lines.append(f'queue_age_seconds{{job="q"}} {high} {now - 60 * (2 * 24 * 60 - minute)}')
    path.write_text("\n".join([*lines, "# EOF\n"]))


@pytest.fixture
def repository(tmp_path: Path, tool: Callable[[str], str]) -> Scratch:
    """A repository with a spec and a rule file, in both of which a branch lowers a threshold."""
    for name in ("prometheus", "promtool"):
        tool(name)
    found = Scratch(tmp_path / "repository")
    found.root.mkdir()
    found.git("init", "-q", "-b", "main")
    found.write("sloctl.yaml", "specs: [specs]\nlint: {ignore: [A103, A121]}\nbacktest: {pages_per_week: 30}\n")
    found.write("specs/sms.yaml", SPEC)
    found.write("specs/rules.yml", RULES)
    found.commit()
    found.git("checkout", "-q", "-b", "topic")
    found.replace(("queue_age_seconds, above: 100", "queue_age_seconds, above: 60"))
    found.write("specs/rules.yml", RULES.replace("> 100", "> 60"))
    return found


def _predicted(repository: Scratch, url: str, days: int) -> tuple[int, str, list[str]]:
    """Return the exit code, what is complained of, and the verdict on pages; what did not change is not replayed."""
    done = sloctl("review", "--prometheus", url, "--days", str(days), cwd=repository.root)
    assert "QueueTooLong" not in done.out
    return done.code, done.err, [line for line in done.out.splitlines() if line.startswith("| Predicted pages |")]


def test_the_pages_before_and_after_the_change_are_told(repository: Scratch, tmp_path: Path) -> None:
    """A lower threshold catches two more humps, in a spec and in a rule file, in the time that the server remembers."""
    _history(tmp_path / "history.om", minutes=2 * 24 * 60)
    with private_server(tmp_path / "history.om") as server:
        two, thirty = (_predicted(repository, server.url, days) for days in (2, 30))
    assert (0, "", ["| Predicted pages | 10 pages instead of 6 in 2 days |"]) == two
    remembered = "| Predicted pages | 10 pages instead of 6 in the 2 days that the server remembers |"
    assert (0, "", [remembered]) == thirty


def test_of_an_hour_nothing_is_foretold(repository: Scratch, tmp_path: Path) -> None:
    """A page in the only hour known is no 168 pages a week: no figure is promised, and no limit is passed."""
    _history(tmp_path / "history.om", minutes=59)
    with private_server(tmp_path / "history.om") as server:
        code, complaints, [verdict] = _predicted(repository, server.url, days=30)
    assert (0, "", True) == (code, complaints, verdict.startswith("| Predicted pages | too little history to judge"))


def test_a_server_that_is_gone_fails_its_part_only(tmp_path: Path) -> None:
    """The document is written, with the reason, and the exit code is 3."""
    repository = Scratch(tmp_path)
    repository.git("init", "-q", "-b", "main")
    repository.write("sloctl.yaml", "specs: [specs]\nlint: {ignore: [A103, A121]}\n")
    repository.write("specs/sms.yaml", SPEC)
    repository.commit()
    repository.replace(("above: 100", "above: 60"))
    done = sloctl("review", "--prometheus", "http://127.0.0.1:9", "--timeout", "1s", cwd=repository.root)
    assert (3, True) == (done.code, "| Predicted pages | **not replayed** |" in done.out.splitlines())
    assert "level 100 → 60" in done.out
