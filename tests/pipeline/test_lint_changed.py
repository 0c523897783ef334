"""`--changed-since`: which files have a past, wherever they lie and whatever they were called."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from sloctl.checks import no_for, removed_dependency
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.cli.main import run

NOISY = "groups:\n  - name: g\n    rules:\n      - alert: QueueLong\n        expr: queue > 5\n"


def _git(*arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments], check=True)


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository with one committed file in `team`; the commands run in `work` beside it."""
    for folder in ("repo/team", "repo/work"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "repo")
    Path("team/old.yml").write_text(NOISY)
    _git("init", "-q")
    _git("add", ".")
    _git("commit", "-qm", "x")
    monkeypatch.chdir(tmp_path / "repo" / "work")


def _lint(capsys: pytest.CaptureFixture[str], *paths: str) -> tuple[int, list[str]]:
    """Lint paths for N201 against HEAD; return the exit code and code and place of every finding."""
    arguments = ["--format", "concise", "--select", "N201,S100,S101", "--changed-since", "HEAD"]
    code = run(["lint", *paths, *arguments])
    return code, [line.split(":")[0] for line in capsys.readouterr().out.splitlines()]


def test_an_untracked_file_is_new(capsys) -> None:
    """A file that was never committed has no past, whether git lists it or ignores it."""
    Path("fresh.yml").write_text(NOISY)
    Path("ignored.yml").write_text(NOISY.replace("QueueLong", "Other"))
    Path(".gitignore").write_text("ignored.yml\n")
    assert (1, ["fresh.yml", "ignored.yml"]) == _lint(capsys, ".")


def test_a_change_outside_the_working_folder_is_found(capsys) -> None:
    """A path above the working folder is compared with its own past: silent unchanged, reported changed."""
    assert (0, []) == _lint(capsys, "../team")
    Path("../team/old.yml").write_text(NOISY.replace("> 5", "> 6"))
    assert (1, ["../team/old.yml"]) == _lint(capsys, "../team")


def test_only_what_changed_is_looked_at_by_itself(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules of a file that is as it was are not checked one by one: a repository of thousands is not linted anew."""
    Path("fresh.yml").write_text(NOISY.replace("QueueLong", "Other"))
    seen: list[str] = []

    def notice(alert: Rule, _: Context) -> tuple[()]:
        seen.append(alert.name.value)
        return ()

    checks = (replace(no_for.CHECK, run=notice), removed_dependency.CHECK)
    monkeypatch.setattr("sloctl.pipeline.lint.changed.all_checks", lambda: checks)
    monkeypatch.setattr("sloctl.pipeline.lint.config.all_checks", lambda: checks)
    assert (0, []) == _lint(capsys, "..")
    assert ["Other"] == seen


def test_a_file_outside_the_repository_is_new(capsys) -> None:
    """What the repository does not hold cannot be older than the revision."""
    Path("../../stray.yml").write_text(NOISY)
    assert (1, ["../../stray.yml"]) == _lint(capsys, "../../stray.yml")


def test_a_link_has_the_past_of_its_target(capsys) -> None:
    """A committed link is unchanged while the file behind it changes: that file is what is compared."""
    Path("link.yml").symlink_to("../team/old.yml")
    _git("add", ".")
    _git("commit", "-qm", "link")
    assert (0, []) == _lint(capsys, "link.yml")
    Path("../team/old.yml").write_text(NOISY.replace("> 5", "> 6"))
    assert (1, ["link.yml"]) == _lint(capsys, "link.yml")


def test_a_renamed_file_brings_nothing_new(capsys) -> None:
    """A rename moves the findings along, before and after it is staged."""
    Path("../team/old.yml").rename("../team/new.yml")
    assert (0, []) == _lint(capsys, "../team")
    _git("add", "-A", "..")
    assert (0, []) == _lint(capsys, "../team")


def test_an_unreadable_file_does_not_end_the_run(capsys) -> None:
    """A link that leads nowhere is a finding and exit 3, and the other files are still compared."""
    Path("fresh.yml").write_text(NOISY)
    Path("gone.yml").symlink_to("nowhere.yml")
    _git("add", "gone.yml")
    _git("commit", "-qm", "link")
    assert (3, ["fresh.yml", "gone.yml"]) == _lint(capsys, ".")
