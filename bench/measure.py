"""Time and memory of commands, and tables to print them in. Reads /proc, so it runs on Linux only."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

_SAMPLE_EVERY = 0.02
_LIBRARIES = ("click", "jinja2", "jsonschema", "promql-parser", "pyyaml")


def machine() -> str:
    """Describe what the numbers depend on: versions, cores, memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return f"Python {platform.python_version()}, {libraries}; {os.cpu_count()} cores, {memory:.0f} GiB of memory"


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds by the clock, and seconds of processor time of the command and its children."""

    wall: float
    cpu: float


_BYTECODE = TemporaryDirectory(prefix="sloctl-bench-bytecode-")


def _environment() -> dict[str, str]:
    """Let Python keep compiled modules, as it does for users, even where PYTHONDONTWRITEBYTECODE forbids it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": _BYTECODE.name}


def timed(command: Sequence[str | Path], cwd: Path) -> Run:
    """Run a command and return what it took; raise CalledProcessError when it fails."""
    start, before = time.perf_counter(), _cpu_of_children()
    subprocess.run(command, cwd=cwd, env=_environment(), check=True, stdout=subprocess.DEVNULL)
    return Run(time.perf_counter() - start, _cpu_of_children() - before)


def _cpu_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def timed_often(command: Sequence[str | Path], cwd: Path, runs: int, prepare: Callable[[], None]) -> list[Run]:
    """Run a command several times, each time prepared anew outside the measurement."""
    done = []
    for _ in range(runs):
        prepare()
        done.append(timed(command, cwd))
    return done


def spread(runs: Sequence[Run]) -> list[str]:
    """Write three cells: the fastest and the median run by the clock, and the median processor time.

    Other work on the machine makes runs slow, never fast, and hardly changes processor time.
    """
    walls = [run.wall for run in runs]
    return [f"{taken:.1f} s" for taken in (min(walls), median(walls), median(run.cpu for run in runs))]


def peak_megabytes(command: Sequence[str | Path], cwd: Path) -> float:
    """Run a command and return the most memory that it and its children held at one time, in MB (10^6 bytes).

    Sampled every 20 ms as the sum of their proportional set sizes, so that a page shared by two processes counts once.
    """
    peak = 0
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_proportional_bytes, _family(process.pid))))
            time.sleep(_SAMPLE_EVERY)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return peak / 1e6


def _family(pid: int) -> list[int]:
    """List a process and all its descendants."""
    family = [pid]
    for member in family:
        for children in Path(f"/proc/{member}/task").glob("*/children"):
            family += map(int, _read(children).split())
    return family


def _proportional_bytes(pid: int) -> int:
    lines = _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""  # the process has ended in the meantime


def print_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table: the first column to the left, the others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    print(f"\n{title}\n")
    for row in (head, rule, *rows):
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        print(f"| {' | '.join(cells)} |")
