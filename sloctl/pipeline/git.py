"""Asking git about the past. Every call names its folder; nothing here changes a repository."""

from __future__ import annotations

import os
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


def top_of(folder: Path) -> Path:
    """Return the top folder of the repository around a folder, without symbolic links."""
    shown = git(folder, "rev-parse", "--show-toplevel")
    return Path(os.path.realpath(os.fsdecode(shown.removesuffix(b"\n"))))


def names_in(listed: bytes) -> frozenset[str]:
    """Read the paths that git lists with `-z`."""
    return frozenset(os.fsdecode(name) for name in listed.split(b"\0") if name)


def file_at(top: Path, commit: str, path: str) -> bytes:
    """Return a file (relative to the top folder) as it was at a commit; raise UsageError when it was not there."""
    return git(top, "show", f"{commit}:{path}")
