"""Many specs are compiled by several processes, and nobody can tell."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sloctl.pipeline.compile import _WORTH_PROCESSES
from tests.pipeline.specs import HEAD

SPECS, SLOS = 6, 25
PROMISE = "Zahlung wird übermittelt 支払い " * 20


def compiled(folder: Path, processes: int) -> dict[str, bytes]:
    """Compile the specs of a folder and return the files."""
    output = folder / f"out-{processes}"
    command = [sys.executable, "-m", "sloctl", "compile", "specs", "-o", output, "-j", str(processes), "--quiet"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (0, "") == (run.returncode, run.stderr)
    return {path.name: path.read_bytes() for path in output.iterdir()}


def test_the_number_of_processes_changes_no_byte(tmp_path: Path) -> None:
    """One process and two write the same files, texts of other alphabets included."""
    (tmp_path / "specs").mkdir()
    sli = "{events: {bad: failed_total, total: all_total}}"
    for number in range(SPECS):
        slos = "".join(
            f"  - {{name: slo-{each}, description: {PROMISE}, objective: 99.9, sli: {sli}}}\n" for each in range(SLOS)
        )
        text = f"{HEAD.replace('shop,', f'shop-{number},')}slos:\n{slos}"
        (tmp_path / "specs" / f"{number}.yaml").write_text(text, encoding="utf-8")
    assert sum(path.stat().st_size for path in (tmp_path / "specs").iterdir()) > _WORTH_PROCESSES
    one, two = compiled(tmp_path, 1), compiled(tmp_path, 2)
    assert (SPECS, one) == (len(two), two)
