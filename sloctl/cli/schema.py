"""`sloctl schema`: the JSON Schemas, for editors."""

from __future__ import annotations

import click

from sloctl.cli._session import common_options
from sloctl.core.errors import ExitCode

NAMES = ("spec", "settings", "report", "diff", "budgets", "backtest", "audit")
"""All schemas; written down, because what makes them would have to be loaded for every `--help`."""


@click.command("schema", short_help="Print a JSON Schema.")
@click.argument("name", type=click.Choice(NAMES), default="spec")
@common_options
def COMMAND(name: str) -> int:  # noqa: N802 - the name the registry of commands looks for
    """Print the JSON Schema of specs, of the settings, or of what a command reports as JSON.

    `report` is that of `sloctl lint`, `budgets` that of `sloctl report`; the others bear the name of their command.

    Editors with a YAML language server complete and explain keys when a file begins with
    `# yaml-language-server: $schema=PATH-OR-URL`.
    """
    from sloctl.pipeline.published import published

    click.echo(published(name), nl=False)
    return ExitCode.OK
