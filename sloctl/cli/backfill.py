"""`sloctl backfill`: history for new SLOs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sloctl.cli._reporting import connected
from sloctl.cli._server import server_options
from sloctl.cli._session import (
    common_options,
    exit_code,
    given_or_configured,
    paths_argument,
    report,
    say,
    session_settings,
    summary,
)
from sloctl.cli._span import progress, time_value
from sloctl.core.errors import ExitCode, UsageError
from sloctl.core.finding import has_errors
from sloctl.core.human import and_list, plural

if TYPE_CHECKING:
    from sloctl.model.service import Service
    from sloctl.pipeline.backfill.plan import Job, Span
    from sloctl.pipeline.backfill.run import Written
    from sloctl.pipeline.backfill.state import State
    from sloctl.pipeline.settings import Settings
    from sloctl.promapi.client import Client

_PATH = click.Path(path_type=Path)
_DAY = 86_400_000


@click.command("backfill", short_help="Compute the history that a new SLO would have recorded.")
@paths_argument
@click.option("--days", type=click.IntRange(1), default=30, show_default=True, metavar="N", help="How far back.")
@click.option("--since", callback=time_value, metavar="TIME", help="Beginning, instead of --days.")
@click.option("--until", callback=time_value, metavar="TIME",
              help="End; the default is where the samples begin that the server holds in memory.")  # fmt: skip
@click.option("-o", "--output", type=_PATH, default=Path("backfill.om"), metavar="FILE",
              help="OpenMetrics file to write; the default is `backfill.om`.")  # fmt: skip
@click.option("--blocks", type=_PATH, metavar="DIR", help="Let promtool make blocks of the file in this folder.")
@server_options
@common_options
def COMMAND(  # noqa: N802 - the name the registry looks for
    paths: tuple[Path, ...], output: Path, blocks: Path | None, **given: Any
) -> int:
    """Compute what the rules of new SLOs would have recorded, from the raw series that a server still has.

    PATH is a file or a folder of specs; without one, the `specs` of the settings. Writes OpenMetrics text, and prints
    the promtool command that makes blocks of it. A run that was stopped goes on where it was.
    """
    from sloctl.pipeline.backfill.output import check_output, create_blocks, shown_command
    from sloctl.pipeline.explain.select import read_specs
    from sloctl.proof.promtool import find_promtool

    cwd = Path.cwd()
    settings = session_settings(cwd)
    specs = read_specs(given_or_configured(paths, settings.specs, settings.root, cwd), settings, cwd)
    report(specs.findings, to_stderr=True)
    if has_errors(specs.findings) or not specs.readable:
        say(f"{summary(specs.findings)}; nothing was written")
        return exit_code(specs.findings, readable=specs.readable)
    _refuse_namesakes(specs.services)
    promtool = find_promtool() if blocks else None
    check_output(output)
    with connected(settings, given) as client:
        code, is_written = _run(_Asked(specs.services, settings, client, output, given))
    if promtool and blocks and is_written:
        click.echo(create_blocks(promtool, output, blocks), nl=False)
    elif is_written:
        click.echo(shown_command(output))
    return code


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a run is to do; `given` are the options, of which `days`, `since` and `until` say which time is filled."""

    services: Sequence[Service]
    settings: Settings
    client: Client
    output: Path
    given: Mapping[str, Any]

    @property
    def range(self) -> dict[str, int | None]:
        """Which time is to be filled: `since` and `until` in unix milliseconds."""
        return {key: self.given[key] for key in ("days", "since", "until")}


def _refuse_namesakes(services: Sequence[Service]) -> None:
    """Two services of one name would record the same series; `sloctl validate` shows where they are."""
    found = [service.name for service in services]
    if twice := sorted({name for name in found if found.count(name) > 1}):
        raise UsageError(f"several specs describe {and_list(twice)}", "`sloctl validate` shows where")


def _run(asked: _Asked) -> tuple[int, bool]:
    """Fetch, compute and write; return the exit code, and whether there is a file now."""
    from sloctl.pipeline.backfill.run import run_key
    from sloctl.pipeline.backfill.state import opened

    path = asked.output.with_name(f"{asked.output.name}.state")
    path.parent.mkdir(parents=True, exist_ok=True)
    key = run_key(asked.services, asked.settings, url=asked.client.shown, **asked.range)
    with opened(path, key) as state:
        jobs = _jobs(asked, state)
        written = _fill([job for job in jobs if job.grid.count], asked, state)
    path.unlink()
    for job in jobs:
        if job.first is not None and (job in written.empty or not job.grid.count):
            say(f"{job.name}: recorded since {_time_text(job.first)}, and there is nothing older to fill")
    unknown = [job for job in written.empty if job.first is None]
    for job in unknown:
        say(f"{job.name}: {asked.client.shown} has no sample of its series, so nothing was written")
    if written.slos:
        say(f"wrote {asked.output}: {plural(len(written.slos), 'SLO')}, {asked.output.stat().st_size / 1e6:.1f} MB")
    return (ExitCode.PROBLEMS if unknown else ExitCode.OK), bool(written.slos)


def _jobs(asked: _Asked, state: State) -> list[Job]:
    """Plan the run, or take up the plan of the one that was stopped."""
    from sloctl.pipeline.backfill.history import History
    from sloctl.pipeline.backfill.plan import plan_jobs
    from sloctl.pipeline.backfill.run import keep_plan, resumed

    jobs = resumed(asked.services, state)
    if jobs is None:
        interval = asked.settings.evaluation_interval
        jobs = plan_jobs(asked.services, interval, _span(asked), History(asked.client).ask)
        keep_plan(jobs, state)
    for job in (job for job in jobs if job.grid.count):
        say(f"{job.name}: {_time_text(job.grid.start)} to {_time_text(job.grid.end)}")
    return jobs


def _span(asked: _Asked) -> Span:
    """Return the time to fill; unless it is given, it ends where the head of the server begins."""
    from sloctl.pipeline.backfill.plan import HEAD, Span

    now = round(1000 * time.time())
    days, since, until = asked.range.values()
    if until is None:
        head = asked.client.head_start()
        until = now - HEAD.ms if head is None else min(now, round(1000 * head))
    since = until - _DAY * (days or 0) if since is None else since
    if since >= until:
        raise UsageError(f"nothing lies between {_time_text(since)} and {_time_text(until)}", "choose another --since")
    return Span(since, until, now)


def _fill(jobs: Sequence[Job], asked: _Asked, state: State) -> Written:
    from sloctl.pipeline.backfill.history import History
    from sloctl.pipeline.backfill.run import fetch, missing_parts, write

    parts = missing_parts(jobs, state)
    if state.has_parts:
        say(f"going on where the last run was stopped: {plural(len(parts), 'part')} left to fetch")
    with progress("fetching", len(parts)) as done:
        fetch(parts, state, History(asked.client).ask, done)
    with progress("writing", len(jobs)) as done:
        return write(jobs, state, asked.output, done)


def _time_text(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
