"""`sloctl push`: compiled rules to a ruler of Mimir or Cortex, or to the folder of a Prometheus."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sloctl.cli._server import access_options, given_access
from sloctl.cli._session import (
    common_options,
    detail,
    exit_code,
    given_or_configured,
    options,
    report,
    say,
    session_settings,
    summary,
)
from sloctl.cli._span import progress
from sloctl.core.errors import ExitCode, UsageError, WorldError
from sloctl.core.finding import has_errors
from sloctl.core.human import and_list, plural

if TYPE_CHECKING:
    from sloctl.pipeline.compile import Compiled
    from sloctl.pipeline.push.run import Result
    from sloctl.pipeline.push.steps import Difference
    from sloctl.pipeline.settings import Settings
    from sloctl.pipeline.write import Change
    from sloctl.promapi.lifecycle import Lifecycle
    from sloctl.promapi.ruler import Ruler
    from sloctl.promapi.transport import Transport

_PATH = click.Path(path_type=Path)
_TENANT = "X-Scope-OrgID"


@click.command("push", short_help="Bring compiled rules to a server, difference first.")
@click.argument("url")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=_PATH)
@click.option("--dry-run", is_flag=True, help="Show the difference and change nothing.")
@click.option("--check", is_flag=True, help="As --dry-run; exit with 1 when there is a difference.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--prune", is_flag=True, help="Also remove the rules of services that are not there any more.")
@click.option("--tenant", metavar="ID", help="Whose rules they are: the header X-Scope-OrgID.")
@click.option("--api", type=click.Choice(["mimir", "cortex", "cortex-legacy"]), default="mimir",
              help="Whose paths the ruler has; the default is mimir.")  # fmt: skip
@click.option("--reload", "to_files", is_flag=True,
              help="For a Prometheus: write rule files where it reads them, and let it read them.")  # fmt: skip
@click.option("-o", "--output", type=_PATH, metavar="DIR",
              help="With --reload: the folder; the default is `output` of the settings.")  # fmt: skip
@access_options
@common_options
def COMMAND(  # noqa: N802 - the name the registry looks for
    url: str, paths: tuple[Path, ...], output: Path | None, *, to_files: bool, **given: Any
) -> int:
    """Bring compiled rules to a server: show what would change, ask, write, and verify.

    URL is what stands before /api/v1; that of Mimir ends in its prefix: http://mimir:8080/prometheus. PATH is a file or
    a folder of specs; without one, the `specs` of the settings. Only rules that sloctl wrote are replaced or removed.
    """
    writes = not (given["dry_run"] or given["check"])
    if writes and not given["yes"] and not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask on", "add --yes, or --dry-run to see the difference only")
    if output and not to_files:
        raise UsageError("-o goes with --reload", "without it the rules go to a ruler, over the network")
    cwd = Path.cwd()
    configured = session_settings(cwd)
    if to_files and not output and configured.target != "prometheus":
        advice = (
            f"the folder of the settings holds {configured.target} files; name the one that Prometheus reads with -o"
        )
        raise UsageError("where shall the rule files go?", advice)
    settings = replace(configured, target="prometheus" if to_files else "mimir")
    compiled = _compiled(paths, settings, cwd)
    if has_errors(compiled.findings) or not compiled.readable:
        say(f"{summary(compiled.findings)}; nothing was pushed")
        return exit_code(compiled.findings, readable=compiled.readable)
    with _connected(url, settings, given) as transport:
        asked = _Asked(compiled, settings, transport, given)
        if not to_files:
            return _to_ruler(asked)
        return _to_prometheus(asked, output or Path(os.path.relpath(settings.root / settings.output, cwd)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a run is to do; `given` are the options."""

    compiled: Compiled
    settings: Settings
    transport: Transport
    given: Mapping[str, Any]

    def may_write(self, question: str) -> bool:
        """Ask whoever is there, unless `--yes` has answered."""
        return bool(self.given["yes"]) or click.confirm(question, err=True)

    @property
    def is_dry(self) -> bool:
        """Whether nothing is to be changed."""
        return bool(self.given["dry_run"] or self.given["check"])

    def dry_code(self) -> int:
        """Return the exit code of a run that has found a difference and leaves it."""
        return ExitCode.PROBLEMS if self.given["check"] else ExitCode.OK


