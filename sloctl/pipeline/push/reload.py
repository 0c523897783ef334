"""Rules for a Prometheus that reads files: checked before they are in place, taken back when it refuses them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from sloctl.core.errors import WorldError
from sloctl.model.rules import Artifact
from sloctl.pipeline.push.meaning import Data, same_group
from sloctl.pipeline.write import Change, apply
from sloctl.promapi.errors import PromApiError
from sloctl.promapi.lifecycle import Lifecycle


def not_loaded(groups: Iterable[Data], loaded: Iterable[Data]) -> list[str]:
    """Return the names of the groups that a server does not evaluate as they are here."""
    by_name: dict[str, list[Data]] = {}
    for group in loaded:
        by_name.setdefault(group["name"], []).append(group)
    return [group["name"] for group in groups
            if not any(same_group(live, group) for live in by_name.get(group["name"], ()))]  # fmt: skip


def complaints(artifacts: Sequence[Artifact], promtool: str) -> str:
    """Return what `promtool check rules` has against the files, which are not in their place yet; else nothing."""
    with TemporaryDirectory(prefix="sloctl-") as folder:
        for artifact in artifacts:
            path = Path(folder) / artifact.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(artifact.content, encoding="utf-8")
        command = [promtool, "check", "rules", *(artifact.path for artifact in artifacts)]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, errors="replace")  # noqa: S603 - our own files
    return "" if run.returncode == 0 else f"{run.stdout}{run.stderr}".strip()


def put_in_place(changes: Sequence[Change], server: Lifecycle) -> None:
    """Write the files and let the server read them; when it refuses, the old files are put back.

    Raises PromApiError: with a status the server has refused and goes on with what it had; without one nobody knows.
    """
    apply(changes)
    try:
        server.reload()
    except PromApiError as error:
        if error.status is None:
            message = f"{error}; the new files are in their place, and whether they are loaded is unknown"
            raise PromApiError(message, help="ask again with --dry-run", is_timeout=error.is_timeout) from error
        _put_back(changes, error)
        raise PromApiError(f"{error}; the old files are back", status=error.status, help=error.help) from error


def _put_back(changes: Sequence[Change], error: PromApiError) -> None:
    try:
        apply([Change(change.path, change.new, change.old) for change in changes])
    except WorldError as second:
        raise WorldError(f"{error}; and the old files could not be put back: {second}", second.help) from error
