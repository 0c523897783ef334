"""`sloctl convert`: specs of other tools, and plain rule files, to native specs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sloctl.cli._session import (
    common_options,
    exit_code,
    options,
    paths_argument,
    report,
    say,
    session_settings,
    summary,
)
from sloctl.core.errors import ExitCode, UsageError
from sloctl.core.finding import has_errors
from sloctl.core.human import plural

if TYPE_CHECKING:
    from sloctl.pipeline.convert import Conversion

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("convert", short_help="Write specs of other tools and plain rules as native specs.")
@paths_argument
@click.option("-o", "--output", type=_FOLDER, metavar="DIR", help="Write one file per service into this folder.")
@click.option("--force", is_flag=True, help="Replace what an earlier run wrote, though it may have been edited.")
@click.option("--report", "form", type=click.Choice(["text", "json"]), default="text", help="The report on stderr.")
@common_options
def COMMAND(paths: tuple[Path, ...], output: Path | None, form: str, *, force: bool) -> int:  # noqa: N802 - the registry's
    """Convert specs of other tools and plain rule files into native specs.

    PATH is a file or a folder with anything that `sloctl lint` reads. Without -o the specs are printed. The report
    says what was mapped, derived, corrected and lost; -v lists what was mapped too. Compiling the result gives the
    same rules as compiling the originals. A run with errors writes nothing.
    """
    from sloctl.pipeline.convert import convert
    from sloctl.pipeline.load import find_files

    if not paths:
        raise UsageError("no path was given", "name the files or folders to convert")
    if force and not output:
        raise UsageError("--force replaces files, so it needs -o")
    cwd = Path.cwd()
    conversion = convert(find_files(paths), session_settings(cwd), cwd)
    if not conversion.specs and not conversion.native and not conversion.findings:
        raise UsageError(_nothing(conversion, paths), "`sloctl convert` reads Sloth, OpenSLO, Pyrra and rule files")
    _tell(conversion, form)
    if has_errors(conversion.findings) or not conversion.readable:
        say(f"{summary(conversion.findings)}; nothing was written")
        return exit_code(conversion.findings, readable=conversion.readable)
    return _write(conversion, output, force=force) if output else _print(conversion)


def _nothing(conversion: Conversion, paths: Sequence[Path]) -> str:
    where = ", ".join(conversion.others) or ", ".join(map(str, paths))
    return f"nothing to convert in {where}"


def _tell(conversion: Conversion, form: str) -> None:
    from sloctl.pipeline.convert.summary import report_data, report_lines, untold

    if form == "json":
        options().quiet = True  # stderr holds the JSON and nothing else
        click.echo(json.dumps(report_data(conversion), indent=2, ensure_ascii=False), err=True)
        return
    report(untold(conversion), to_stderr=True)
    for line in report_lines(conversion, verbose=options().verbose):
        say(line)


def _print(conversion: Conversion) -> int:
    """Print all specs as one stream of documents; those that were native already come as they are."""
    texts = [text for _, text in conversion.native] + [spec.text for spec in conversion.specs]
    click.echo("---\n".join(text if text.endswith("\n") else f"{text}\n" for text in texts), nl=False)
    _say_counts(conversion)
    return ExitCode.OK


def _write(conversion: Conversion, folder: Path, *, force: bool) -> int:
    from sloctl.pipeline.convert import artifacts
    from sloctl.pipeline.convert.output import plan_files
    from sloctl.pipeline.write import apply

    changes = plan_files(artifacts(conversion), folder, force=force)
    apply(changes)
    for change in changes:
        say(f"{change.verb} {change.path}")
    for path, _ in conversion.native:
        say(f"left {path} as it is: a native spec")
    _say_counts(conversion)
    return ExitCode.OK


def _say_counts(conversion: Conversion) -> None:
    from sloctl.pipeline.convert.summary import counts

    if conversion.others:
        say(f"passed over {plural(len(conversion.others), 'file')} without specs and alerts")
    native = f"{plural(len(conversion.native), 'native file')}, nothing to convert"
    say(counts(conversion) if conversion.specs else native)
