"""`sloctl report`: what is left of the error budgets, and where they went."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sloctl import __version__
from sloctl.cli._reporting import connected, read_services
from sloctl.cli._server import server_options
from sloctl.cli._session import common_options, options, paths_argument, say, session_settings
from sloctl.cli._span import progress, time_value
from sloctl.core.errors import ExitCode, UsageError
from sloctl.core.human import plural
from sloctl.core.registry import module_names

if TYPE_CHECKING:
    from sloctl.model.service import Service
    from sloctl.pipeline.report.forms._form import Form, Look
    from sloctl.pipeline.report.model import Report
    from sloctl.pipeline.report.run import Asked
    from sloctl.pipeline.settings import Settings
    from sloctl.promapi.client import Client

_FORMS = module_names("sloctl.pipeline.report.forms")
_WIDEST = 120
_MOST_ERRORS = 5


@click.command("report", short_help="Tell what is left of the error budgets.")
@paths_argument
@click.option("--format", "format_", metavar="NAME", help=f"How to print: {', '.join(_FORMS)}; the default is text.")
@click.option(
    "-o",
    "--output",
    multiple=True,
    metavar="[FORMAT=]FILE",
    help="Write to a file instead; may be repeated. The suffix tells the format, as .html does.",
)
@click.option(
    "--last",
    type=click.IntRange(1, 120),
    default=3,
    show_default=True,
    metavar="N",
    help="How many periods to look back on.",
)
@click.option(
    "--calendar",
    type=click.Choice(["month", "quarter"]),
    help="Look back on months or quarters instead of the rolling periods of the SLOs.",
)
@click.option(
    "--time-zone",
    default="UTC",
    show_default=True,
    metavar="ZONE",
    help="Where months begin and in which times are shown, such as Europe/Berlin.",
)
@click.option("--time", "at", callback=time_value, metavar="TIME", help="Report as of this time instead of now.")
@click.option("--recorded-only", is_flag=True, help="Do not ask for raw series where nothing was recorded.")
@click.option("--gate", is_flag=True, help="Exit with 1 when an error-budget policy says freeze.")
@server_options
@common_options
def COMMAND(paths: tuple[Path, ...], **given: Any) -> int:  # noqa: N802 - the name the registry looks for
    """Tell what is left of the error budgets, how fast they burn, and what they were spent on.

    PATH is a file or a folder of specs; without one, the `specs` of the settings. The figures come from what the rules
    recorded; before the first recording, from the raw series.
    """
    from sloctl.pipeline.report.outputs import form, parse_outputs

    cwd = Path.cwd()
    settings = session_settings(cwd)
    outputs = parse_outputs(given["output"])
    shown = form(given["format_"] or "text") if given["format_"] or not outputs else None
    meant, services, is_well = read_services(paths, settings, cwd)
    if not is_well:
        return ExitCode.PROBLEMS
    if given["gate"]:
        _refuse_open_gate(services)
    started = time.time()
    with connected(settings, given) as client:
        found = _ask(client, services, settings, given)
    forms = [each for each in (shown, *(chosen for chosen, _ in outputs)) if each]
    if any(each.tells_debt for each in forms):
        found = _with_debt(found, meant, settings, cwd)
    _write(found, shown, outputs, _look(started))
    return _outcome(found, gate=given["gate"])


def _refuse_open_gate(services: Sequence[Service]) -> None:
    if not any(step.freeze for service in services for slo in service.slos for step in slo.policy):
        raise UsageError("no policy says freeze, so the gate would never close",
                         "add `policy` with `freeze: true` to a spec, as docs/spec.md shows")  # fmt: skip


def _ask(client: Client, services: Sequence[Service], settings: Settings, given: dict[str, Any]) -> Report:
    from sloctl.pipeline.report.run import build_report

    with progress("asking", sum(len(service.slos) for service in services)) as done:
        return build_report(services, _asked(client, settings, given), client, done=done)


def _asked(client: Client, settings: Settings, given: dict[str, Any]) -> Asked:
    """Say what is to be told. A calendar begins with whole base windows, so it is told up to the end of one."""
    from sloctl.model.windows import BASES, base_window
    from sloctl.pipeline.report.periods import time_zone
    from sloctl.pipeline.report.run import ROLLING, Asked

    time_zone(given["time_zone"])  # refuses an unknown one before the server is asked
    until = given["at"] or 1000 * int(client.now())
    if given["calendar"]:
        until -= until % (base_window(settings.scrape_interval) or BASES[-1]).ms
    return Asked(until=until, zone=given["time_zone"], periods=given["calendar"] or ROLLING, last=given["last"],
                 raw=not given["recorded_only"])  # fmt: skip


def _with_debt(found: Report, paths: Sequence[Path], settings: Settings, cwd: Path) -> Report:
    from sloctl.pipeline.report.debt import lint_debt

    return replace(found, debt=lint_debt(paths, settings, cwd, datetime.now(tz=UTC).date()))


def _look(started: float) -> Look:
    from sloctl.pipeline.report.forms._form import Look

    width = min(_WIDEST, shutil.get_terminal_size().columns) if sys.stdout.isatty() else 80
    now = time.time()
    return Look(version=__version__, width=width, color=options().colored, now=now, seconds=now - started)


def _write(found: Report, shown: Form | None, outputs: Sequence[tuple[Form, Path]], look: Look) -> None:
    from sloctl.pipeline.write import write_whole

    for chosen, path in outputs:
        write_whole(path, chosen.render(found, replace(look, color=False, width=80)))
        say(f"wrote {path}")
    if shown:
        click.echo(shown.render(found, look), nl=False, color=look.color)


def _outcome(found: Report, *, gate: bool) -> int:
    """Say what went wrong, and what the gate says; an answer that is missing is worse than a freeze."""
    for error in found.errors[:_MOST_ERRORS]:
        click.echo(f"sloctl: {error}", err=True)
    if len(found.errors) > _MOST_ERRORS:
        click.echo(f"sloctl: and {len(found.errors) - _MOST_ERRORS} more", err=True)
    if gate:
        silent = sum(not slo.budgets for service in found.services for slo in service.slos)
        unknown = f"; {plural(silent, 'SLO')} without data" if silent else ""
        verdict = f"frozen by {plural(len(found.frozen), 'budget')}" if found.frozen else "open"
        say(f"gate: {verdict}{unknown}")
    if found.errors:
        return ExitCode.WORLD
    return ExitCode.PROBLEMS if gate and found.frozen else ExitCode.OK
