"""Writing artifacts: whole or not at all, and never over what a user wrote: files of their own, edits in ours."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sloctl.core.errors import UsageError, WorldError
from sloctl.core.linediff import unified
from sloctl.model.rules import Artifact
from sloctl.model.seal import read_header, unsealed, was_edited
from sloctl.pipeline.load import shown_path
from sloctl.pipeline.shards import FOLDER

_SUFFIXES = (".yml", ".yaml", ".json")


@dataclass(frozen=True, slots=True)
class Change:
    """What would happen to a file of the output folder: `new` is None for a file to be removed."""

    path: Path
    old: str | None
    new: str | None

    @property
    def verb(self) -> str:
        """The change in a word."""
        return "created" if self.old is None else "removed" if self.new is None else "updated"

    @property
    def loses_edits(self) -> bool:
        """Whether somebody has edited the file since sloctl wrote it, and the change would drop that."""
        return self.old is not None and was_edited(self.old) and unsealed(self.old) != unsealed(self.new or "")

    def diff(self, shown: str) -> str:
        """Return the change as a unified diff."""
        before, after = "/dev/null" if self.old is None else shown, "/dev/null" if self.new is None else shown
        return unified(self.old or "", self.new or "", before, after)


def plan_changes(artifacts: Sequence[Artifact], output: Path) -> list[Change]:
    """Compare artifacts with the output folder; raise UsageError for a file that must not be replaced."""
    changes = []
    for artifact in artifacts:
        path = output / artifact.path
        _refuse_links(path, output)
        old = _read(path)
        if old is not None and not read_header(old):
            advice = "move it away, or choose another output folder with -o"
            raise UsageError(f"{path} was not written by sloctl, so it is not replaced", advice)
        if old != artifact.content:
            changes.append(Change(path, old, artifact.content))
    return changes


def plan_removals(artifacts: Sequence[Artifact], output: Path, root: Path, compiled: Iterable[Path]) -> list[Change]:
    """List the files that sloctl wrote and whose spec is gone, or no longer describes that service.

    `compiled` are the spec files of this run: a file from another spec that still exists is left alone, and so is one
    that another command wrote, for another target.
    """
    kept = {output / artifact.path for artifact in artifacts}
    commands = {head.command for artifact in artifacts if (head := read_header(artifact.content))}
    seen = {shown_path(path, root) for path in compiled}
    changes = []
    for path in _generated(output):
        old = None if path in kept or path.is_symlink() else _read(path)
        head = read_header(old) if old else None
        if head and head.command in commands and (head.spec in seen or not (root / head.spec).exists()):
            changes.append(Change(path, old, None))
    return changes


def _generated(output: Path) -> list[Path]:
    """List the files of the kinds that targets write, in the output folder and in the folders of its shards."""
    folders = [output, *output.glob(f"{FOLDER}*")] if output.is_dir() else []
    paths = (path for folder in folders for path in folder.glob("*"))
    return sorted(path for path in paths if path.suffix in _SUFFIXES and path.is_file())


def apply(changes: Sequence[Change]) -> None:
    """Carry out the changes: write every file beside its place first, then rename; remove at the end."""
    written: list[tuple[Path, Path]] = []
    try:
        for change in changes:
            if change.new is not None:
                change.path.parent.mkdir(parents=True, exist_ok=True)
                beside = _beside(change.path)
                written.append((beside, change.path))
                _write_beside(beside, change.path, change.new)
        for beside, path in written:
            beside.replace(path)
        for change in changes:
            if change.new is None:
                change.path.unlink()
    except OSError as error:
        where = error.filename or written[-1][1]  # a full disk does not name the file
        raise WorldError(f"cannot write {where}: {error.strerror}", "the old files are untouched") from error
    finally:
        for beside, _ in written:
            beside.unlink(missing_ok=True)


def write_whole(path: Path, content: str) -> None:
    """Write a file whole or not at all; raise WorldError when that fails.

    What is there and is no regular file (a link, a device, a pipe) is written into, never replaced.
    """
    beside = _beside(path)
    try:
        if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
            path.write_text(content, encoding="utf-8", newline="\n")
        else:
            _write_beside(beside, path, content)
            beside.replace(path)
    except OSError as error:
        raise WorldError(f"cannot write {path}: {error.strerror}") from error
    finally:
        beside.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def _write_beside(beside: Path, path: Path, content: str) -> None:
    """Write what will become a file, with the permissions that the file has now."""
    beside.unlink(missing_ok=True)  # left by a run that was killed
    with beside.open("x", encoding="utf-8", newline="\n") as stream:
        if path.exists():
            beside.chmod(stat.S_IMODE(path.stat().st_mode))
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WorldError(f"cannot read {path}: {error.strerror}") from error


def _refuse_links(path: Path, output: Path) -> None:
    """A link inside the output folder could lead anywhere; it is never written through."""
    below = [path, *path.parents]
    for part in below[: below.index(output)]:
        if part.is_symlink():
            raise UsageError(f"{part} is a symbolic link, which is not followed", "replace it by a file or folder")
