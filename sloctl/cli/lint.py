"""`sloctl lint`: is every alert worth a call?"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sloctl import __version__
from sloctl.cli._lint_output import default_format, parse_outputs, print_report, reporter, write_reports
from sloctl.cli._server import asked_server, server_options
from sloctl.cli._session import (
    common_options,
    detail,
    given_or_configured,
    options,
    paths_argument,
    say,
    session_settings,
    summary,
)
from sloctl.core.errors import ExitCode, UsageError
from sloctl.core.human import plural
from sloctl.core.registry import module_names
from sloctl.reporters._reporter import Run

if TYPE_CHECKING:
    from sloctl.core.finding import Finding
    from sloctl.pipeline.lint.config import LintConfig
    from sloctl.pipeline.lint.judge import LintResult
    from sloctl.promapi.access import Access

_FORMATS = module_names("sloctl.reporters")
_CODES = "codes, their first letters or names, with commas"


@click.command("lint", short_help="Check specs and rule files for noise and mistakes.")
@paths_argument
@click.option(
    "--format",
    "format_",
    metavar="NAME",
    help=f"How to print: {', '.join(_FORMATS)}. On GitHub the default is github, elsewhere text.",
)
@click.option("--output", multiple=True, metavar="FORMAT=FILE", help="Write a report to a file too; may be repeated.")
@click.option("--profile", type=click.Choice(["recommended", "strict", "all", "migration"]), help="Which checks run.")
@click.option("--select", metavar="CODES", help=f"Run only these checks: {_CODES}.")
@click.option("--ignore", metavar="CODES", help="Run all but these checks.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note", "never"]),
    help="The mildest severity that makes the run fail; the default is error.",
)
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Report only what is not in it.")
@click.option("--write-baseline", type=click.Path(path_type=Path), metavar="FILE", help="Write all findings to it.")
@click.option("--changed-since", metavar="REF", help="Report only what is new or worse since a git revision.")
@click.option("--fix", is_flag=True, help="Mend what can be mended without changing what a rule means.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also mend what changes behaviour.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--stdin-filename", default="stdin.yaml", metavar="NAME", help="What to call the file read from `-`.")
@click.option("-j", "--jobs", type=click.IntRange(0), default=0, metavar="N", help="Processes; 0 means one per core.")
@server_options
@common_options
def COMMAND(paths: tuple[Path, ...], **given: Any) -> int:  # noqa: N802 - the name the registry looks for
    """Check specs and Prometheus rule files for noise, for missing actions and for mistakes.

    PATH is a file or a folder, or `-` for stdin; without one, the `specs` of the settings are checked. Rules are found
    by content: rule files, PrometheusRule objects, Lists, ConfigMaps, JSON. `sloctl explain CODE` tells what a finding
    means. Nothing is asked over the network without `--prometheus` or `--online`.
    """
    from sloctl.pipeline.lint.settings import lint_config

    started = time.monotonic()
    cwd = Path.cwd()
    settings = session_settings(cwd)
    config = _configured(lint_config(settings, datetime.now(tz=UTC).date()), given)
    outputs = parse_outputs(given["output"])
    chosen = reporter(given["format_"] or default_format(os.environ))
    if access := asked_server(settings, given):
        config = _online(config, access)
    result, files = _lint(paths, config, cwd, given)
    if given["fix"] or given["diff"]:
        result = _mend(result, files, given)
    if given["write_baseline"]:
        _write_baseline(given["write_baseline"], result)
        return _exit_code([], result, config)
    findings = _new_ones(result, given["baseline"])
    run = _run(result, time.monotonic() - started, [name for name, _ in [*outputs, (chosen, None)]])
    print_report(chosen, findings, run)
    write_reports(outputs, findings, run)
    say(_summary(findings, run))
    return _exit_code(findings, result, config)


def _configured(config: LintConfig, given: dict[str, Any]) -> LintConfig:
    """Let the command line overrule the settings."""
    from sloctl.pipeline.lint.config import check_codes
    from sloctl.pipeline.lint.settings import known_problems, severity_of

    changes: dict[str, Any] = {key: _codes(given[key]) for key in ("select", "ignore") if given[key]}
    check_codes([code for codes in changes.values() for code in codes], known_problems())
    if given["profile"]:
        changes["profile"] = given["profile"]
    if given["fail_on"]:
        changes["fail_on"] = severity_of(given["fail_on"])
    return replace(config, **changes)


def _online(config: LintConfig, access: Access) -> LintConfig:
    """Let the run ask a server."""
    from sloctl.pipeline.lint.online import with_server
    from sloctl.pipeline.lint.server import AskedServer
    from sloctl.pipeline.server_settings import server_place
    from sloctl.promapi.client import Client
    from sloctl.promapi.transport import Transport

    detail(f"server: {access.shown}")
    client = Client(Transport(access))
    click.get_current_context().call_on_close(client.close)
    return with_server(config, AskedServer(client, now=time.time(), at=server_place(config.settings, access)))


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(",") if code.strip())


def _lint(
    paths: tuple[Path, ...], config: LintConfig, cwd: Path, given: dict[str, Any]
) -> tuple[LintResult, dict[str, Path]]:
    from sloctl.pipeline.lint.changed import lint_changes
    from sloctl.pipeline.lint.judge import lint, lint_text
    from sloctl.pipeline.load import find_files, shown_path

    if Path("-") in paths:
        _refuse_beside_stdin(paths, given)
        config = replace(config, named=frozenset({given["stdin_filename"]}))
        return lint_text(sys.stdin.buffer.read(), given["stdin_filename"], config), {}
    config = replace(config, named=frozenset(shown_path(path, cwd) for path in paths if not path.is_dir()))
    files = {shown_path(path, cwd): path for path in find_files(given_or_configured(
        paths, config.settings.specs, config.settings.root, cwd))}  # fmt: skip
    config = replace(config, files=tuple((path, shown) for shown, path in files.items()))
    if given["changed_since"]:
        return lint_changes(given["changed_since"], files, config, cwd, jobs=given["jobs"]), files
    return lint([(path, shown) for shown, path in files.items()], config, given["jobs"]), files


def _refuse_beside_stdin(paths: tuple[Path, ...], given: dict[str, Any]) -> None:
    """Standard input is one text without a past, and nothing can be written back into it."""
    if len(paths) > 1:
        raise UsageError("`-` stands alone", "lint standard input and files in two runs")
    for name in ("changed_since", "fix", "diff"):
        if given[name]:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(f"`{option}` does not go with `-`", "name the file instead")


def _mend(result: LintResult, files: dict[str, Path], given: dict[str, Any]) -> LintResult:
    from sloctl.pipeline.lint.fix import apply_fixes
    from sloctl.pipeline.load import shown_path
    from sloctl.pipeline.write import apply

    fixed = apply_fixes(result.findings, files, unsafe=given["unsafe_fixes"])
    for change in fixed.changes:
        if given["diff"]:
            click.echo(change.diff(shown_path(change.path, Path.cwd())), nl=False)
    if given["diff"]:
        return result
    apply(fixed.changes)
    say(f"{plural(len(fixed.mended), 'finding')} mended in {plural(len(fixed.changes), 'file')}")
    return replace(result, findings=tuple(each for each in result.findings if each not in fixed.mended))


def _write_baseline(path: Path, result: LintResult) -> None:
    from sloctl.pipeline.lint.baseline import write_baseline

    say(f"{plural(write_baseline(path, result.findings), 'finding')} written to {path}")


def _new_ones(result: LintResult, baseline: Path | None) -> list[Finding]:
    from sloctl.pipeline.lint.baseline import read_baseline, without_known

    known = read_baseline(baseline) if baseline else None
    return without_known(result.findings, known, baseline) if known and baseline else list(result.findings)


def _run(result: LintResult, seconds: float, used: list[Any]) -> Run:
    manual: dict[str, str] = {}
    if any(each.name == "sarif" for each in used):
        from sloctl.pipeline.lint.manual import manual_pages

        manual = manual_pages()
    return Run(color=options().colored, version=__version__, files=result.files, rules=result.rules,
               suppressed=result.suppressed, seconds=seconds, manual=manual)  # fmt: skip


def _summary(findings: list[Finding], run: Run) -> str:
    fixable = sum(finding.fix is not None for finding in findings)
    parts = [f"{plural(run.files, 'file')}, {plural(run.rules, 'rule')}: {summary(findings)}"]
    parts += [f"{fixable} fixable with --fix"] if fixable else []
    parts += [f"{run.suppressed} suppressed"] if run.suppressed else []
    return f"{', '.join(parts)} ({run.seconds:.1f}s)"


def _exit_code(findings: list[Finding], result: LintResult, config: LintConfig) -> int:
    if result.crashed or not result.readable or not result.answered:
        return ExitCode.WORLD
    worst = min((finding.severity.rank for finding in findings), default=99)
    return ExitCode.PROBLEMS if config.fail_on and worst <= config.fail_on.rank else ExitCode.OK
