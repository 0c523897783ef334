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


def _history(path: Path) -> None:
    """Write two days of a gauge: three times it stands at 150 for half an hour, twice at 70, else at 1."""
    now = int(time.time()) // 60 * 60
    lines = ["# TYPE queue_age_seconds gauge"]
    for minute in range(2 * 24 * 60):
        phase, hour = minute % 60, minute // 60
        high = {6: 150, 16: 150, 26: 150, 36: 70, 44: 70}.get(hour, 1) if phase < 30 else 1
        lines.append(f'queue_age_seconds{{job="q"}} {high} {now - 60 * (2 * 24 * 60 - minute)}')
    path.write_text("\n".join([*lines, "# EOF\n"]))


def test_the_pages_before_and_after_the_change_are_told(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """A lower threshold catches two more humps, in a spec and in a rule file; what has not changed is not replayed."""
    for name in ("prometheus", "promtool"):
        tool(name)
    repository = Scratch(tmp_path / "repository")
    repository.root.mkdir()
    repository.git("init", "-q", "-b", "main")
    repository.write("sloctl.yaml", "specs: [specs]\nlint: {ignore: [A103, A121]}\n")
    repository.write("specs/sms.yaml", SPEC)
    repository.write("specs/rules.yml", RULES)
    repository.commit()
    repository.git("checkout", "-q", "-b", "topic")
    repository.replace(("queue_age_seconds, above: 100", "queue_age_seconds, above: 60"))
    repository.write("specs/rules.yml", RULES.replace("> 100", "> 60"))
    _history(tmp_path / "history.om")
    with private_server(tmp_path / "history.om") as server:
        done = sloctl("review", "--prometheus", server.url, "--days", "2", cwd=repository.root)
    assert (0, "") == (done.code, done.err)
    assert "| Predicted pages | 10 pages in 2 days instead of 6 |" in done.out.splitlines()
    assert "QueueTooLong" not in done.out


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