def _compiled(paths: Sequence[Path], settings: Settings, cwd: Path) -> Compiled:
    from sloctl.pipeline.compile import compile_paths

    sources = given_or_configured(paths, settings.specs, settings.root, cwd)
    compiled = compile_paths(sources, settings, cwd, emit=True, keep_rules=True)
    for path in compiled.files:
        detail(f"read {path}")
    report(compiled.findings, to_stderr=True)
    return compiled


@contextmanager
def _connected(url: str, settings: Settings, given: Mapping[str, Any]) -> Iterator[Transport]:
    from sloctl.pipeline.server_settings import server_access
    from sloctl.promapi.transport import Transport

    access = server_access(settings, given_access(given) | {"url": url})
    if given["tenant"]:
        if any(name.lower() == _TENANT.lower() for name in given_access(given).get("headers", ())):
            raise UsageError(f"--tenant and the header {_TENANT} say the same", "give one of them")
        kept = {name: text for name, text in access.headers.items() if name.lower() != _TENANT.lower()}
        access = replace(access, headers=kept | {_TENANT: given["tenant"]})
    transport = Transport(access)
    try:
        yield transport
    finally:
        transport.close()


def _to_ruler(asked: _Asked) -> int:
    from sloctl.pipeline.emit import target_options
    from sloctl.pipeline.push.compiled import namespaces
    from sloctl.pipeline.push.run import carry_out
    from sloctl.pipeline.push.steps import compare, refuse_foreign_names, room_needed
    from sloctl.promapi.ruler import Ruler
    from sloctl.targets._mimir import most_groups

    target = target_options(asked.settings, "mimir")
    prefix, compiled = target.text("namespace_prefix"), namespaces(asked.compiled.rule_files, target)
    refuse_foreign_names(compiled, prefix)
    ruler = Ruler(asked.transport, asked.given["api"])
    stored = ruler.stored()
    difference = compare(compiled, stored, prefix=prefix, prune=asked.given["prune"])
    _show(difference)
    if (needed := room_needed(difference.steps, stored)) > (most := most_groups(target)) > 0:
        say(f"this needs room for {needed:,} groups on its way, and `targets.mimir.max_groups_per_tenant` is {most:,}: "
            "the ruler may refuse some")  # fmt: skip
    if not difference.steps:
        say(f"nothing to do: {plural(difference.unchanged, 'group')} at {ruler.shown} up to date")
        return ExitCode.OK
    if asked.is_dry:
        return asked.dry_code()
    if not asked.may_write(f"{plural(len(difference.steps), 'group')} at {ruler.shown}: go on?"):
        say("nothing was changed")
        return ExitCode.PROBLEMS
    with progress("writing", len(difference.steps)) as done:
        results = carry_out(ruler, difference.steps, done)
    return _reported(results, ruler)


def _show(difference: Difference) -> None:
    from sloctl.pipeline.push.show import step_lines

    for step in difference.steps:
        _print_signed(step_lines(step))
    for namespace, group in difference.foreign:
        say(f"left alone: {namespace}: {group}, which sloctl did not write")
    if difference.orphans:
        shown = f"{and_list(difference.orphans[:5])}{', …' if difference.orphans[5:] else ''}"
        count = plural(len(difference.orphans), "namespace")
        say(f"left alone: {count} of services that were not compiled (--prune removes them): {shown}")


_COLORS = {"+": "green", "-": "red", "~": "yellow"}


