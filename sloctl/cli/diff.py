"""`sloctl diff`: what a change of specs means for the people on call."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sloctl.cli._session import common_options, detail, options, report
from sloctl.core.errors import ExitCode, UsageError
from sloctl.core.finding import Severity
from sloctl.core.human import nearest

if TYPE_CHECKING:
    from sloctl.pipeline.diff.change import Diff
    from sloctl.pipeline.diff.sides import Side

LOUD = "loud"
"""What `--fail-on` takes for all loud classes."""


class _Help(click.Command):
    """A command whose help ends with the classes of changes, from the table that makes them."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Write the classes as a list of definitions."""
        from sloctl.pipeline.diff.change import CLASSES

        rows = [(f"{name}{' !' if each.is_loud else ''}", each.meaning) for name, each in CLASSES.items()]
        with formatter.section("Classes for --fail-on (`!`: loud; `loud` stands for all of these)"):
            formatter.write_dl(rows)


@click.command("diff", short_help="Say what a change means for the people on call.", cls=_Help)
@click.argument("base", required=False, default="", metavar="[BASE]")
@click.argument("head", required=False, default="", metavar="[HEAD]")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", help="How to print.")
@click.option("--fail-on", multiple=True, metavar="CLASSES", help="Exit with 1 when there is a change of these classes "
              "(below), with commas; may be repeated.")  # fmt: skip
@common_options
def COMMAND(base: str, head: str, form: str, fail_on: tuple[str, ...]) -> int:  # noqa: N802 - the registry's
    """Say what a change of specs means: who is paged when, which budgets move, which history breaks.

    BASE and HEAD are git revisions, `A..B` or `A...B`, or two folders. Without HEAD the working tree is compared, with
    what is not committed. Without BASE the comparison begins where HEAD has parted from the default branch; in a CI job
    of a pull request, from its target. SLOs and alerts are compared by name, those of rule files included: moving,
    reordering and reformatting change nothing. What is read are the `specs` of the settings of each side, else the
    working folder; rules that sloctl has compiled are passed over.
    """
    from sloctl.pipeline.diff.compare import compare
    from sloctl.pipeline.diff.points import points
    from sloctl.pipeline.diff.sides import read_sides

    wanted = fail_classes(fail_on)
    cwd = Path.cwd()
    before, after = read_sides(*points(base, head, cwd, os.environ), cwd, options().config)
    detail(f"compared: {before.name} with {after.name}")
    report([each for each in after.findings if each.severity is Severity.ERROR], to_stderr=True)
    diff = compare(before, after)
    click.echo(rendered(diff, form), nl=False, color=options().colored)
    return exit_code(diff, after, wanted)


def rendered(diff: Diff, form: str) -> str:
    """Write a comparison in a format."""
    if form == "json":
        import json

        from sloctl.pipeline.diff.json import as_data

        return json.dumps(as_data(diff), indent=2, ensure_ascii=False) + "\n"
    if form == "markdown":
        from sloctl.pipeline.diff.markdown import as_markdown

        return as_markdown(diff)
    from sloctl.pipeline.diff.text import as_text

    return as_text(diff, color=options().colored)


def fail_classes(given: Sequence[str]) -> frozenset[str]:
    """Read `--fail-on`; raise UsageError for a class that there is not."""
    from sloctl.pipeline.diff.change import CLASSES

    names = [name.strip() for each in given for name in each.split(",") if name.strip()]
    for name in names:
        if name not in CLASSES and name != LOUD:
            meant = nearest(name, [LOUD, *CLASSES])
            advice = f"did you mean `{meant}`?" if meant else "`sloctl diff --help` lists them"
            raise UsageError(f"there is no class of changes `{name}`", advice)
    loud = {name for name, each in CLASSES.items() if each.is_loud} if LOUD in names else set()
    return frozenset({*names, *loud} - {LOUD})


def exit_code(diff: Diff, after: Side, wanted: frozenset[str]) -> int:
    """Pick the exit code: problems of the newer side count, those of the older one are only said."""
    if not after.readable:
        return ExitCode.WORLD
    return ExitCode.PROBLEMS if after.broken or wanted & diff.classes else ExitCode.OK
