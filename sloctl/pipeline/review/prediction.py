"""How often the changed alerts would have paged: replayed over a server's history, as they were and as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date

from sloctl.core.errors import ExitCode
from sloctl.core.figures import lasted
from sloctl.core.finding import has_errors
from sloctl.core.human import plural
from sloctl.evidence.limits import Limits, read_limits
from sloctl.pipeline.backtest.cases import Cases, alerts_of, recorded_of, spec_cases
from sloctl.pipeline.backtest.fetch import Asker
from sloctl.pipeline.backtest.judge import breaches
from sloctl.pipeline.backtest.markdown import markdown_report
from sloctl.pipeline.backtest.results import LEAST_MS, Backtest
from sloctl.pipeline.backtest.run import Wanted, run_backtest
from sloctl.pipeline.diff.change import SETTINGS, Diff
from sloctl.pipeline.diff.sides import Side, written_rules
from sloctl.pipeline.diff.written import written_context
from sloctl.pipeline.explain.select import Choice
from sloctl.pipeline.review.document import Part
from sloctl.pipeline.review.parts import Compared
from sloctl.promapi.client import Client
from sloctl.promapi.errors import PromApiError
from sloctl.reporters.markdown import marked

_TITLE = "Predicted pages"
_DAY_MS = 86_400_000
_HOUR_MS = 3_600_000
"""What a day may lack: its first and last samples are less than a day apart."""


def prediction_part(compared: Compared, client: Client, days: int, today: date) -> Part:
    """Replay what has changed over so many days; a server that fails makes the part fail, not the review."""
    sides = (compared.before, compared.after)
    old, new = (_cases(side, compared.diff, today) for side in sides)
    if not old and not new:
        return Part(title=_TITLE, verdict="no alert has changed")
    try:
        return _replayed(old, new, client, compared, days)
    except PromApiError as error:
        return Part(title=_TITLE, verdict="not replayed", body=marked(str(error)), code=ExitCode.WORLD)


def _replayed(old: Cases, new: Cases, client: Client, compared: Compared, days: int) -> Part:
    settings = compared.after.settings
    limits, until = read_limits(settings.document), round(1000 * client.now())
    wanted = Wanted(since=until - days * _DAY_MS, until=until, interval=settings.evaluation_interval, zone=UTC,
                    worth=limits.worth)  # fmt: skip
    before, after = (run_backtest(cases, Asker(client), wanted, lambda: None) for cases in (old, new))
    body = markdown_report(after, before, compared.before.name, limits).removeprefix("### Backtest\n\n")
    return Part(title=_TITLE, verdict=headline(before, after), body=body, code=_code(before, after, limits))


def headline(before: Backtest, after: Backtest) -> str:
    """Compare the pages, over no more time than the server remembers; of minutes, nothing is compared."""
    known = _known(before, after)
    gone = {each.name for side in (before, after) for each in side.unreplayed}
    said = [_compared(before, after, known)] if known else []
    return "; ".join([*said, f"{len(gone)} not replayed"] if gone else said)


def _compared(before: Backtest, after: Backtest, known: Sequence[int]) -> str:
    judged = [ms for ms in known if ms >= LEAST_MS]
    whole = after.until - after.since
    if not judged:
        return "too little history to judge" + (f": {lasted(max(known))} of {_days(whole)}" if any(known) else "")
    span = _span(judged, whole)
    few = len(known) - len(judged)
    doubt = f", but too little history to judge {few} of {plural(len(known), 'alert')}" if few else ""
    now, then = _pages(after), _pages(before)
    pages = plural(now, "page")
    return (f"{pages} in {span}, as many as before" if now == then else f"{pages} instead of {then} in {span}") + doubt


def _known(before: Backtest, after: Backtest) -> list[int]:
    """Return for how long each alert is known; of an alert on both sides, the shorter time."""
    found: dict[tuple[str, ...], int] = {}
    for alert in (*before.all_alerts, *after.all_alerts):
        found[alert.key] = min(alert.known_ms, found.get(alert.key, alert.known_ms))
    return list(found.values())


def _span(known: Sequence[int], whole: int) -> str:
    """Say how many days are known: all that were asked for, or what the server remembers of them."""
    least, most = _days(min(known)), _days(max(known))
    if least == _days(whole):
        return least
    return f"the {most if least == most else f'{least} to {most}'} that the server remembers"


def _days(ms: int) -> str:
    return plural((ms + _HOUR_MS) // _DAY_MS, "day")


def _pages(result: Backtest) -> int:
    return sum(len(alert.rang) for alert in result.all_alerts if alert.pages)


def _code(before: Backtest, after: Backtest, limits: Limits) -> int:
    if before.is_partial or after.is_partial:
        return ExitCode.WORLD
    is_bad = after.unreplayed or has_errors(breaches(after, limits))
    return ExitCode.PROBLEMS if is_bad else ExitCode.OK


def _cases(side: Side, diff: Diff, today: date) -> Cases:
    """Choose the SLOs and alerts that have changed; all of them when the settings have."""
    subjects = [subject for entry in diff.entries for subject in entry.subjects]
    everything = any(subject.kind == SETTINGS for subject in subjects)
    names = {(subject.service, subject.name) for subject in subjects if subject.name}

    def is_wanted(service: str, name: str) -> bool:
        return everything or (service, name) in names

    context, rules = written_context(side.settings), written_rules(side)
    alerts = (each.rule for each in rules if context.reaches_human(each.rule) and is_wanted(each.group, each.name))
    written = Cases((), tuple(alerts_of(alerts, context, "")), tuple(recorded_of(side.rules, context)))
    return spec_cases(_choices(side, is_wanted), side.settings, today) + written


def _choices(side: Side, is_wanted: Callable[[str, str], bool]) -> Iterable[Choice]:
    for service in side.services.values():
        slos = tuple(slo for slo in service.slos if is_wanted(service.name, slo.name))
        alerts = tuple(alert for alert in service.alerts if is_wanted(service.name, alert.name))
        if slos or alerts:
            yield Choice(service, slos, alerts)
