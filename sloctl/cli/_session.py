"""What all commands share: their common options, and where they print."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from sloctl.core.errors import ExitCode, UsageError
from sloctl.core.finding import Finding, Severity, has_errors
from sloctl.core.human import plural

if TYPE_CHECKING:
    from sloctl.pipeline.settings import Settings

_Command = TypeVar("_Command", bound=Callable[..., Any])
_KEY = "sloctl.options"


@dataclass(slots=True)
class Options:
    """The common options, as given before or after the name of the command."""

    config: Path | None = None
    quiet: bool = False
    verbose: bool = False
    color: str = "auto"

    @property
    def colored(self) -> bool:
        """Whether stdout is to be coloured."""
        return self.colored_on(sys.stdout)

    def colored_on(self, stream: TextIO) -> bool:
        """Tell whether a stream is to be coloured: by `--color`, else by NO_COLOR and whether it is a terminal."""
        if self.color != "auto":
            return self.color == "always"
        return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def options() -> Options:
    """Return the common options of this run."""
    found: Options = click.get_current_context().find_root().meta.setdefault(_KEY, Options())
    return found


def _keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    given = context.find_root().meta.setdefault(_KEY, Options())
    if value not in (None, False) and parameter.name:
        setattr(given, parameter.name, value)


def common_options(command: _Command) -> _Command:
    """Add `--config`, `--quiet`, `--verbose` and `--color`."""
    path = click.Path(path_type=Path)
    for decorator in (
        click.option("--color", type=click.Choice(["auto", "always", "never"]), help="Colour the output.", **_KEPT),
        click.option("-v", "--verbose", is_flag=True, help="Say more about what is done.", **_KEPT),
        click.option("-q", "--quiet", is_flag=True, help="Print results only.", **_KEPT),
        click.option("--config", type=path, metavar="FILE", help="Settings file instead of sloctl.yaml.", **_KEPT),
    ):
        command = decorator(command)
    return command


_KEPT: dict[str, Any] = {"callback": _keep, "expose_value": False, "is_eager": True}


def paths_argument(command: _Command) -> _Command:
    """Add the argument `PATH…`."""
    return click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))(command)


def given_or_configured(paths: Sequence[Path], configured: Sequence[str], root: Path, cwd: Path) -> list[Path]:
    """Return the paths of the command line, else those of the settings; raise UsageError when there are none."""
    if paths:
        return list(paths)
    if configured:
        return [Path(os.path.relpath(root / path, cwd)) for path in configured]
    raise UsageError("no path was given", "name files or folders, or set `specs` in sloctl.yaml")


def session_settings(cwd: Path) -> Settings:
    """Read the settings of this run; problems in the file are printed and raise UsageError."""
    from sloctl.pipeline.settings import find_upwards, load_settings

    path = options().config or find_upwards(cwd)
    detail(f"settings: {path}" if path else "settings: none found, so the defaults hold")
    settings, findings = load_settings(cwd, path)
    if has_errors(findings):
        report(findings, to_stderr=True)
        raise UsageError(f"the settings have {plural(len(findings), 'problem')}", "see `sloctl schema settings`")
    return settings


def say(message: str) -> None:
    """Print progress or a summary to stderr, unless `--quiet`."""
    if not options().quiet:
        click.echo(message, err=True)


def detail(message: str) -> None:
    """Print what is done to stderr, with `--verbose` only."""
    if options().verbose:
        click.echo(message, err=True)


def report(findings: Sequence[Finding], *, to_stderr: bool = False) -> None:
    """Print findings for people."""
    from sloctl.reporters._reporter import Run
    from sloctl.reporters.text import REPORTER

    color = options().colored_on(sys.stderr if to_stderr else sys.stdout)
    if findings:
        click.echo(REPORTER.render(findings, Run(color=color)), err=to_stderr, color=color)


def summary(findings: Sequence[Finding]) -> str:
    """Count findings in words: `2 errors, 1 warning`."""
    counts = [(severity, sum(finding.severity is severity for finding in findings)) for severity in Severity]
    return ", ".join(plural(count, severity.value) for severity, count in counts if count) or "no problems"


def exit_code(findings: Sequence[Finding], *, readable: bool) -> int:
    """Pick the exit code of a command that has read specs."""
    if not readable:
        return ExitCode.WORLD
    return ExitCode.PROBLEMS if has_errors(list(findings)) else ExitCode.OK
