"""`sloctl compile`: specs to rule files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sloctl.cli._session import (
    common_options,
    detail,
    exit_code,
    given_or_configured,
    paths_argument,
    report,
    say,
    session_settings,
    summary,
)
from sloctl.core.errors import ExitCode, UsageError
from sloctl.core.finding import has_errors
from sloctl.core.human import plural

if TYPE_CHECKING:
    from sloctl.pipeline.compile import Compiled
    from sloctl.pipeline.settings import Settings
    from sloctl.pipeline.write import Change


@click.command("compile")
@paths_argument
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Folder for the compiled files.")
@click.option("--stdout", "to_stdout", is_flag=True, help="Print one file instead of writing files.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 and show a diff when files are stale.")
@click.option("--prune", is_flag=True, help="Remove files whose spec is gone.")
@click.option("--target", metavar="NAME", help="What is written: `prometheus` rule files, `alertmanager` routes, …")
@click.option("-j", "--jobs", type=click.IntRange(0), default=0, metavar="N", help="Processes; 0 means one per core.")
@common_options
def COMMAND(  # noqa: N802, PLR0913 - the name the registry looks for; one argument per option
    paths: tuple[Path, ...], output: Path | None, target: str | None, jobs: int, *,
    to_stdout: bool, check: bool, prune: bool,
) -> int:  # fmt: skip
    """Compile specs into Prometheus rule files, one per service.

    PATH is a file or a folder; without one, the `specs` of the settings are compiled. A run with errors writes
    nothing: the old rules stay as they are. Only files that sloctl wrote are ever replaced or removed.
    """
    from sloctl.pipeline.compile import compile_paths

    if to_stdout and (check or prune or output):
        raise UsageError("--stdout writes no files, so it goes without -o, --check and --prune")
    cwd = Path.cwd()
    configured = session_settings(cwd)
    settings = _with_target(configured, target)
    if settings.target != configured.target and not output and not to_stdout:
        advice = f"the folder of the settings holds {configured.target} files; name another one with -o"
        raise UsageError(f"where shall the {settings.target} files go?", advice)
    sources = given_or_configured(paths, settings.specs, settings.root, cwd)
    compiled = compile_paths(sources, settings, cwd, emit=True, keep_rules=to_stdout, jobs=jobs)
    for path in compiled.files:
        detail(f"read {path}")
    report(compiled.findings, to_stderr=True)
    if has_errors(compiled.findings) or not compiled.readable:
        say(f"{summary(compiled.findings)}; nothing was written")
        return exit_code(compiled.findings, readable=compiled.readable)
    if to_stdout:
        return _print(compiled, settings)
    folder = output or Path(os.path.relpath(settings.root / settings.output, cwd))
    return _check(compiled, folder, settings) if check else _write(compiled, folder, settings, prune=prune)


def _with_target(settings: Settings, target: str | None) -> Settings:
    from sloctl.core.registry import plugins

    known = plugins("sloctl.targets", "TARGET")
    if (target or settings.target) not in known:
        raise UsageError(f"unknown target `{target or settings.target}`", f"known targets: {', '.join(known)}")
    return replace(settings, target=target or settings.target)


def _print(compiled: Compiled, settings: Settings) -> int:
    from sloctl.pipeline.compile import joined_artifact

    click.echo(joined_artifact(compiled, settings).content, nl=False)
    return ExitCode.OK


def _check(compiled: Compiled, folder: Path, settings: Settings) -> int:
    changes = _changes(compiled, folder, settings, prune=True)
    for change in changes:
        click.echo(change.diff(change.path.as_posix()), nl=False)
    if not changes:
        say(f"{plural(len(compiled.artifacts), 'file')} in {folder} up to date")
        return ExitCode.OK
    say(f"{plural(len(changes), 'file')} in {folder} stale; run `sloctl compile` (with --prune to remove files)")
    return ExitCode.PROBLEMS


def _write(compiled: Compiled, folder: Path, settings: Settings, *, prune: bool) -> int:
    from sloctl.pipeline.write import apply

    changes = _changes(compiled, folder, settings, prune=prune)
    apply(changes)
    for change in changes:
        say(f"{change.verb} {change.path}")
    unchanged = len(compiled.artifacts) - sum(change.new is not None for change in changes)
    say(f"{plural(compiled.slos, 'SLO')} and {plural(compiled.alerts, 'alert')} of "
        f"{plural(len(compiled.names), 'service')} compiled; {plural(unchanged, 'file')} unchanged")  # fmt: skip
    return ExitCode.OK


def _changes(compiled: Compiled, folder: Path, settings: Settings, *, prune: bool) -> Sequence[Change]:
    from sloctl.pipeline.write import plan_changes, plan_removals

    changes = plan_changes(compiled.artifacts, folder)
    return [*changes, *plan_removals(compiled.artifacts, folder, settings.root, compiled.files)] if prune else changes
