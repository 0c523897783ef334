"""Repositories that tests make, change and compare."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.session import Outcome, sloctl

SPEC = """\
apiVersion: sloctl/v1
kind: Service
metadata:
  name: sms-helpline
  owner: team-messaging
  labels: {env: prod}
defaults:
  runbook: https://runbooks.example.org/sms-helpline
slos:
  - name: delivery
    objective: 99.9
    period: 30d
    sli:
      events:
        bad: sms_send_failures_total{job="helpline", code!="0"}
        total: sms_sends_total{job="helpline"}
    alerting:
      page: {action: Switch the carrier, impact: Nobody gets an answer}
      ticket: {action: Compare the error codes}
alerts:
  - name: SmsVolumeRunaway
    count: {of: sms_replies_total, over: 1h, above: 5000}
    priority: P2
    action: Block the sender
  - name: QueueTooOld
    value: {of: queue_age_seconds, above: 120, for: 10m}
    priority: P3
    action: Restart the worker
"""
SETTINGS = "specs: [specs]\n"


@dataclass(frozen=True, slots=True)
class Scratch:
    """A git repository with a settings file and one spec."""

    root: Path

    @property
    def spec(self) -> Path:
        """The spec."""
        return self.root / "specs" / "sms.yaml"

    def git(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run git in the repository."""
        done = subprocess.run(["git", *arguments], cwd=cwd or self.root, env=ENVIRONMENT, capture_output=True,
                              text=True, check=False)  # fmt: skip
        assert 0 == done.returncode, done.stderr
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        """Write a file."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def replace(self, *pairs: tuple[str, str]) -> None:
        """Replace texts of the spec; each must be there."""
        text = self.spec.read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        self.spec.write_text(text, encoding="utf-8")

    def commit(self) -> None:
        """Commit everything."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")

    def diff(self, *arguments: str, cwd: Path | None = None) -> Outcome:
        """Run `sloctl diff`."""
        return sloctl("diff", *arguments, cwd=cwd or self.root)

    def data(self, *arguments: str) -> dict[str, Any]:
        """Run `sloctl diff --format json` and return what it says."""
        done = self.diff(*arguments, "--format", "json")
        assert not done.err, done.err
        found: dict[str, Any] = json.loads(done.out)
        return found


ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1",
               "GIT_CONFIG_COUNT": "3", "GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": "a",
               "GIT_CONFIG_KEY_1": "user.email", "GIT_CONFIG_VALUE_1": "a@example.org",
               "GIT_CONFIG_KEY_2": "protocol.file.allow", "GIT_CONFIG_VALUE_2": "always"}  # fmt: skip
"""What git needs, and nothing of the user's own configuration."""


def scratch(folder: Path) -> Scratch:
    """Make a repository with one commit on `main`."""
    folder.mkdir(parents=True, exist_ok=True)
    found = Scratch(folder)
    found.git("init", "-q", "-b", "main")
    found.write("sloctl.yaml", SETTINGS)
    found.write("specs/sms.yaml", SPEC)
    found.commit()
    return found


def texts(data: dict[str, Any]) -> list[str]:
    """Return the sentences of a comparison, each with what it is about."""
    return [f"{_about(change['subjects'])}: {change['text']}" for change in data["changes"]]


def classes(data: dict[str, Any]) -> set[str]:
    """Return the classes of a comparison."""
    return {name for change in data["changes"] for name in change["classes"]}


def _about(subjects: list[dict[str, str]]) -> str:
    first = subjects[0]
    name = f"{first['kind']} {first['name'] or first['service']}".strip()
    return name if len(subjects) == 1 else f"{len(subjects)} {first['kind']}s"
