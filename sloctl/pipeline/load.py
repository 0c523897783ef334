"""Finding and reading the files that users name."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO

from sloctl.core import problems
from sloctl.core.document import Document
from sloctl.core.errors import UsageError
from sloctl.core.finding import Finding, Problem
from sloctl.core.source import Location, Source
from sloctl.core.yamlread import parse_yaml

SUFFIXES = (".yaml", ".yml", ".json")
_MS_FOR_A_WRITER = 1_000
STDIN = Path("-")
"""Standard input, wherever a file may be named."""
MAX_BYTES = 32 * 1024 * 1024
"""A larger file is no spec: 10,000 SLOs take about 6 MB."""


def find_files(paths: Iterable[Path]) -> list[Path]:
    """List the files below the paths, each once whatever names and links lead to it; a file keeps the name given.

    The order of the paths does not matter. A folder is searched for YAML and JSON; folders and files that begin with
    `.` are passed over, and so is what is no file. Raises UsageError for a path that is not there and for standard
    input beside others, OSError for a folder that cannot be read.
    """
    paths = list(paths)
    if STDIN in paths:
        return _stdin_alone(paths)
    for path in paths:
        if not path.exists():
            gone = "this link leads nowhere" if path.is_symlink() else "no such file or folder"
            raise UsageError(f"{gone}: {path}")
    files = sorted(path for path in paths if not path.is_dir())
    below = sorted(file for folder in paths if folder.is_dir() for file in _below(folder))
    found: dict[str, Path] = {}
    for path in [*files, *below]:
        found.setdefault(os.path.realpath(path), path)
    return list(found.values())


def _stdin_alone(paths: list[Path]) -> list[Path]:
    if len(paths) > 1:
        raise UsageError("`-` stands alone", "read standard input and files in two runs")
    return paths


def _below(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if not name.startswith(".")]
        named = (Path(parent, name) for name in files if name.endswith(SUFFIXES) and not name.startswith("."))
        yield from (path for path in named if not path.is_fifo())


def _raise(error: OSError) -> None:
    raise error


def shown_path(path: Path, base: Path) -> str:
    """Show a path from a folder, with `/`: never absolute, and the same wherever the command was called.

    Links stay as they are below the folder; a path outside it is shown by its real folder, and one in `/dev`, such as
    the pipe of `<(command)`, as it was given. Bytes of a name that are no
    UTF-8 are shown as `\\xff`, so that the path can be printed everywhere.
    """
    if path == STDIN:
        return "stdin"
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow symbolic links
    if absolute.is_relative_to("/dev"):
        return absolute.as_posix()
    if not absolute.is_relative_to(base):
        absolute, base = absolute.parent.resolve() / absolute.name, base.resolve()
    relative = Path(os.path.relpath(absolute, base)).as_posix()
    return os.fsencode(relative).decode("utf-8", "backslashreplace")


def read_documents(path: Path, shown: str) -> tuple[list[Document], list[Finding], bool]:
    """Read the documents of a file; the last value tells whether the file could be read at all."""
    raw, refused = read_bytes(path, shown)
    if refused:
        return [], [refused], refused.problem is not problems.UNREADABLE
    return (*parse_bytes(raw, shown), True)


def read_bytes(path: Path, shown: str) -> tuple[bytes, Finding | None]:
    """Read a file, or say why it is not read. What can be read only once, such as a pipe, is kept."""
    try:
        raw = _read_file(path) if path.is_file() else _read_stream(path)
    except OSError as error:
        message = f"cannot read the file: {error.strerror or error}"
        return b"", _file_finding(problems.UNREADABLE, shown, message)
    return (b"", _too_large(shown)) if len(raw) > MAX_BYTES else (raw, None)


def _read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return _first_bytes(file)


@cache
def _read_stream(path: Path) -> bytes:
    return _first_bytes(sys.stdin.buffer) if path == STDIN else _read_pipe(path)


def _read_pipe(path: Path) -> bytes:
    """Read a pipe to its end; one that nobody has opened for writing is empty, and not waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        writers = select.poll()
        writers.register(descriptor, select.POLLIN)
        writers.poll(_MS_FOR_A_WRITER)
        try:
            first = os.read(descriptor, 1)
        except BlockingIOError:  # somebody has, and is slow
            os.set_blocking(descriptor, True)
            return _first_bytes(file)
        os.set_blocking(descriptor, True)
        return first + _first_bytes(file) if first else b""


def _first_bytes(file: BinaryIO) -> bytes:
    """Read no more than it takes to see that a file is too large."""
    return file.read(MAX_BYTES + 1)


def parse_bytes(raw: bytes, shown: str) -> tuple[list[Document], list[Finding]]:
    """Read the documents of a text in UTF-8."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"the file is not UTF-8 text (byte {error.start + 1} is 0x{raw[error.start]:02x})"
        return [], [_file_finding(problems.NOT_TEXT, shown, message, "save it as UTF-8")]
    if "\0" in text:
        return [], [_file_finding(problems.NOT_TEXT, shown, "the file is binary: it holds a NUL byte")]
    documents, findings = parse_yaml(Source(shown, text))
    if not documents and not findings:
        advice = "write a spec or rules into it (see `sloctl init`), or see why the command before the pipe failed"
        findings = [_file_finding(problems.EMPTY_FILE, shown, "the file holds no document", advice)]
    return documents, findings


def _too_large(shown: str) -> Finding:
    message = f"the file is larger than {MAX_BYTES // 2**20} MiB; such files are not read"
    return _file_finding(problems.FILE_TOO_LARGE, shown, message, "split it into one file per service")


def _file_finding(problem: Problem, shown: str, message: str, advice: str = "") -> Finding:
    return Finding(problem=problem, at=Location.whole(shown), message=message, help=advice)
