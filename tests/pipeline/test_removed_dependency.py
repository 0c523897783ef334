"""A merge that stops recording what others read."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.cli.session import sloctl

RECORDING = """groups:
  - name: records
    rules:
      - {record: "job:errors:rate5m", expr: "sum by (job) (rate(errors_total[5m]))"}
"""
ALERT = """groups:
  - name: alerts
    rules:
      - {alert: ManyErrors, expr: "job:errors:rate5m > 5", for: 10m}
"""


def _repository(folder: Path) -> None:
    (folder / "records.yml").write_text(RECORDING)
    (folder / "alerts.yml").write_text(ALERT)
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=folder, check=True)


def _codes(folder: Path) -> list[str]:
    done = sloctl("lint", ".", "--changed-since", "HEAD", "--format", "concise", cwd=folder)
    return [line.split()[2] for line in done.out.splitlines()]


def test_a_removed_recording_rule_is_reported_at_its_reader(tmp_path) -> None:
    """The alert's file has not changed, and yet its alert is the one that breaks; a suppression there covers it."""
    _repository(tmp_path)
    assert [] == _codes(tmp_path)
    (tmp_path / "records.yml").unlink()
    assert ["C325"] == _codes(tmp_path)
    (tmp_path / "alerts.yml").write_text(f"# sloctl: ignore[C325] -- the rule moves to another repository\n{ALERT}")
    assert [] == _codes(tmp_path)


def test_a_moved_recording_rule_is_none_removed(tmp_path) -> None:
    """What another file records now is still recorded."""
    _repository(tmp_path)
    (tmp_path / "records.yml").rename(tmp_path / "moved.yml")
    assert [] == _codes(tmp_path)
