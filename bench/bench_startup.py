"""How long a user waits before anything happens: start-up beside the bare interpreter, and `validate` of a small file.

Every command runs ten times; the commands take turns, so that a busy moment of the machine hits all of them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median

from measure import machine, print_table, timed
from specs import Fleet, write_fleet

RUNS = 10
SLOCTL = Path(sys.executable).with_name("sloctl")
BARE = "python -c pass"


def main() -> None:
    """Print the table."""
    print(machine())
    with tempfile.TemporaryDirectory(prefix="sloctl-bench-") as name:
        folder = Path(name)
        specs = write_fleet(Fleet(files=1, slos=3, alerts=2), folder / "specs")
        commands: dict[str, list[str | Path]] = {
            BARE: [sys.executable, "-c", "pass"],
            "sloctl --version": [SLOCTL, "--version"],
            "sloctl --help": [SLOCTL, "--help"],
            "sloctl validate (3 SLOs, 2 alerts)": [SLOCTL, "validate", "--quiet", specs],
            "sloctl compile (3 SLOs, 2 alerts)": [SLOCTL, "compile", "--quiet", "--stdout", specs],
        }
        times = _times(commands, folder)
    bare = median(times[BARE])
    rows = [
        [name, *map(_milliseconds, (min(taken), median(taken), median(taken) - bare))] for name, taken in times.items()
    ]
    print_table("start-up", ["command", "fastest", "median", "above python -c pass"], rows)


def _milliseconds(time: float) -> str:
    return f"{1000 * time:.0f} ms"


def _times(commands: dict[str, list[str | Path]], folder: Path) -> dict[str, list[float]]:
    for command in commands.values():
        timed(command, folder)  # the first run compiles modules and reads files from disk
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            times[name].append(timed(command, folder).wall)
    return times


if __name__ == "__main__":
    main()
