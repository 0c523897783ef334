"""Time and memory of commands, and tables to print them in. Reads /proc, so it runs on Linux only."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median

_SAMPLE_EVERY = 0.02
_LIBRARIES = ("click", "jinja2", "jsonschema", "promql-parser", "pyyaml")


def machine() -> str:
    """Describe what the numbers depend on: versions, cores, memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return f"Python {platform.python_version()}, {libraries}; {os.cpu_count()} cores, {memory:.0f} GiB of memory"


def seconds(command: Sequence[str | Path], cwd: Path) -> float:
    """Run a command and return how long it took; raise CalledProcessError when it fails."""
    start = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def run_times(command: Sequence[str | Path], cwd: Path, runs: int, prepare: Callable[[], None]) -> list[float]:
    """Return the seconds that each of several runs took; each is prepared anew outside the measurement."""
    times = []
    for _ in range(runs):
        prepare()
        times.append(seconds(command, cwd))
    return times


def spread(times: Sequence[float]) -> str:
    """Write seconds as their median with the fastest and the slowest, which tell how noisy the machine was."""
    return f"{median(times):.1f} s ({min(times):.1f} to {max(times):.1f})"


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
