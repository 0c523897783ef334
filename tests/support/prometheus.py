"""The versions of Prometheus on this machine: the one on PATH, and a Prometheus 3 beside it."""

import functools
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

FOLDER_VARIABLE = "SLOCTL_PROMETHEUS3_DIR"
BUILT = Path(__file__).parents[2] / ".cache" / "bin3"
"""Where `make tools3` puts its build."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """One version: the paths of its two programs."""

    version: str
    prometheus: str
    promtool: str


@functools.cache
def distributions() -> list[Distribution]:
    """Return PATH's Prometheus, then that of SLOCTL_PROMETHEUS3_DIR or else of .cache/bin3: those which are there."""
    folders = [None, os.environ.get(FOLDER_VARIABLE) or str(BUILT)]
    return [found for folder in folders if (found := _distribution(folder)) is not None]


def _distribution(folder: str | None) -> Distribution | None:
    prometheus = shutil.which("prometheus", path=folder)
    promtool = shutil.which("promtool", path=folder)
    if prometheus is None or promtool is None:
        return None
    return Distribution(_version(promtool), prometheus, promtool)


def _version(promtool: str) -> str:
    answer = subprocess.run([promtool, "--version"], capture_output=True, text=True, check=True)
    match = re.search(r"version (\S+)", answer.stdout + answer.stderr)
    assert match is not None, f"{promtool} --version says no version: {answer.stdout}"
    return match[1].removesuffix(",")
