"""Calling the command line inside the test's own process."""

from __future__ import annotations

from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from sloctl.cli.main import run


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of the command left: its exit code, stdout and stderr."""

    code: int
    out: str
    err: str


def sloctl(*arguments: str | Path, cwd: Path) -> Outcome:
    """Run `sloctl` in a folder."""
    out, err = StringIO(), StringIO()
    with chdir(cwd), redirect_stdout(out), redirect_stderr(err):
        code = run([str(argument) for argument in arguments])
    return Outcome(code, out.getvalue(), err.getvalue())
