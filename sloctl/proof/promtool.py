"""Running promtool, the only program that this package needs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sloctl.core.errors import WorldError

_VERSION = re.compile(r"version (\d+)\.(\d+)")
_HELP = "it comes with Prometheus: Debian's package `prometheus`, or https://prometheus.io/download"


@dataclass(frozen=True, slots=True)
class Promtool:
    """A promtool: its path and its major version."""

    path: str
    major: int

    def test(self, file: Path) -> tuple[bool, str]:
        """Run a file of unit tests; return whether they all passed, and what promtool printed."""
        environment = {"GOGC": "400", **os.environ}  # a seventh less time, for memory that is free again at once
        run = subprocess.run([self.path, "test", "rules", file.name], cwd=file.parent, env=environment,  # noqa: S603 - our own file
                             capture_output=True, text=True, check=False, errors="replace")  # fmt: skip
        return run.returncode == 0, f"{run.stdout}\n{run.stderr}"


def find_promtool() -> Promtool:
    """Find promtool on PATH; raise WorldError, with how to get it, when it is missing or does not work."""
    path = shutil.which("promtool")
    if path is None:
        raise WorldError("promtool is not on PATH", _HELP)
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)  # noqa: S603 - found on PATH
    except (OSError, subprocess.CalledProcessError) as error:
        raise WorldError(f"{path} --version does not work: {error}", _HELP) from error
    match = _VERSION.search(answer.stdout + answer.stderr)
    return Promtool(path, int(match[1]) if match else 2)
