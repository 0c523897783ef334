"""`sloctl explain`: what an SLO promises and costs, what an alert means, what a code stands for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from sloctl.cli._session import common_options, exit_code, given_or_configured, options, report, session_settings
from sloctl.core.errors import ExitCode
from sloctl.core.finding import has_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sloctl.pipeline.explain.select import Choice, Request, Specs
    from sloctl.pipeline.settings import Settings


def _complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete codes and files; names would ask for reading every spec."""
    if not re.fullmatch(r"[A-Z][0-9]*", incomplete):
        return [CompletionItem(incomplete, type="file")]
    from sloctl.pipeline.explain.problem import known_problems

    known = known_problems().values()
    codes = [CompletionItem(each.code, help=each.name) for each in known if each.code.startswith(incomplete)]
    return codes or [CompletionItem(incomplete, type="file")]


@click.command("explain", short_help="Explain SLOs, alerts and findings, with every number.")
@click.argument("what", nargs=-1, metavar="[PATH|NAME|CODE]...", shell_complete=_complete)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="The default is text.")
@click.option("--list", "listing", is_flag=True, help="List all codes and exit.")
@common_options
def COMMAND(what: tuple[str, ...], form: str, *, listing: bool) -> int:  # noqa: N802 - the registry looks for it
    """Explain SLOs, alerts and codes: what they mean, and where every number comes from.

    PATH is a spec or a folder; without one, the `specs` of the settings are read. NAME picks SLOs and alerts:
    `sms-helpline`, `sms-helpline/delivery`, `delivery` or `SmsVolumeRunaway`. CODE is the code or the name of a
    finding, such as `N230` or `impossible-tier`.

    For an SLO it prints the error budget in minutes and in events, and for each tier its burn rate, how soon it fires
    at 100, 10, 1 and 0.2 % errors, how long it fires on, and how few failures can fire it.
    """
    from sloctl.pipeline.explain.problem import code_of, problem_list
    from sloctl.pipeline.explain.select import sort_arguments

    if listing:
        click.echo(problem_list())
        return ExitCode.OK
    request = sort_arguments(what, lambda text: Path(text).exists(), code_of)
    if request.codes and not request.paths and not request.names:
        _print_problems(request.codes, form)
        return ExitCode.OK
    return _explain_specs(request, form)


def _print_problems(codes: Sequence[str], form: str) -> None:
    from sloctl.pipeline.explain.json import problem_data
    from sloctl.pipeline.explain.problem import find_problem, problem_page

    found = [find_problem(code) for code in codes]
    if form == "json":
        _print_json({"problems": [problem_data(problem) for problem in found]})
    else:
        _print_pages([problem_page(problem, color=options().colored) for problem in found])


def _explain_specs(request: Request, form: str) -> int:
    from sloctl.pipeline.explain.select import choose, read_specs
    from sloctl.pipeline.explain.slo import LEFT_OUT

    cwd = Path.cwd()
    settings = session_settings(cwd)
    specs = read_specs(given_or_configured(request.paths, settings.specs, settings.root, cwd), settings, cwd)
    report([finding for finding in specs.findings if finding.problem not in LEFT_OUT], to_stderr=True)
    if has_errors(specs.findings) and not specs.services:
        return exit_code(specs.findings, readable=specs.readable)
    chosen = choose(specs.services, request.names)
    if form == "json":
        _print_json(_data(chosen, settings, specs))
    else:
        _print_pages(_pages(chosen, settings, specs))
    if request.codes:
        _print_problems(request.codes, form)
    return exit_code(specs.findings, readable=specs.readable)


def _pages(chosen: Sequence[Choice], settings: Settings, specs: Specs) -> list[str]:
    from sloctl.pipeline.explain.alert import alert_page
    from sloctl.pipeline.explain.slo import slo_page

    color = options().colored
    pages: list[str] = []
    for choice in chosen:
        pages += [slo_page(choice.service, slo, settings, specs.findings, color=color) for slo in choice.slos]
        pages += [alert_page(choice.service, alert, settings, color=color) for alert in choice.alerts]
    return pages


def _data(chosen: Sequence[Choice], settings: Settings, specs: Specs) -> dict[str, object]:
    from sloctl.pipeline.explain.json import alert_data, slo_data

    pairs = [(choice.service, choice) for choice in chosen]
    return {
        "slos": [slo_data(service, slo, settings, specs.findings) for service, each in pairs for slo in each.slos],
        "alerts": [alert_data(service, alert, settings) for service, each in pairs for alert in each.alerts],
    }


def _print_pages(pages: Sequence[str]) -> None:
    click.echo("\n\n\n".join(pages), color=options().colored)


def _print_json(data: dict[str, object]) -> None:
    import json

    click.echo(json.dumps({"version": 1, **data}, indent=2, ensure_ascii=False))
