"""`sloctl exporter`: error budgets and lint debt as metrics, on a port."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from sloctl import __version__
from sloctl.cli._reporting import connected, read_services
from sloctl.cli._server import server_options
from sloctl.cli._session import common_options, paths_argument, say, session_settings
from sloctl.core.duration import Duration
from sloctl.core.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from sloctl.pipeline.report.exporter import Refresh
    from sloctl.pipeline.report.model import Report
    from sloctl.promapi.client import Client


@click.command("exporter", short_help="Serve error budgets and lint debt as metrics.")
@paths_argument
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=9889, show_default=True, metavar="N",
              help="The port; 0 takes a free one.")  # fmt: skip
@click.option(
    "--interval", default="5m", show_default=True, metavar="TIME", help="How often the figures are refreshed."
)
@server_options
@common_options
def COMMAND(  # noqa: N802 - the name the registry looks for
    paths: tuple[Path, ...], host: str, port: int, interval: str, **given: Any
) -> int:
    """Serve error budgets, lint debt and the state of the last run as Prometheus metrics.

    PATH is a file or a folder of specs; without one, the `specs` of the settings. They are read anew at each refresh.
    The figures come from what the rules recorded. SIGTERM ends it.
    """
    from sloctl.pipeline.report.exporter import Exporter, served

    seconds = _seconds(interval)
    cwd, stop = Path.cwd(), Event()
    settings = session_settings(cwd)
    if not read_services(paths, settings, cwd)[2]:
        return ExitCode.PROBLEMS
    with connected(settings, given, sleep=lambda pause: _wait(stop, pause)) as client, _ended_by_signals(stop):
        exporter = Exporter(_refresh(paths, client, cwd, stop), __version__, say)
        with served(exporter, host, port) as taken:
            say(f"serving metrics on http://{host}:{taken}/metrics")
            exporter.run(seconds, stop)
    return ExitCode.OK


def _seconds(interval: str) -> float:
    try:
        seconds = float(Duration.parse(interval).seconds)
    except ValueError:
        seconds = 0.0
    if not seconds:
        raise UsageError(f"`--interval {interval}` is no length of time", "write it as `5m`")
    return seconds


def _wait(stop: Event, seconds: float) -> None:
    stop.wait(seconds)


def _refresh(paths: Sequence[Path], client: Client, cwd: Path, stop: Event) -> Refresh:
    """Return a function that reads specs and settings, asks the server, and lints."""
    from sloctl.pipeline.report.debt import lint_debt
    from sloctl.pipeline.report.run import Asked, build_report

    def refresh() -> Report:
        settings = session_settings(cwd)
        meant, services, is_well = read_services(paths, settings, cwd)
        if not is_well:
            raise UsageError("the specs have errors")
        asked = Asked(until=1000 * int(time.time()), raw=False)
        found = build_report(services, asked, client, stop=stop)
        return replace(found, debt=lint_debt(meant, settings, cwd, datetime.now(tz=UTC).date()))

    return refresh


@contextmanager
def _ended_by_signals(stop: Event) -> Iterator[None]:
    """Let SIGTERM and SIGINT end the run as soon as the question under way is answered."""
    signals = (signal.SIGTERM, signal.SIGINT)
    before = {each: signal.signal(each, lambda *_: stop.set()) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
