"""The file of a backfill, and the blocks that promtool makes of it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from sloctl.core.errors import UsageError, WorldError
from sloctl.evidence.openmetrics import END, header, is_ours
from sloctl.proof.promtool import Promtool

BLOCK_HOURS = 18
"""Length of the blocks. promtool reads the whole file once for each, so two hours, its default, take nine times as
long; and it is a length that Prometheus itself compacts to, so the blocks lie over its own one to one."""


class Families:
    """Takes samples in any order of metrics.

    OpenMetrics wants all series of a metric together, so each metric has its own file until all are joined.
    """

    def __init__(self, folder: Path, files: ExitStack) -> None:
        self._folder = folder
        self._files = files
        self._parts: dict[str, BinaryIO] = {}

    def add(self, metric: str, lines: Iterable[str]) -> None:
        """Add lines of samples to a metric."""
        if metric not in self._parts:
            path = self._folder / str(len(self._parts))
            self._parts[metric] = self._files.enter_context(path.open("wb+"))
            self._parts[metric].write(header(metric).encode())
        self._parts[metric].write("".join(lines).encode())

    @property
    def is_empty(self) -> bool:
        """Whether no metric was added."""
        return not self._parts

    def join(self, path: Path) -> None:
        """Write all metrics into one file."""
        with path.open("wb") as whole:
            for part in self._parts.values():
                part.seek(0)
                shutil.copyfileobj(part, whole)
            whole.write(END.encode())
            whole.flush()
            os.fsync(whole.fileno())


@contextmanager
def families(path: Path) -> Iterator[Families]:
    """Collect samples and, if nothing goes wrong and there are any, put the file in its place at the end."""
    with TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as name, ExitStack() as files:
        collected = Families(Path(name), files)
        yield collected
        if not collected.is_empty:
            whole = Path(name) / path.name
            collected.join(whole)
            whole.replace(path)


def check_output(path: Path) -> None:
    """Raise UsageError for a file that sloctl did not write."""
    if path.is_symlink() or (path.exists() and not _is_written_by_us(path)):
        advice = "move it away, or choose another file with -o"
        raise UsageError(f"{path} was not written by sloctl backfill, so it is not replaced", advice)


def _is_written_by_us(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open(encoding="utf-8", errors="replace") as stream:
        return is_ours(stream.readline(1000))


def promtool_command(file: Path, folder: Path | str, program: str = "promtool") -> list[str]:
    """Return the command that makes blocks of the file."""
    options = ["tsdb", "create-blocks-from", "openmetrics", f"--max-block-duration={BLOCK_HOURS}h"]
    return [program, *options, str(file), str(folder)]


def shown_command(file: Path) -> str:
    """Return the same command for people to copy, with a place to fill in."""
    return f"{shlex.join(promtool_command(file, '')[:-1])} DATA_FOLDER"


def create_blocks(promtool: Promtool, file: Path, folder: Path) -> str:
    """Make blocks in a folder and return what promtool said; raise WorldError when it fails."""
    command = promtool_command(file.resolve(), folder.resolve(), promtool.path)
    done = subprocess.run(command, capture_output=True, text=True, check=False, errors="replace")  # noqa: S603 - no shell; promtool was found on PATH
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise WorldError(f"promtool made no blocks: {said}", f"{file} is complete; the command can be run again")
    return done.stdout
