"""What commands over a span of time share: how times and zones are given, and the bar that shows how far they are."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo

import click

from sloctl.cli._session import options


def time_value(_context: click.Context, _option: click.Parameter, text: str | None) -> int | None:
    """Read `2026-11-23T04:00:00Z` (UTC unless it names a zone), or unix seconds; return unix milliseconds."""
    if text is None:
        return None
    try:
        if text.replace(".", "", 1).isdecimal():
            given = datetime.fromtimestamp(float(text), UTC)
        else:
            given = datetime.fromisoformat(text)
        return round(1000 * (given if given.tzinfo else given.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError, OSError) as error:
        raise click.BadParameter(f"`{text}` is no time; write it as 2026-11-23T04:00:00Z or in unix seconds") from error


def zone_value(_context: click.Context, _option: click.Parameter, name: str) -> tzinfo:
    """Read the name of a time zone."""
    from sloctl.pipeline.report.periods import time_zone

    return time_zone(name)


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[[], None]]:
    """Show a bar on a terminal, a restless one where nobody knows the total; say nothing elsewhere."""
    from rich.console import Console
    from rich.progress import Progress

    is_hidden = options().quiet or not sys.stderr.isatty()
    with Progress(console=Console(file=sys.stderr), transient=True, disable=is_hidden) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)
