"""The verdict on an alert, in words and against the limits of the settings."""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks.flapping_in_history import CHECK as FLAPPING
from sloctl.checks.never_fires import CHECK as NEVER
from sloctl.checks.noisy_in_history import CHECK as NOISY
from sloctl.core.figures import decimal, share
from sloctl.core.finding import Finding, Problem, Severity
from sloctl.core.human import decimal_text, plural
from sloctl.evidence.limits import Limits
from sloctl.pipeline.backtest.results import AlertResult, Backtest, SloResult

_TICKETS = 7.0
"""How often a week an alert that does not page may fire before it is called frequent: once a day."""
_MOSTLY_RIGHT = 0.9
"""An alert whose firings were worth it so often is not what is wrong."""
_FEW = 2
"""Of so few firings nothing can be said about noise."""


def verdict(alert: AlertResult, limits: Limits) -> str:
    """Say in words what the figures mean."""
    figures = alert.summary
    if not alert.known_ms:
        return "did not fire: the server has no sample of what it reads"
    if not alert.is_judged:
        return "too little history to judge"
    if alert.is_state:
        return f"fires {share(figures.firing_ms / alert.known_ms)} of the time: that is a state, not an event"
    if not figures.times:
        return "did not fire"
    found = [*_flaps(alert, limits), *_noise(alert, limits)]
    return "; ".join([*found, *_worth(alert, limits, is_fine=not found)])


def _flaps(alert: AlertResult, limits: Limits) -> Iterator[str]:
    figures = alert.summary
    if figures.flaps_per_week > limits.usual_flaps or (figures.flaps > _FEW and 2 * figures.flaps > figures.times):
        yield f"flaps: came back within the hour {figures.flaps} of {plural(figures.times, 'time')}"


def _noise(alert: AlertResult, limits: Limits) -> Iterator[str]:
    figures, precision = alert.summary, alert.precision
    if alert.slo and precision is not None and precision < limits.usual_precision and figures.times >= _FEW:
        yield "noise"
    elif figures.per_week > (limits.usual_pages if alert.pages else _TICKETS) and figures.times > _FEW:
        yield f"often: {per_week(figures.per_week)} {alert.notify if alert.pages else 'time'}s a week"
    if alert.singles:
        yield f"{alert.singles} of {figures.times} by one event"


def _worth(alert: AlertResult, limits: Limits, *, is_fine: bool) -> Iterator[str]:
    if alert.slo and alert.worth is not None:
        head = "worth it: " if is_fine else ""
        loss = f"a loss of {share(limits.worth)} of the budget"
        is_right = not is_fine and (alert.precision or 0) >= _MOSTLY_RIGHT
        tail = ": the service needs mending, not the alert" if is_right else ""
        yield f"{head}{alert.worth} of {alert.summary.times} came with {loss} or more{tail}"
    elif is_fine:
        yield "rare" if alert.summary.per_week <= 1 else "bearable"


def per_week(number: float | None) -> str:
    """Write a number of firings a week; a dash where it is not known."""
    return "-" if number is None else decimal_text(decimal(number), 2)


def breaches(result: Backtest, limits: Limits) -> list[Finding]:
    """Return what the limits of the settings forbid of the alerts whose past is known well enough."""
    judged = (alert for alert in result.all_alerts if alert.is_judged)
    found = [finding for alert in judged for finding in _of_alert(alert, limits)]
    return [*found, *(finding for slo in result.slos for finding in _silent(slo, limits))]


def _of_alert(alert: AlertResult, limits: Limits) -> Iterator[Finding]:
    figures, precision = alert.summary, alert.precision
    name = f"`{alert.name}`" + (f" ({alert.tier})" if alert.tier else "")
    if limits.pages_per_week is not None and alert.pages and figures.per_week > limits.pages_per_week:
        allowed = decimal_text(decimal(limits.pages_per_week))
        yield _finding(
            NOISY.problem, alert, f"{name} would have paged {per_week(figures.per_week)} times a week; "
            f"up to {allowed} are allowed", _advice(alert),
        )  # fmt: skip
    if limits.min_precision is not None and alert.slo and precision is not None and precision < limits.min_precision:
        yield _finding(
            NOISY.problem, alert, f"{alert.worth} of {plural(figures.times, 'firing')} of {name} came with a loss of "
            f"{share(limits.worth)} of the budget; at least {share(limits.min_precision)} must", _advice(alert),
        )  # fmt: skip
    if limits.max_flaps is not None and figures.flaps_per_week > limits.max_flaps:
        advice = "give it `keep_firing_for`, or look at a longer window"
        message = f"{name} would have come back within an hour {per_week(figures.flaps_per_week)} times a week; "
        allowed = decimal_text(decimal(limits.max_flaps))
        yield _finding(FLAPPING.problem, alert, f"{message}up to {allowed} are allowed", advice)


def _advice(alert: AlertResult) -> str:
    if alert.suggestion:
        return suggestion_text(alert)
    return "raise the threshold, look at a longer window, or make it a ticket"


def _silent(slo: SloResult, limits: Limits) -> Iterator[Finding]:
    """Report losses that no page caught: only where limits are set at all, and pages exist."""
    if limits.at is None or not slo.missed or not any(alert.pages and alert.is_judged for alert in slo.alerts):
        return
    worst = max(slo.missed, key=lambda loss: loss.share)
    message = (
        f"{len(slo.missed)} {'loss' if len(slo.missed) == 1 else 'losses'} of {share(limits.worth)} and more of the "
        f"budget of `{slo.name}` came without a page; the worst cost {share(worst.share)}"
    )
    advice = "a slow loss is what the tickets are for; for a page, shorten a tier or lower its share of the budget"
    problem = Problem(NEVER.problem.code, NEVER.problem.name, Severity.WARNING, "")
    yield Finding(problem=problem, at=slo.at, message=message, help=advice)


def _finding(problem: Problem, alert: AlertResult, message: str, advice: str) -> Finding:
    failing = Problem(problem.code, problem.name, Severity.ERROR, problem.meaning)
    assert alert.at is not None  # noqa: S101 - every replayed alert was written somewhere; this tells mypy so
    return Finding(problem=failing, at=alert.at, message=message, help=advice)


def suggestion_text(alert: AlertResult) -> str:
    """Say what another level would have done."""
    found = alert.suggestion
    if found is None:
        return ""
    level, instead = (decimal_text(decimal(number)) for number in (found.level, found.instead))
    field = f"{found.field}:" if found.field in {"above", "below", "min_bad_events"} else found.field
    still = {1: f"in the one {found.incidents}", 2: f"in both {_many(found.incidents)}"}.get(
        found.caught, f"in all {found.caught} {_many(found.incidents)}"
    )
    times = f"{found.times} times" if found.times != 1 else "once"
    return f"{field} {level} instead of {instead} would have fired {times} instead of {found.now}, and still {still}"


def _many(noun: str) -> str:
    first, *rest = noun.split(" ", 1)
    return " ".join([f"{first}es" if first.endswith("s") else f"{first}s", *rest])
