"""Where `sloctl lint` reports: one format on stdout, and any number of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from sloctl.cli._session import options
from sloctl.core.errors import UsageError
from sloctl.core.finding import Finding
from sloctl.core.human import nearest
from sloctl.core.registry import plugins
from sloctl.reporters._reporter import Reporter, Run


def default_format(environment: Mapping[str, str]) -> str:
    """On GitHub the findings become annotations, elsewhere they are for people."""
    return "github" if environment.get("GITHUB_ACTIONS") == "true" else "text"


def parse_outputs(outputs: Sequence[str]) -> list[tuple[Reporter, Path]]:
    """Read `--output FORMAT=FILE`; raise UsageError for anything else."""
    parsed = []
    for output in outputs:
        name, equals, path = output.partition("=")
        if not equals or not path:
            raise UsageError(f"`--output {output}` names no file", "write `--output sarif=lint.sarif`")
        parsed.append((reporter(name), Path(path)))
    return parsed


def reporter(name: str) -> Reporter:
    """Return a reporter by name; raise UsageError for an unknown one."""
    known = plugins("sloctl.reporters", "REPORTER")
    if name not in known:
        meant = nearest(name, known)
        advice = f"did you mean `{meant}`?" if meant else f"known formats: {', '.join(known)}"
        raise UsageError(f"unknown format `{name}`", advice)
    found: Reporter = known[name]
    return found


def print_report(chosen: Reporter, findings: Sequence[Finding], run: Run) -> None:
    """Print the report to stdout."""
    click.echo(chosen.render(findings, run), nl=False, color=options().colored)


def write_reports(outputs: Sequence[tuple[Reporter, Path]], findings: Sequence[Finding], run: Run) -> None:
    """Write the reports to their files, each whole or not at all."""
    from sloctl.pipeline.write import write_whole

    for chosen, path in outputs:
        write_whole(path, chosen.render(findings, run))
