"""`sloctl backtest`: how often alerts would have fired, and how many of these firings were worth it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sloctl.cli._server import asked_server, server_options
from sloctl.cli._session import (
    common_options,
    detail,
    given_or_configured,
    options,
    report,
    say,
    session_settings,
    summary,
)
from sloctl.cli._span import progress, time_value, zone_value
from sloctl.core.errors import ExitCode, UsageError
from sloctl.core.finding import has_errors

if TYPE_CHECKING:
    from sloctl.core.finding import Finding
    from sloctl.evidence.limits import Limits
    from sloctl.pipeline.backtest.cases import Cases
    from sloctl.pipeline.backtest.results import Backtest
    from sloctl.pipeline.backtest.run import Memo, Wanted
    from sloctl.pipeline.diff.points import Point
    from sloctl.pipeline.settings import Settings
    from sloctl.promapi.client import Client

_PATH = click.Path(path_type=Path)
_DAY = 86_400_000


@click.command("backtest", short_help="Replay alerts over a server's history.")
@click.argument("what", nargs=-1, metavar="[PATH|NAME]...")
@click.option("--rules", multiple=True, type=_PATH, metavar="FILE", help="Replay the alerts of a Prometheus rule file, "
              "or of a folder of them; may be repeated. Specs are then read only if they are named.")  # fmt: skip
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, metavar="N", help="How far back.")
@click.option("--until", callback=time_value, metavar="TIME", help="End; the default is now, by the server's clock.")
@click.option("--time-zone", "zone", callback=zone_value, default="UTC", show_default=True, metavar="ZONE",
              help="Whose hours and nights, such as Europe/Berlin.")  # fmt: skip
@click.option("--data", type=_PATH, metavar="FILE", help="Replay over OpenMetrics text instead of a server's history; "
              "needs `prometheus` and `promtool`.")  # fmt: skip
@click.option("--compare", metavar="BASE", help="Replay the same specs and rule files of a git revision or folder too, "
              "and compare.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True,
              help="How to print.")  # fmt: skip
@server_options
@common_options
def COMMAND(what: tuple[str, ...], **given: Any) -> int:  # noqa: N802 - the name the registry looks for
    """Replay alerts over the history of a server: how often would each have fired, and was it worth it?

    PATH is a file or a folder of specs; without one, the `specs` of the settings. NAME picks SLOs and alerts, as in
    `sloctl explain`. Of an SLO only the events of its base window are fetched; all else is computed here, as the
    compiled rules would. Limits in the settings (`backtest:`) make the exit code 1.
    """
    from sloctl.evidence.limits import read_limits

    cwd = Path.cwd()
    settings = session_settings(cwd)
    limits = read_limits(settings.document)
    asked, findings = _asked(what, settings, cwd, given)
    report([finding for finding in findings if has_errors([finding])], to_stderr=True)
    if has_errors(findings):
        say(f"{summary(findings)}; nothing was replayed")
        return ExitCode.PROBLEMS
    with _connected(settings, given) as (client, newest):
        wanted = _wanted(client, newest, settings, limits, given)
        memo: Memo = {}
        result = _replayed(asked.cases, client, wanted, memo, "replaying")
        before = _replayed(asked.before, client, wanted, memo, asked.base) if asked.base else None
    click.echo(_rendered(result, before, asked.base, limits, given["form"]), nl=False, color=options().colored)
    return _outcome(result, before, limits)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be replayed, and with `--compare` what it is held against, with its name."""

    cases: Cases
    before: Cases
    base: str = ""


def _asked(
    what: Sequence[str], settings: Settings, cwd: Path, given: Mapping[str, Any]
) -> tuple[_Asked, list[Finding]]:
    """Read specs and rule files; raise UsageError when there is nothing to replay."""
    from sloctl.pipeline.backtest.cases import Cases, spec_cases
    from sloctl.pipeline.backtest.rule_files import rule_file_cases
    from sloctl.pipeline.explain.select import choose, read_specs
    from sloctl.pipeline.load import SUFFIXES

    today = datetime.now(tz=UTC).date()
    paths = [Path(text) for text in what if Path(text).exists() or text.endswith(SUFFIXES)]
    wanted = [text for text in what if Path(text) not in paths]
    cases, before, base = Cases(), Cases(), ""
    findings: list[Finding] = []
    if given["rules"]:
        cases, findings = rule_file_cases(given["rules"], settings, cwd, today)
        if not cases and not findings:
            raise UsageError("no alerts found in the rule files", "name Prometheus rule files after --rules")
        if given["compare"] and not has_errors(findings):
            before, base = _base_rules(given["compare"], given["rules"], settings, cwd)
    if what or not given["rules"]:
        specs = read_specs(given_or_configured(paths, settings.specs, settings.root, cwd), settings, cwd)
        choices = choose(specs.services, wanted) if specs.services else []
        cases += spec_cases(choices, settings, today)
        findings += specs.findings
        if given["compare"] and not has_errors(findings):
            old, base = _base(given["compare"], [choice.service.name for choice in choices], wanted, cwd)
            before += old
    if not cases and not has_errors(findings):
        raise UsageError("there is no SLO and no alert to replay", "see docs/spec.md")
    return _Asked(cases, before, base), findings


