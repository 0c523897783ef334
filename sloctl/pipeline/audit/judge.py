"""Delete, fix or keep: a verdict on each alert, with the numbers it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from sloctl.core.duration import Duration
from sloctl.core.figures import brief, days_text, lasted, share
from sloctl.core.human import plural
from sloctl.evidence.limits import Limits
from sloctl.evidence.summary import WEEK
from sloctl.pipeline.audit.facts import NOBODY, PAGE, Audit, Audited

SOON_OVER = Duration.of(minutes=5)
"""What is over so soon is over before anybody has looked."""
OFTEN_ENOUGH = 3
"""How often an alert must have fired before its habits are judged."""
TICKETS_PER_WEEK = 7.0
"""How many tickets of one alert a week people bear: one a day."""
ALWAYS = 0.5
"""An alert that fires for this share of the time is a state, and no event."""
QUIET_ENOUGH = WEEK
"""For how long an alert must not have fired before that says anything."""


class Verdict(Enum):
    """What is to be done; the value is the word that is printed."""

    DELETE = "delete"
    FIX = "fix"
    WATCH = "watch"
    KEEP = "keep"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict and its reasons, each a clause with its number."""

    verdict: Verdict
    reasons: tuple[str, ...]


def judge(alert: Audited, audit: Audit, limits: Limits) -> Judged:
    """Return what is to be done about an alert."""
    if alert.is_by_design:
        found = Judged(Verdict.KEEP, ("it is meant to fire",))
    elif not alert.is_loaded:
        found = Judged(Verdict.GONE, ("the server does not evaluate it any more",))
    elif alert.notify == NOBODY:
        found = Judged(Verdict.DELETE, ("it calls nobody: what nobody must act on is a panel or a report",))
    elif not audit.is_enough:
        found = Judged(Verdict.WATCH, tuple(_so_far(alert, audit)))
    elif not alert.summary.times:
        found = _quiet(alert, audit)
    else:
        found = _heard(alert, tuple(_habits(alert, audit, limits)))
    return found


def _so_far(alert: Audited, audit: Audit) -> Iterator[str]:
    if alert.summary.times:
        yield (f"it fired {share(_lasting(alert, audit))} of the {lasted(audit.known_ms)} that the server remembers: "
               "too little to judge")  # fmt: skip


def _heard(alert: Audited, reasons: tuple[str, ...]) -> Judged:
    if not reasons:
        return Judged(Verdict.KEEP, ())
    if alert.runbook:
        return Judged(Verdict.FIX, reasons)
    return Judged(Verdict.DELETE, (*reasons, "nothing says what to do: no runbook"))


def _quiet(alert: Audited, audit: Audit) -> Judged:
    if audit.is_short or audit.known_ms < QUIET_ENOUGH.ms:
        return Judged(Verdict.KEEP, ())
    never = f"it never fired in {days_text(audit.known_ms)}"
    if alert.is_of_slo:
        return Judged(Verdict.KEEP, (f"{never}: the objective was met",))
    if alert.runbook:
        return Judged(Verdict.KEEP, (f"{never}: prove that it can",))
    return Judged(Verdict.DELETE, (f"{never}, and it has no runbook: prove that it can fire, or let it go",))


def _habits(alert: Audited, audit: Audit, limits: Limits) -> Iterator[str]:
    figures = alert.summary
    if (lasting := _lasting(alert, audit)) >= ALWAYS:
        yield f"it fired {share(lasting)} of the time: nobody hears it any more"
    if figures.per_week > allowed(alert, limits) and figures.times >= OFTEN_ENOUGH:
        yield f"it fired {figures.per_week:.1f} times a week, {plural(figures.at_night, 'time')} at night"
    if figures.flaps > limits.usual_flaps and 3 * figures.flaps >= figures.times:
        often = f"{figures.flaps} of {plural(figures.times, 'time')}"
        yield f"it came back within the hour {often}: a longer `for`, or `keep_firing_for`"
    if figures.times >= OFTEN_ENOUGH and figures.median_ms < SOON_OVER.ms:
        yield f"half of its firings were over within {brief(figures.median_ms)}"


def _lasting(alert: Audited, audit: Audit) -> float:
    """Return for which share of the time that is known an alert fired."""
    return min(1.0, alert.summary.firing_ms / audit.known_ms) if audit.known_ms else 0.0


def allowed(alert: Audited, limits: Limits) -> float:
    """Return how often an alert may fire in a week."""
    return limits.usual_pages if alert.notify == PAGE else TICKETS_PER_WEEK


def noise(alert: Audited, audit: Audit, limits: Limits) -> float:
    """Weigh how much an alert was heard: 1 is as much as is borne; alerts by design weigh nothing."""
    if alert.is_by_design:
        return 0.0
    often = alert.summary.per_week / (allowed(alert, limits) or 1.0)
    return often + _lasting(alert, audit) / ALWAYS
