"""`sloctl audit`: which alerts of a live server were worth it, and which ones to delete or to fix."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sloctl.cli._reporting import connected
from sloctl.cli._server import server_options
from sloctl.cli._session import common_options, options, say, session_settings
from sloctl.cli._span import progress, time_value, zone_value
from sloctl.core.errors import ExitCode

if TYPE_CHECKING:
    from sloctl.evidence.limits import Limits
    from sloctl.pipeline.audit.facts import Audit
    from sloctl.pipeline.settings import Settings

_DAY = 86_400_000


@click.command("audit", short_help="Rank the alerts a server has fired: delete, fix or keep.")
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, metavar="N", help="How far back.")
@click.option("--until", callback=time_value, metavar="TIME", help="End; the default is now, by the server's clock.")
@click.option("--time-zone", "zone", callback=zone_value, default="UTC", show_default=True, metavar="ZONE",
              help="Whose hours and nights, such as Europe/Berlin.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True,
              help="How to print.")  # fmt: skip
@server_options
@common_options
def COMMAND(**given: Any) -> int:  # noqa: N802 - the name the registry looks for
    """Rank the alerts that a live server has fired, whoever wrote them: what to delete, to fix, and to keep.

    It reads the recorded `ALERTS`, and the rules that the server evaluates: how often each alert fired and for how
    long, how soon again, at night, together with which others, and what `sloctl lint` finds in it. In the settings,
    `audit.pages_per_week` is the budget of each owner; above it the exit code is 1.
    """
    from sloctl.evidence.limits import read_limits
    from sloctl.pipeline.audit.tables import budget_words

    settings = session_settings(Path.cwd())
    limits, allowed = read_limits(settings.document), _allowed(settings)
    audit = _audited(settings, given)
    click.echo(_rendered(audit, limits, allowed, given["form"]), nl=False, color=options().colored)
    for words in (over := budget_words(audit.owners, allowed)):
        say(words)
    if audit.reservations:
        return ExitCode.WORLD
    return ExitCode.PROBLEMS if over else ExitCode.OK


def _allowed(settings: Settings) -> float | None:
    """Return how many pages an owner may get in a week; None where the settings do not say."""
    from sloctl.core.reader import Reader

    document = settings.document
    section = document.data.get("audit") if document and isinstance(document.data, dict) else None
    pages = Reader(document, ("audit",), section).number("pages_per_week") if document and section else None
    return None if pages is None else float(pages)


def _audited(settings: Settings, given: Mapping[str, Any]) -> Audit:
    from sloctl.pipeline.audit.history import days_of
    from sloctl.pipeline.audit.run import run_audit
    from sloctl.pipeline.lint.settings import lint_config

    config = lint_config(settings, datetime.now(tz=UTC).date())
    with connected(settings, given) as client:
        until = given["until"] or 60_000 * int(client.now() // 60)
        since = until - given["days"] * _DAY
        with progress("asking for alerts", len(days_of(since, until))) as done:
            return run_audit(client, config, since=since, until=until, zone=given["zone"], done=done)


def _rendered(audit: Audit, limits: Limits, allowed: float | None, form: str) -> str:
    if form == "json":
        from sloctl.pipeline.audit.json import json_report

        return json_report(audit, limits, allowed)
    if form == "markdown":
        from sloctl.pipeline.audit.markdown import markdown_report

        return markdown_report(audit, limits, allowed)
    from sloctl.pipeline.audit.text import text_report

    return text_report(audit, limits, allowed, color=options().colored)
