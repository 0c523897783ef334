"""`sloctl validate`: are the specs right?"""

from __future__ import annotations

from pathlib import Path

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
from sloctl.core.human import plural


@click.command("validate", short_help="Check specs; show every problem with its place.")
@paths_argument
@common_options
def COMMAND(paths: tuple[Path, ...]) -> int:  # noqa: N802 - the name the registry of commands looks for
    """Check specs and print every problem with its place.

    PATH is a file or a folder; without one, the `specs` of the settings are checked. Exits with 1 when there are
    errors.
    """
    from sloctl.pipeline.compile import compile_paths

    cwd = Path.cwd()
    settings = session_settings(cwd)
    found = compile_paths(given_or_configured(paths, settings.specs, settings.root, cwd), settings, cwd, emit=False)
    for path in found.files:
        detail(f"read {path}")
    report(found.findings)
    counted = f"{plural(len(found.names), 'service')}, {plural(found.slos, 'SLO')}, {plural(found.alerts, 'alert')}"
    say(f"{counted}: {summary(found.findings)}")
    return exit_code(found.findings, readable=found.readable)