def _print_signed(lines: Iterator[str]) -> None:
    for line in lines:
        color = _COLORS.get(line.lstrip()[:1]) if options().colored else None
        click.echo(click.style(line, fg=color) if color else line, color=options().colored)


def _reported(results: Sequence[Result], ruler: Ruler) -> int:
    from sloctl.pipeline.push.run import LIVE, NOT_LIVE, UNKNOWN

    states = {state: [result for result in results if result.state == state] for state in (LIVE, NOT_LIVE, UNKNOWN)}
    if len(states[LIVE]) == len(results):
        say(f"{plural(len(results), 'group')} at {ruler.shown} changed")
        return ExitCode.OK
    is_partial = len(states[NOT_LIVE]) < len(results)
    for state, found in states.items() if is_partial else ():
        for result in found:
            click.echo(f"{state}: {result.step.action.value} {result.step.namespace}: {result.step.name}", err=True)
    errors = [result.error for result in results if result.error]
    counts = and_list([f"{len(found)} {state}" for state, found in states.items() if found])
    ended = f"the push has ended half-way ({counts})" if is_partial else "nothing has changed"
    reason = str(errors[0]) if errors else "the server has other rules than those it took; does somebody else write?"
    is_refused = bool(errors) and errors[0].status == 400  # which it would be again
    advice = (errors[0].help if errors else "") or ("" if is_refused else "push again: what is live is not sent twice")
    raise WorldError(f"{ended}: {reason}", advice)


def _to_prometheus(asked: _Asked, folder: Path) -> int:
    from sloctl.pipeline.edited import edit_findings
    from sloctl.pipeline.push.compiled import plain_groups
    from sloctl.pipeline.push.reload import not_loaded
    from sloctl.pipeline.write import plan_changes, plan_removals
    from sloctl.promapi.lifecycle import Lifecycle

    compiled, server = asked.compiled, Lifecycle(asked.transport)
    server.check_enabled()
    changes = plan_changes(compiled.artifacts, folder)
    if asked.given["prune"]:
        changes += plan_removals(compiled.artifacts, folder, asked.settings.root, compiled.files)
    groups = plain_groups(compiled.rule_files)
    stale = not_loaded(groups, server.groups())
    for change in changes:
        click.echo(change.diff(change.path.as_posix()), nl=False)
    if not changes and not stale:
        say(f"nothing to do: {plural(len(groups), 'group')} in {folder} and at {server.shown} up to date")
        return ExitCode.OK
    files, to_load = plural(len(changes), "file"), plural(len(stale), "group")
    say(f"{files} in {folder} to change, {to_load} to load at {server.shown}")
    if edited := edit_findings(changes):
        report(edited, to_stderr=True)
        say(f"{plural(len(edited), 'file')} edited by hand since compiled; nothing was changed")
        return ExitCode.PROBLEMS
    if asked.is_dry:
        return asked.dry_code()
    if not asked.may_write("go on?"):
        say("nothing was changed")
        return ExitCode.PROBLEMS
    return _reload(asked, changes, server)


def _reload(asked: _Asked, changes: Sequence[Change], server: Lifecycle) -> int:
    from sloctl.pipeline.push.compiled import plain_groups
    from sloctl.pipeline.push.reload import complaints, not_loaded, put_in_place
    from sloctl.proof.promtool import find_promtool

    artifacts = asked.compiled.artifacts
    if found := complaints(artifacts, find_promtool().path):
        click.echo(found, err=True)
        say("promtool refuses the compiled rules; nothing was changed")
        return ExitCode.PROBLEMS
    put_in_place(changes, server)
    groups = plain_groups(asked.compiled.rule_files)
    if missing := not_loaded(groups, server.groups()):
        message = f"{server.shown} has not loaded {plural(len(missing), 'group')}, such as `{missing[0]}`"
        raise WorldError(message, "the files are in their place: does `rule_files` of its configuration name them?")
    say(f"{plural(len(groups), 'group')} at {server.shown} loaded")
    return ExitCode.OK