def _base(base: str, services: Sequence[str], names: Sequence[str], cwd: Path) -> tuple[Cases, str]:
    """Read the same services as they are in a revision or folder."""
    from sloctl.pipeline.backtest.cases import spec_cases
    from sloctl.pipeline.diff.points import WORKING_TREE, Point
    from sloctl.pipeline.diff.sides import read_sides
    from sloctl.pipeline.explain.select import choose, names_of

    point = _point(base, cwd)
    side, _ = read_sides(point, Point(name=WORKING_TREE, folder=cwd, is_given=point.is_given), cwd, options().config)
    for sentence in side.left_out:
        say(f"{side.name}: left out {sentence}")
    for finding in side.findings:
        detail(f"{side.name}: {finding.at}: {finding.message}")
    chosen = [service for name, service in side.services.items() if name in services]
    held = {name for service in chosen for name in names_of(service)}
    kept = [name for name in names if name in held]
    choices = choose(chosen, kept) if chosen and (kept or not names) else []
    return spec_cases(choices, side.settings, datetime.now(tz=UTC).date()), side.name


def _base_rules(base: str, paths: Sequence[Path], settings: Settings, cwd: Path) -> tuple[Cases, str]:
    """Read the same rule files as they are in a revision or folder."""
    from sloctl.pipeline.backtest.cases import Cases
    from sloctl.pipeline.backtest.rule_files import files_at, rule_file_cases

    point, today = _point(base, cwd), datetime.now(tz=UTC).date()
    with files_at(point, paths, cwd) as (folder, there):
        cases, findings = rule_file_cases(there, settings, folder, today) if there else (Cases(), [])
    for finding in findings:
        detail(f"{point.name}: {finding.at}: {finding.message}")
    return cases, point.name


def _point(base: str, cwd: Path) -> Point:
    """Return the revision, folder or file that is compared with."""
    from sloctl.pipeline.diff.points import Point, points

    if (cwd / base).exists():
        return Point(name=base, folder=cwd / base, is_given=True)
    return points(base, "", cwd, os.environ)[0]


@contextmanager
def _connected(settings: Settings, given: Mapping[str, Any]) -> Iterator[tuple[Client, int | None]]:
    """Connect to the server that was named, else to that of the settings; with `--data` to one of our own.

    The second value is the time after the newest sample of the data (unix milliseconds).
    """
    from sloctl.pipeline.backtest.private import private_server
    from sloctl.promapi.access import Access
    from sloctl.promapi.client import Client
    from sloctl.promapi.transport import Transport

    with ExitStack() as stack:
        newest = None
        if given["data"]:
            if given["prometheus"] or given["online"]:
                raise UsageError("`--data` and a server exclude each other", "give one of them")
            with progress(f"reading {given['data']}", None):
                private = stack.enter_context(private_server(given["data"]))
            access, newest = Access(url=private.url), private.newest
        else:
            access = asked_server(settings, {**given, "online": True}) or Access(url="")
        client = Client(Transport(access))
        stack.callback(client.close)
        yield client, newest


def _wanted(client: Client, newest: int | None, settings: Settings, limits: Limits, given: Mapping[str, Any]) -> Wanted:
    from sloctl.pipeline.backtest.run import Wanted

    end = round(1000 * client.now()) if newest is None else newest  # asked at any rate: who cannot ask is told at once
    until = end if given["until"] is None else given["until"]
    since = until - given["days"] * _DAY
    return Wanted(since=since, until=until, interval=settings.evaluation_interval, zone=given["zone"],
                  worth=limits.worth)  # fmt: skip


def _replayed(cases: Cases, client: Client, wanted: Wanted, memo: Memo, what: str) -> Backtest:
    from sloctl.pipeline.backtest.fetch import Asker
    from sloctl.pipeline.backtest.run import run_backtest

    with progress(what, len(cases.slos) + len(cases.alerts)) as done:
        return run_backtest(cases, Asker(client), wanted, done, memo)


def _rendered(result: Backtest, before: Backtest | None, base: str, limits: Limits, form: str) -> str:
    if form == "json":
        from sloctl.pipeline.backtest.json import json_report

        return json_report(result, before, base, limits)
    if form == "markdown":
        from sloctl.pipeline.backtest.markdown import markdown_report

        return markdown_report(result, before, base, limits)
    from sloctl.pipeline.backtest.text import text_report

    return text_report(result, before, base, limits, color=options().colored)


def _outcome(result: Backtest, before: Backtest | None, limits: Limits) -> int:
    from sloctl.pipeline.backtest.judge import breaches

    found = breaches(result, limits)
    report(found, to_stderr=True)
    if result.is_partial or (before and before.is_partial):
        say("the server has not answered everything, so this is not the whole report")
        return ExitCode.WORLD
    return ExitCode.PROBLEMS if has_errors(found) or result.unreplayed else ExitCode.OK
