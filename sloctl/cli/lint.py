"""`sloctl lint`: is every alert worth a call?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sloctl.cli._session import (
    common_options,
    given_or_configured,
    paths_argument,
    report,
    say,
    session_settings,
    summary,
)
from sloctl.core.errors import ExitCode
from sloctl.core.human import plural


@click.command("lint")
@paths_argument
@common_options
def COMMAND(paths: tuple[Path, ...]) -> int:  # noqa: N802 - the name the registry of commands looks for
    """Check specs and Prometheus rule files for noise, for missing actions and for mistakes.

    PATH is a file or a folder; without one, the `specs` of the settings are checked.
    """
    from sloctl.pipeline.lint import lint
    from sloctl.pipeline.lint_settings import lint_config
    from sloctl.pipeline.load import find_files, shown_path

    cwd = Path.cwd()
    settings = session_settings(cwd)
    config = lint_config(settings, datetime.now(tz=UTC).date())
    files = find_files(given_or_configured(paths, settings.specs, settings.root, cwd))
    result = lint([(path, shown_path(path, cwd)) for path in files], config, settings)
    report(result.findings)
    say(f"{plural(result.files, 'file')}, {plural(result.rules, 'rule')}: {summary(result.findings)}")
    if result.crashed or not result.readable:
        return ExitCode.WORLD
    worst = min((finding.severity.rank for finding in result.findings), default=99)
    return ExitCode.PROBLEMS if config.fail_on and worst <= config.fail_on.rank else ExitCode.OK
