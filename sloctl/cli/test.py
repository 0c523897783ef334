"""`sloctl test`: does every alert fire when it must, and stay quiet when it should?"""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sloctl.cli._session import (
    common_options,
    exit_code,
    given_or_configured,
    options,
    paths_argument,
    report,
    say,
    session_settings,
    summary,
)
from sloctl.core.errors import ExitCode
from sloctl.core.finding import has_errors
from sloctl.core.human import plural

if TYPE_CHECKING:
    from sloctl.pipeline.prove.outcome import Claim, Outcome
    from sloctl.pipeline.prove.run import CompiledRules, Plan

_HOLDS, _FAILS = "\N{CHECK MARK}", "\N{BALLOT X}"
_PATH = click.Path(path_type=Path)


@click.command("test", short_help="Prove with promtool that alerts fire when they must.")
@paths_argument
@click.option("--rules", "rule_paths", type=_PATH, multiple=True, metavar="FILE",
              help="Test this compiled rule file, or folder, instead of compiling anew.")  # fmt: skip
@click.option("--keep", type=_PATH, metavar="DIR", help="Write the promtool test files into this folder.")
@click.option("-j", "--jobs", type=click.IntRange(0), default=0, metavar="N", help="Processes; 0 means one per core.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to report.")
@common_options
def COMMAND(  # noqa: N802 - the name the registry of commands looks for
    paths: tuple[Path, ...], rule_paths: tuple[Path, ...], keep: Path | None, jobs: int, form: str
) -> int:
    """Prove with promtool that every alert fires when it must and stays quiet when it should.

    PATH is a file or a folder of specs; without one, the `specs` of the settings are tested. Exits with 1 when a claim
    does not hold. What cannot be tested is listed as not proven.
    """
    from sloctl.pipeline.explain.select import read_specs
    from sloctl.pipeline.prove.outcome import outcomes
    from sloctl.pipeline.prove.run import committed_rules, fresh_rules, plan_proofs, run_scripts
    from sloctl.proof.promtool import find_promtool

    cwd = Path.cwd()
    settings = session_settings(cwd)
    specs = read_specs(given_or_configured(paths, settings.specs, settings.root, cwd), settings, cwd)
    report(specs.findings, to_stderr=True)
    if has_errors(specs.findings) or not specs.readable:
        say(f"{summary(specs.findings)}; nothing was tested")
        return exit_code(specs.findings, readable=specs.readable)
    promtool = find_promtool()
    rules = committed_rules(rule_paths) if rule_paths else fresh_rules(specs.services, settings)
    plans = plan_proofs(specs.services, settings, is_closed=promtool.major < 3)
    if keep:
        kept = plan_proofs(specs.services, settings, is_closed=promtool.major < 3, is_beside_all=True)
        _keep(kept, rules, keep)
    scripts = [script for each in plans for script in each.scripts]
    failed = run_scripts(scripts, rules, promtool, jobs=jobs, done=_progress(len(scripts)))
    return _report(outcomes(plans, failed), form)


def _keep(plans: Sequence[Plan], rules: CompiledRules, folder: Path) -> None:
    from sloctl.pipeline.prove.run import kept_changes
    from sloctl.pipeline.write import apply

    changes = kept_changes(plans, rules, folder)
    apply(changes)
    for change in changes:
        say(f"{change.verb} {change.path}")
    for path in sorted({path for path in rules.paths.values() if not path.exists()}):
        say(f"{path.name} is not compiled yet; the kept files need it: run `sloctl compile`")


def _progress(total: int) -> Callable[[], None]:
    """Count finished test files on a terminal; say nothing elsewhere."""
    is_shown = sys.stderr.isatty() and not options().quiet
    finished = 0

    def done() -> None:
        nonlocal finished
        finished += 1
        if is_shown:
            line = f"{finished} of {plural(total, 'test file')}"
            click.echo(f"\r\033[K{line if finished < total else ''}", nl=False, err=True)

    return done


def _report(found: Sequence[Outcome], form: str) -> int:
    if form == "json":
        from sloctl.pipeline.prove.outcome import as_data

        click.echo(json.dumps(as_data(found), indent=2, ensure_ascii=False))
    else:
        _print(found)
    claims = [claim for each in found for claim in each.claims]
    broken = sum(not claim.holds for claim in claims)
    unproven = sum(bool(each.unproven) for each in found)
    say(f"{plural(len(claims) - broken, 'claim')} proven, {broken} failed, {unproven} not proven")
    return ExitCode.PROBLEMS if broken else ExitCode.OK


def _print(found: Sequence[Outcome]) -> None:
    for service, group in groupby(found, lambda each: each.service):
        click.echo(_fitting(service))
        for each in group:
            _print_outcome(each)


def _print_outcome(each: Outcome) -> None:
    claims = "; ".join(f"{claim.text} {_mark(claim)}" for claim in each.claims)
    line = f"{each.subject}: {claims}" if each.claims else f"{each.subject}: not proven: {each.unproven}"
    for wrapped in _wrapped(_fitting(line)):
        click.echo(_colored(wrapped), color=options().colored)
    for line in dict.fromkeys(_failures(each)):
        click.echo(_fitting(line))


def _failures(each: Outcome) -> Iterator[str]:
    """Say what was expected and what happened; a reason that all checks share is said once."""
    for claim in each.claims:
        for failure in claim.failures:
            if failure.is_general:
                yield f"    {each.subject}: {failure.happened}"
                continue
            yield f"    {each.subject}: {claim.text}: expected {failure.check.expected}; {failure.happened}"
            yield f"      in the case `{failure.case.name}`: {failure.case.reason}"


def _mark(claim: Claim) -> str:
    marks = (_HOLDS, _FAILS) if _is_utf8() else ("ok", "FAIL")
    return marks[0] if claim.holds else marks[1]


def _colored(line: str) -> str:
    good, bad = click.style(_HOLDS, fg="green"), click.style(_FAILS, fg="red", bold=True)
    return line.replace(_HOLDS, good).replace(_FAILS, bad)


def _is_utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def _fitting(line: str) -> str:
    """Write a line so that every terminal can show it."""
    plain = line if _is_utf8() else line.replace("\N{MULTIPLICATION SIGN}", "x")
    encoding = sys.stdout.encoding or "ascii"
    return plain.encode(encoding, "backslashreplace").decode(encoding)


def _wrapped(line: str) -> list[str]:
    """Break a line for a terminal; elsewhere one alert is one line, so that it can be searched."""
    if not sys.stdout.isatty():
        return [f"  {line}"]
    width = shutil.get_terminal_size().columns
    return textwrap.wrap(line, width, initial_indent="  ", subsequent_indent="      ", break_long_words=False)
