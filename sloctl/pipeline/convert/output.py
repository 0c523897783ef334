"""Writing converted specs: whole or not at all, and over nothing that somebody else wrote."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sloctl.core.errors import UsageError, WorldError
from sloctl.model.rules import Artifact
from sloctl.pipeline.convert import HEADER
from sloctl.pipeline.write import Change


def plan_files(artifacts: Sequence[Artifact], folder: Path, *, force: bool) -> list[Change]:
    """Compare specs with a folder; raise UsageError for a file that must not be replaced."""
    changes = []
    for artifact in artifacts:
        path = folder / artifact.path
        old = _read(path)
        if old == artifact.content:
            continue
        if old is not None:
            _refuse(path, old, force=force)
        changes.append(Change(path, old, artifact.content))
    return changes


def _refuse(path: Path, old: str, *, force: bool) -> None:
    if path.is_symlink() or not old.startswith(f"# {HEADER}"):
        raise UsageError(f"{path} was not written by `sloctl convert`, so it is not replaced", "move it away")
    if not force:
        raise UsageError(f"{path} is there already, and may have been edited", "--force replaces it")


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return "" if path.is_symlink() else None
    except OSError as error:
        raise WorldError(f"cannot read {path}: {error.strerror}") from error
