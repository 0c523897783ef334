"""The figures of an audit as cells and sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sloctl.core.figures import brief, days_text, lasted, moment
from sloctl.core.human import and_list, plural
from sloctl.evidence.limits import Limits
from sloctl.pipeline.audit.facts import ENOUGH, PAGE, TICKET, Audit, Audited, Load, Together
from sloctl.pipeline.audit.judge import Judged, Verdict, judge, noise

ALERT_HEAD = ("alert", "do", "calls", "fired", "a week", "firing", "median", "again", "night")
LOAD_HEAD = ("", "pages", "a week", "at night", "tickets")


def ranked(audit: Audit, limits: Limits) -> list[tuple[Audited, Judged]]:
    """Return what was heard or should go, each with its verdict, the noisiest first; what is quiet and stays is not."""
    judged = [(alert, judge(alert, audit, limits)) for alert in audit.alerts]
    shown = [(alert, verdict) for alert, verdict in judged if alert.summary.times or verdict.verdict is Verdict.DELETE]
    return sorted(shown, key=lambda pair: (-noise(pair[0], audit, limits), pair[0].shown))


def quiet(audit: Audit) -> list[Audited]:
    """Return the alerts that never fired; those of SLOs and those that are meant for other things are left out."""
    silent = (alert for alert in audit.alerts if not alert.summary.times)
    return [alert for alert in silent if not alert.is_of_slo and not alert.is_by_design]


def alert_cells(alert: Audited, judged: Judged, *, by_week: bool) -> tuple[str, ...]:
    """Return a row of `ALERT_HEAD`; `by_week` tells that enough is known to say how often it fired in a week."""
    figures = alert.summary
    times = [brief(each) if figures.times else "-" for each in (figures.firing_ms, figures.median_ms)]
    weekly = _weekly(figures.per_week if by_week else None)
    return (alert.shown, judged.verdict.value, alert.notify or "?", str(figures.times), weekly, *times,
            str(figures.flaps), str(figures.at_night))  # fmt: skip


def load_cells(load: Load) -> tuple[str, ...]:
    """Return a row of `LOAD_HEAD`."""
    return (load.name, str(load.pages), _weekly(load.pages_per_week), str(load.at_night), str(load.tickets))


def _weekly(number: float | None) -> str:
    return "-" if number is None else f"{number:.1f}"


def head_words(audit: Audit) -> str:
    """Say how many alerts were looked at, and from when to when."""
    span = f"{moment(audit.asked_since, audit.zone)} to {moment(audit.until, audit.zone)} {audit.zone.tzname(None)}"
    return f"{plural(len(audit.alerts), 'alert')} from {span}"


def verdict_words(audit: Audit, limits: Limits) -> str:
    """Count the verdicts: `3 to delete, 14 to fix and 185 to keep.`"""
    counts = Counter(judge(alert, audit, limits).verdict for alert in audit.alerts)
    words = [f"{counts[each]} {'' if each is Verdict.GONE else 'to '}{each.value}" for each in Verdict if counts[each]]
    return f"{and_list(words) or 'No alerts'}."


def whom_words(alert: Audited) -> str:
    """Say whom an alert calls: `Alert, which pages team-a`."""
    calls = {PAGE: "pages", TICKET: "writes tickets for"}.get(alert.notify)
    return f"{alert.shown}, which {calls} {alert.owner}" if calls and alert.owner else alert.shown


def reservation_words(audit: Audit) -> list[str]:
    """Say whose alerts they are, and what limits the audit."""
    words = [f"what {audit.server} has recorded", *_limits(audit)]
    return [f"{each[0].upper()}{each[1:]}." for each in words]


def _limits(audit: Audit) -> Iterator[str]:
    yield from (f"the server's answer may lack something: {each}" for each in audit.reservations)
    if audit.is_short:
        yield (f"the server remembers {known_words(audit)} only, so what did not fire may have fired before"
               if audit.known_ms else "the server remembers nothing of this time")  # fmt: skip
    if not audit.has_rules:
        yield "the server lists no rules, so alerts that never fired, runbooks and findings are not known"


def known_words(audit: Audit) -> str:
    """Say how long a time is known."""
    return days_text(audit.known_ms) if audit.known_ms >= ENOUGH.ms else lasted(audit.known_ms)


def nothing_words(audit: Audit, limits: Limits) -> str:
    """Say why there is nothing to do."""
    heard = {judge(alert, audit, limits).verdict for alert in audit.alerts if alert.summary.times}
    if not heard:
        return f"nothing: no alert fired in {known_words(audit)}"
    if Verdict.WATCH in heard:
        return f"nothing yet: {known_words(audit)} is too little to judge"
    if heard == {Verdict.GONE}:
        return "nothing: what fired is not evaluated any more"
    return "nothing: every alert that fired was worth keeping"


def together_words(pair: Together) -> str:
    """Say what two alerts have in common, and what to do."""
    one, other = pair.one, pair.other
    often = f"`{one.shown}` was firing in {pair.times} of the {plural(pair.of, 'firing')} of `{other.shown}`"
    if one.notify == PAGE and other.notify != PAGE:
        return f"{often}: let the page inhibit the ticket"
    if other.notify == PAGE and one.notify != PAGE:
        return f"{often}: let `{other.shown}`, which pages, inhibit the other"
    return f"{often}: group them, let one inhibit the other, or keep one"


def budget_words(loads: Sequence[Load], allowed: float | None) -> list[str]:
    """Name the owners who are called more often than their budget of pages allows."""
    return [
        f"{load.name} was paged {load.pages_per_week:.1f} times a week; the budget is {allowed:g}"
        for load in loads
        if allowed is not None and load.pages_per_week is not None and load.pages_per_week > allowed
    ]


def finding_words(alert: Audited) -> str:
    """Name what lint finds in an alert."""
    return f"lint: {', '.join(alert.codes)}" if alert.codes else ""
