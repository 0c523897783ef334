"""What the arguments of `diff` mean: two revisions, a revision and the working tree, or two folders."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sloctl.core.errors import UsageError
from sloctl.pipeline.git import commit_of, default_branch, is_revision, merge_base, top_of

WORKING_TREE = "working tree"
_RANGE = re.compile(r"(?P<base>.*?)\.\.(?P<common>\.?)(?P<head>.*)", re.DOTALL)
_TARGETS = ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
"""Where a CI service says which branch a change is made for."""
_QUEUE = re.compile(r"refs/heads/gh-readonly-queue/(?P<target>.+)/pr-\d+-[0-9a-f]+")
"""What GitHub's merge queue calls its checkout; it says the branch nowhere else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One side of a comparison: a `commit` of the repository around `folder`, or without one the files of a folder.

    `is_given` tells that the user has named the folder (or file), so that it is read as a whole.
    """

    name: str
    folder: Path
    commit: str = ""
    is_given: bool = False


def points(base: str, head: str, cwd: Path, environment: Mapping[str, str]) -> tuple[Point, Point]:
    """Return what is compared with what; raise UsageError for what is neither a revision nor a folder."""
    if not head and not _is_path(base, cwd) and (parts := _RANGE.fullmatch(base)):
        return _range(parts, top_of(cwd))
    paths = [_is_path(each, cwd) for each in (base, head) if each]
    if len(paths) == 2 and all(paths):
        return _folder(base, cwd), _folder(head, cwd)
    if any(paths):
        advice = "name two folders or two revisions; `sloctl diff REVISION` compares with the working tree"
        raise UsageError("a folder is compared with a folder, and a revision with a revision", advice)
    top = top_of(cwd)
    compared = _commit(head, top) if head else Point(name=WORKING_TREE, folder=cwd)
    return (_commit(base, top) if base else default_base(top, environment)), compared


def default_base(top: Path, environment: Mapping[str, str]) -> Point:
    """Return where HEAD has parted from the branch that the change is made for."""
    queued = _QUEUE.fullmatch(environment.get("GITHUB_REF", ""))
    said = [environment.get(key, "") for key in _TARGETS] + ([queued["target"]] if queued else [])
    target = next(filter(None, said), "")
    return common_base(_remote(target, top) if target else default_branch(top), top)


def common_base(branch: str, top: Path) -> Point:
    """Return where HEAD has parted from a branch."""
    found = merge_base(top, branch, "HEAD")
    return Point(name=f"{branch} ({found[:10]})", folder=top, commit=found)


def _remote(target: str, top: Path) -> str:
    """Return the branch as `origin` has it, for a CI job has no other; raise UsageError when it was not fetched."""
    if found := next((each for each in (f"origin/{target}", target) if is_revision(top, each)), ""):
        return found
    advice = "fetch it first: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` on GitLab"
    raise UsageError(f"this clone does not hold `{target}`, the branch that the change is made for", advice)


def _range(parts: re.Match[str], top: Path) -> tuple[Point, Point]:
    """Read `A..B`, and `A...B` which begins where the two have parted; what is left out is HEAD, as in git."""
    base, head = parts["base"] or "HEAD", parts["head"] or "HEAD"
    if not parts["common"]:
        return _commit(base, top), _commit(head, top)
    found = merge_base(top, base, head)
    return Point(name=f"{base} ({found[:10]})", folder=top, commit=found), _commit(head, top)


def _commit(name: str, top: Path) -> Point:
    found = commit_of(top, name)
    shown = name if found.startswith(name) else f"{name} ({found[:10]})"
    return Point(name=shown, folder=top, commit=found)


def _folder(name: str, cwd: Path) -> Point:
    if not (cwd / name).exists():
        raise UsageError(f"no such file or folder: {name}")
    return Point(name=name, folder=cwd / name, is_given=True)


def _is_path(name: str, cwd: Path) -> bool:
    if name.startswith(("/", "./", "../")) or name in (".", "..") or name.endswith("/"):
        return True
    if not name or not (cwd / name).exists():
        return False
    if is_revision(cwd, name):
        advice = f"write `./{name}` for the folder, or `refs/heads/{name}` for the branch"
        raise UsageError(f"`{name}` is a folder and a revision", advice)
    return True
