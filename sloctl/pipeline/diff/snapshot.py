"""The spec files of a commit, from git's object store into a folder of their own; nothing is checked out.

Files keep their paths, so that they are found, read and named as in the working tree.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path, PurePosixPath

from sloctl.core.errors import SloctlError, UsageError
from sloctl.pipeline.git import LINK, SUBMODULE, Entry, contents_of, entries_of
from sloctl.pipeline.load import SUFFIXES


@dataclass(frozen=True, slots=True)
class Stored:
    """A file or link of a commit, and the repository that holds it: a submodule has one of its own."""

    repository: Path
    entry: Entry
    path: str


@dataclass(frozen=True, slots=True)
class Tree:
    """All files of a commit by their path from the top. `missing` are submodules whose commit is not here."""

    top: Path
    stored: dict[str, Stored] = field(repr=False)
    missing: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Tell whether there is a file at a path."""
        return path in self.stored and self.stored[path].entry.mode != LINK


def tree_of(top: Path, commit: str) -> Tree:
    """List the files of a commit, those of its submodules included as far as they are here."""
    missing: list[str] = []
    stored = {each.path: each for each in _stored(top, commit, "", missing)}
    return Tree(top, stored, tuple(missing))


def _stored(top: Path, commit: str, prefix: str, missing: list[str]) -> Iterator[Stored]:
    for entry in entries_of(top, commit, anew=bool(prefix)):
        path = prefix + entry.path
        if entry.mode != SUBMODULE:
            yield Stored(top, entry, path)
            continue
        try:
            if not (top / entry.path / ".git").exists():
                raise UsageError(f"the submodule {path} is not here")
            yield from list(_stored(top / entry.path, entry.object, f"{path}/", missing))
        except SloctlError:
            missing.append(path)


def write_files(tree: Tree, paths: Sequence[str], target: Path) -> None:
    """Write the YAML and JSON files at or below some paths into a folder, and what links among them lead to.

    Paths are relative to the top, with `/`; the empty path is the top itself.
    """
    chosen = _chosen(tree, [posixpath.normpath(path or ".") for path in paths])
    links = [each for each in chosen if each.entry.mode == LINK]
    for each, content in _contents(each for each in chosen if each.entry.mode != LINK):
        path = target / each.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for each, content in _contents(links):
        path = target / each.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(os.fsdecode(content))


def _chosen(tree: Tree, wanted: list[str]) -> list[Stored]:
    """Choose the files to write. A link inside the tree makes what it leads to wanted too; any other is left out."""
    chosen: dict[str, Stored] = {}
    safe = [each for each in tree.stored.values() if ".." not in PurePosixPath(each.path).parts]
    links = {each.path: os.fsdecode(content) for each, content in _contents(e for e in safe if e.entry.mode == LINK)}
    while wanted:
        path = wanted.pop()
        for each in safe:
            if each.path in chosen or not _touches(each, path):
                continue
            if each.entry.mode != LINK:
                chosen[each.path] = each
            elif leads := _target(each.path, links[each.path]):
                chosen[each.path] = each
                rest = path.removeprefix(each.path) if path.startswith(f"{each.path}/") else ""
                wanted.append(leads + rest)
    return list(chosen.values())


def _touches(each: Stored, path: str) -> bool:
    """Tell whether a file is at or below a path; a link also when it is on the way there."""
    if each.entry.mode == LINK and path.startswith(f"{each.path}/"):
        return True
    below = path == "." or each.path.startswith(f"{path}/")
    return each.path == path or (below and (each.entry.mode == LINK or each.path.endswith(SUFFIXES)))


def _target(path: str, leads: str) -> str:
    """Return where in the tree a link leads; nothing for one that leads out of it."""
    found = posixpath.normpath(posixpath.join(posixpath.dirname(path), leads))
    return "" if found.startswith(("/", "..")) or leads.startswith("/") else found


def _contents(chosen: Iterable[Stored]) -> Iterator[tuple[Stored, bytes]]:
    for repository, group in groupby(sorted(chosen, key=lambda each: (each.repository, each.path)), _repository):
        files = list(group)
        contents = contents_of(repository, [each.entry.object for each in files], anew=True)
        yield from zip(files, contents, strict=True)


def _repository(each: Stored) -> Path:
    return each.repository
