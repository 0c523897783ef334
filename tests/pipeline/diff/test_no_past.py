"""Where git cannot say what was: each reason has words of its own, the same for `diff` and `review`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.session import sloctl
from tests.pipeline.diff.scratch import SPEC, Scratch

both = pytest.mark.parametrize("command", ["diff", "review"])


@both
def test_a_repository_without_commits_says_so(command: str, tmp_path: Path) -> None:
    """There is no past to compare with yet."""
    new = Scratch(tmp_path)
    new.git("init", "-q", "-b", "main")
    new.write("specs/sms.yaml", SPEC)
    done = sloctl(command, cwd=tmp_path)
    assert (2, True) == (done.code, "this repository has no commit yet" in done.err)


@both
def test_outside_of_a_repository_that_is_said(command: str, tmp_path: Path) -> None:
    """Not git's words, but what to do instead."""
    done = sloctl(command, cwd=tmp_path)
    assert (2, True) == (done.code, "this is no git repository\n  = help: run it in a clone" in done.err)


@both
def test_a_bare_repository_has_nothing_to_read(command: str, repository: Scratch, tmp_path: Path) -> None:
    """A repository on a server has no working tree; a clone has."""
    repository.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    done = sloctl(command, cwd=tmp_path / "bare.git")
    assert (2, True) == (done.code, "this repository has no working tree" in done.err)


@both
def test_without_git_the_world_is_broken(
    command: str, repository: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without git cannot compare with the past; that is no fault of the user."""
    monkeypatch.setenv("PATH", str(tmp_path))
    done = sloctl(command, cwd=repository.root)
    assert (3, True) == (done.code, "git is not installed" in done.err)


@both
def test_a_repository_of_another_user_is_explained(
    command: str, repository: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where git does not trust the folder, as in a container of CI, its own advice is passed on."""
    for name, value in {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1", "HOME": "/nonexistent"}.items():
        monkeypatch.setenv(name, value)
    done = sloctl(command, "HEAD", cwd=repository.root)
    assert (2, True, True) == (done.code, "detected dubious ownership" in done.err, "safe.directory" in done.err)


def test_git_is_asked_in_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What git says is read, so it must not depend on the language of the user."""
    fake = tmp_path / "git"
    fake.write_text('#!/bin/sh\n[ "$LC_ALL" = C ] && echo "fatal: not a git repository" >&2\nexit 128\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert "this is no git repository" in sloctl("diff", cwd=tmp_path).err
