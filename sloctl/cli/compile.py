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

_MAX_SHARDS = 1000
"""Each shard draws a number for each rule group: more would take longer than the rest of the run."""


@click.command("compile", short_help="Compile specs into rule files and other targets.")
@paths_argument
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Folder for the compiled files.")
@click.option("--stdout", "to_stdout", is_flag=True, help="Print instead of writing files.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 and show a diff when files are stale.")
@click.option("--prune", is_flag=True, help="Remove files whose spec is gone.")
@click.option("--force", is_flag=True, help="Replace and remove compiled files that somebody has edited, too.")
@click.option("--target", metavar="NAME", help="For whom: `prometheus`, `mimir`, `thanos`, …")
@click.option("--names", multiple=True, metavar="TOOL", help="Record the series of `sloth` or `pyrra` too.")
@click.option("--shards", type=click.IntRange(1, _MAX_SHARDS), metavar="N", help="Deal the rules out to N folders.")
@click.option("-j", "--jobs", type=click.IntRange(0), default=0, metavar="N", help="Processes; 0 means one per core.")
@common_options
def COMMAND(  # noqa: N802, PLR0913 - the name the registry looks for; one argument per option
    paths: tuple[Path, ...], output: Path | None, target: str | None, shards: int | None, jobs: int, *,
    names: tuple[str, ...], to_stdout: bool, check: bool, prune: bool, force: bool,
) -> int:  # fmt: skip
    """Compile specs into Prometheus rule files, one per service.

    PATH is a file or a folder; without one, the `specs` of the settings are compiled. A run with errors writes
    nothing: the old rules stay as they are. Only files that sloctl wrote are ever replaced or removed, and none that
    somebody has edited, unless with --force.

    With --shards, DIR holds the folders `shard-0` to `shard-<N-1>`. When N grows, few SLOs move. Files that are left
    over are removed, as with --prune, because rules that two servers evaluate alert twice.
    """
    from sloctl.pipeline.compile import compile_paths

    if to_stdout and (check or prune or force or output or shards):
        raise UsageError("--stdout writes no files, so it goes without -o, --check, --prune, --force and --shards")
    cwd = Path.cwd()
    configured = session_settings(cwd)
    settings = _with_names(_with_target(configured, target, sharded=shards is not None), names)
    if settings.target != configured.target and not output and not to_stdout:
        advice = f"the folder of the settings holds {configured.target} files; name another one with -o"
        raise UsageError(f"where shall the {settings.target} files go?", advice)
    sources = given_or_configured(paths, settings.specs, settings.root, cwd)
    compiled = compile_paths(sources, settings, cwd, emit=True, keep_rules=to_stdout, jobs=jobs, shards=shards or 0)
    for path in compiled.files:
        detail(f"read {path}")
    report(compiled.findings, to_stderr=True)
    if has_errors(compiled.findings) or not compiled.readable:
        say(f"{summary(compiled.findings)}; nothing was written")
        return exit_code(compiled.findings, readable=compiled.readable)
    if to_stdout:
        return _print(compiled, settings)
    folder = output or Path(os.path.relpath(settings.root / settings.output, cwd))
    changes = _changes(compiled, folder, settings, prune=prune or check or shards is not None)
    return _check(compiled, changes, folder) if check else _write(compiled, changes, force=force)


def _with_target(settings: Settings, name: str | None, *, sharded: bool) -> Settings:
    from sloctl.pipeline.emit import target_named

    target = target_named(name or settings.target)
    if sharded and target.read is None:
        raise UsageError(f"the target {target.name} writes no rules, so there is nothing to deal out to shards")
    return replace(settings, target=target.name)


def _with_names(settings: Settings, names: tuple[str, ...]) -> Settings:
    from sloctl.core.registry import module_names

    known = module_names("sloctl.dialects")
    if unknown := [name for name in names if name not in known]:
        raise UsageError(f"unknown names `{unknown[0]}`", f"known names: {', '.join(known)}")
    return replace(settings, names=tuple(dict.fromkeys(names))) if names else settings


def _print(compiled: Compiled, settings: Settings) -> int:
    from sloctl.pipeline.compile import as_stream

    click.echo(as_stream(compiled, settings), nl=False)
    return ExitCode.OK


def _check(compiled: Compiled, changes: Sequence[Change], folder: Path) -> int:
    from sloctl.pipeline.edited import edit_findings

    for change in changes:
        click.echo(change.diff(change.path.as_posix()), nl=False)
    if not changes:
        say(f"{plural(len(compiled.artifacts), 'file')} in {folder} up to date")
        return ExitCode.OK
    edited = edit_findings(changes)
    report(edited, to_stderr=True)
    if edited:
        say(f"{plural(len(edited), 'file')} in {folder} edited by hand since compiled")
    if stale := len(changes) - len(edited):
        say(f"{plural(stale, 'file')} in {folder} stale; run `sloctl compile` (with --prune to remove files)")
    return ExitCode.PROBLEMS


def _write(compiled: Compiled, changes: Sequence[Change], *, force: bool) -> int:
    from sloctl.pipeline.edited import edit_findings
    from sloctl.pipeline.write import apply

    if not force and (edited := edit_findings(changes)):
        report(edited, to_stderr=True)
        say(f"{plural(len(edited), 'file')} edited by hand since compiled; nothing was written")
        return ExitCode.PROBLEMS
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
