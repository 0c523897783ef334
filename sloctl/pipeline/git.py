"""Asking git about the past. Every call names its folder; nothing here changes a repository."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sloctl.core.errors import UsageError, WorldError

LINK, SUBMODULE = "120000", "160000"
"""Modes of entries that are no files: a symbolic link, and the commit of a submodule."""
_OF_ONE_REPOSITORY = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")
"""What git tells its hooks about the repository they run for; it would mislead a call for a submodule."""

_NO_TOP = {
    "not a git repository": ("this is no git repository", "run it in a clone; `sloctl diff OLD NEW` compares folders"),
    "must be run in a work tree": ("this repository has no working tree", "run it in a clone or a worktree of it"),
}
"""Why there is no top folder, by what git says."""


def git(folder: Path, *arguments: str, given: bytes = b"", anew: bool = False) -> bytes:
    """Run git in a folder; raise UsageError with git's own words when it refuses, WorldError when there is no git.

    `given` is what git reads. `anew` looks for the repository around the folder, whatever the environment says.
    """
    kept = {key: value for key, value in os.environ.items() if not anew or key not in _OF_ONE_REPOSITORY}
    kept["LC_ALL"] = "C"  # what git says is read
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are a list; no shell reads them
            ["git", *arguments],  # noqa: S607 - whichever git the user has
            cwd=folder, env=kept, capture_output=True, check=False, input=given,
        )  # fmt: skip
    except FileNotFoundError as error:
        advice = "install git, or do without comparing with the past"
        raise WorldError("git is not installed", advice) from error
    if done.returncode:
        raise _refused(arguments[0], done.stderr.decode(errors="replace").strip().splitlines())
    return done.stdout


def _refused(command: str, words: list[str]) -> UsageError:
    """Say what git says: its last line, or the one that is fatal with the command that git advises."""
    fatal = next((line for line in words if line.startswith("fatal: ")), "")
    advised = next((line.strip() for line in words if line.strip().startswith("git ")), "")
    said = fatal.removeprefix("fatal: ") if fatal and advised else (words or ["failed"])[-1]
    return UsageError(f"git {command}: {said}", f"run `{advised}`" if fatal and advised else "")


def commit_of(folder: Path, revision: str) -> str:
    """Return the commit that a revision names; raise UsageError when there is none."""
    try:
        named = git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except UsageError as error:
        advice = "fetch it first (`git fetch origin main`); a shallow clone holds only its newest commits"
        raise UsageError(f"git knows no revision `{revision}` here", advice) from error
    return named.decode().strip()


def top_of(folder: Path) -> Path:
    """Return the top folder of the repository around a folder, without symbolic links; raise UsageError for none."""
    try:
        shown = git(folder, "rev-parse", "--show-toplevel")
    except UsageError as error:
        for words, (message, advice) in _NO_TOP.items():
            if words in str(error):
                raise UsageError(message, advice) from error
        raise
    return Path(os.path.realpath(os.fsdecode(shown.removesuffix(b"\n"))))


def names_in(listed: bytes) -> frozenset[str]:
    """Read the paths that git lists with `-z`."""
    return frozenset(os.fsdecode(name) for name in listed.split(b"\0") if name)


def file_at(top: Path, commit: str, path: str) -> bytes:
    """Return a file (relative to the top folder) as it was at a commit; raise UsageError when it was not there."""
    return git(top, "show", f"{commit}:{path}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, link or submodule of a commit: its mode, its object, and its path from the top, with `/`."""

    mode: str
    object: str
    path: str


def entries_of(top: Path, commit: str, *, anew: bool = False) -> tuple[Entry, ...]:
    """List all files of a commit."""
    listed = git(top, "ls-tree", "-r", "-z", "--full-tree", commit, anew=anew)
    return tuple(_entry(row) for row in listed.split(b"\0") if row)


def _entry(row: bytes) -> Entry:
    facts, _, name = row.partition(b"\t")
    mode, _, found = facts.decode().split()
    return Entry(mode, found, os.fsdecode(name))


def contents_of(top: Path, objects: Iterable[str], *, anew: bool = False) -> Iterator[bytes]:
    """Yield the contents of objects, in their order; raise WorldError for one that this clone does not hold."""
    asked = list(objects)
    answer = git(top, "cat-file", "--batch", given="".join(f"{each}\n" for each in asked).encode(), anew=anew)
    at = 0
    for each in asked:
        end = answer.index(b"\n", at)
        head = answer[at:end].split()
        if len(head) != 3:
            raise WorldError(f"this clone does not hold the object {each}", "fetch it: `git fetch`")
        size = int(head[2])
        yield answer[end + 1 : end + 1 + size]
        at = end + 2 + size


def merge_base(top: Path, one: str, other: str) -> str:
    """Return the commit from which two have parted; raise UsageError when this clone knows none."""
    try:
        return git(top, "merge-base", commit_of(top, one), commit_of(top, other)).decode().strip()
    except UsageError as error:
        if not str(error).startswith("git merge-base"):
            raise
    if git(top, "rev-parse", "--is-shallow-repository").strip() == b"true":
        advice = "fetch the history: `git fetch --unshallow`, or `fetch-depth: 0` in the checkout of the CI job"
        raise UsageError(f"this clone is shallow: it does not reach the common past of {one} and {other}", advice)
    raise UsageError(f"{one} and {other} have no common past", "name the two revisions to compare")


def default_branch(top: Path) -> str:
    """Return the branch that changes are made for: what `origin` calls its HEAD, else main or master."""
    try:
        named = git(top, "symbolic-ref", "--short", "refs/remotes/origin/HEAD").decode().strip()
    except UsageError:
        named = ""
    candidates = [named, "origin/main", "origin/master", "main", "master"]
    if found := next((each for each in candidates if each and is_revision(top, each)), None):
        return found
    if not is_revision(top, "HEAD"):
        raise UsageError("this repository has no commit yet", "commit first; there is no past to compare with")
    advice = "name the revision to compare with, such as `HEAD~1`; a CI job may have to fetch the branch first"
    raise UsageError("there is no branch `main` or `master` to compare with", advice)


def unchecked_files(top: Path) -> frozenset[str]:
    """Return the files that a sparse checkout leaves out of the working tree: not there, and not removed either."""
    rows = git(top, "ls-files", "-t", "-z").split(b"\0")
    return frozenset(os.fsdecode(row[2:]) for row in rows if row.startswith(b"S "))


def is_revision(folder: Path, name: str) -> bool:
    """Tell whether git knows a revision; False outside of repositories too."""
    try:
        commit_of(folder, name)
    except UsageError:
        return False
    return True
