"""The online checks: over all rules at once, after everything that needs no server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sloctl.checks._check import Check, Hit, OnlineRunner, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._server import Server
from sloctl.checks._texts import runbooks
from sloctl.core import problems
from sloctl.core.finding import Finding
from sloctl.core.human import and_list, plural
from sloctl.core.source import Location
from sloctl.pipeline.lint.config import LintConfig, all_checks
from sloctl.pipeline.lint.run import as_finding, crash
from sloctl.pipeline.lint.server import AskedServer
from sloctl.promapi.errors import PromApiError

_MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Online:
    """What the online checks found, and whether the server answered all they asked."""

    findings: tuple[Finding, ...] = ()
    crashed: bool = False
    answered: bool = True


def with_server(config: LintConfig, server: AskedServer) -> LintConfig:
    """Let a run ask a server, and let what the server says of itself stand in for the settings."""
    try:
        context = _informed(config.context, server)
    except PromApiError:  # the server keeps it, and it is reported with all others
        context = config.context
    return replace(config, server=server, context=context)


def _informed(context: Context, server: AskedServer) -> Context:
    """Take over intervals and external labels; the retention only where the settings are silent.

    A server behind which a long-term store stands (`remote_read`) answers for longer than it keeps samples itself.
    """
    config = server.config()
    if config is None:
        return replace(context, retention=context.retention or server.retention())
    kept = None if config.has_remote_read else server.retention()
    return replace(
        context,
        scrape_interval=min(config.jobs.values(), default=config.scrape_interval or context.scrape_interval),
        job_intervals=config.jobs,
        evaluation_interval=config.evaluation_interval or context.evaluation_interval,
        external_labels=context.external_labels | config.external_labels,
        retention=context.retention or kept,
    )


def check_online(rules: Sequence[Rule], config: LintConfig) -> Online:
    """Run the online checks; the server's failures become findings, as what a check found does."""
    if config.server is None:
        return Online()
    findings: list[Finding] = []
    crashed = False
    for check in _running(config):
        try:
            findings += [as_finding(check, hit, None) for hit in _hits(check, rules, config.server, config.context)]
        except PromApiError:
            continue  # the server keeps it: one failure often stops several checks
        except Exception as error:  # noqa: BLE001 - a broken check must not stop the others
            findings.append(crash(check, error, Location.whole("")))
            crashed = True
    failures = (*_about_links(config.server, rules), *_about_server(config.server))
    return Online((*findings, *failures), crashed, answered=not config.server.failures)


def _running(config: LintConfig) -> Iterator[Check]:
    checks = config.checks or all_checks()
    return (check for check in checks if (check.online or check.scope is Scope.ONLINE) and config.runs(check))


def _hits(check: Check, rules: Sequence[Rule], server: Server, context: Context) -> list[Hit]:
    run: OnlineRunner = check.online or check.run  # type: ignore[assignment]  # told by its scope
    return list(run(rules, server, context))


def _about_links(server: Server, rules: Sequence[Rule]) -> Iterator[Finding]:
    """Name the links whose web servers did not answer, at the first of them."""
    if server.unreached:
        said = [f"{url} ({trouble})" for url, trouble in list(server.unreached.items())[:_MOST_SHOWN]]
        said += [f"{left} more"] if (left := len(server.unreached) - len(said)) else []
        message = f"whether {and_list(said)} is there is not known"
        places = (text.at() for rule in rules for text in runbooks(rule) if text.value.strip() in server.unreached)
        advice = "try again, or run it where the web servers of runbooks can be reached"
        yield Finding(problem=problems.UNREACHED_LINKS, at=next(places, server.at), message=message, help=advice)


def _about_server(server: Server) -> Iterator[Finding]:
    for error in server.failures:
        advice = error.help or "what needs no server was checked; the online checks say nothing or too little"
        yield Finding(problem=problems.SERVER_FAILURE, at=server.at, message=str(error), help=advice)
    if server.unmeasured:
        message = f"{plural(server.unmeasured, 'query')} beyond the first ones were not measured"
        advice = "lint fewer files at once, or let the server load the rules: what it evaluates needs no measuring"
        yield Finding(problem=problems.UNMEASURED_QUERIES, at=server.at, message=message, help=advice)
