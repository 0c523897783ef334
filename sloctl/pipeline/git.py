"""Asking git about the past. Every call names its folder; nothing here changes a repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

from sloctl.core.errors import UsageError, WorldError


def git(folder: Path, *arguments: str) -> bytes:
    """Run git in a folder; raise UsageError with git's own words when it refuses, WorldError when there is no git."""
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are a list; no shell reads them
            ["git", *arguments],  # noqa: S607 - whichever git the user has
            cwd=folder, capture_output=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise WorldError("git is not installed", "install git, or run without --changed-since") from error
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise UsageError(f"git {arguments[0]}: {words[-1] if words else 'failed'}")
    return done.stdout


def commit_of(folder: Path, revision: str) -> str:
    """Return the commit that a revision names; raise UsageError when there is none."""
    try:
        named = git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except UsageError as error:
        advice = "fetch it first (`git fetch origin main`); a shallow clone holds only its newest commits"
        raise UsageError(f"git knows no revision `{revision}` here", advice) from error
    return named.decode().strip()


def file_at(folder: Path, commit: str, path: str) -> bytes | None:
    """Return a file (relative to `folder`) as it was at a commit; None when it was not there."""
    try:
        return git(folder, "show", f"{commit}:./{path}")
    except UsageError:
        return None
