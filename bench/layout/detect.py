"""When alerts begin and end in the incidents of a history, asked of the server, evaluation by evaluation."""

from __future__ import annotations

from dataclasses import dataclass

from layout.history import EVALUATION, HOUR, Incident
from layout.live import Ground, ask

_COARSE = 20 * EVALUATION


@dataclass(frozen=True, slots=True)
class Firing:
    """Minutes from the begin of an incident to the alert, and from its end to the reset; None where none was."""

    after: float | None
    reset: float | None


def firing(ground: Ground, expressions: list[str], incident: Incident, midnight: int) -> Firing:
    """Return when any of some alert expressions is true, to one evaluation."""
    begin, end = incident.begin(midnight), incident.end(midnight)
    until = end + (8 if incident.notify == "ticket" else 2) * HOUR
    long = end - begin > 4 * HOUR
    true = _true(ground, expressions, begin - 600, until, _COARSE if long else EVALUATION)
    if not true:
        return Firing(None, None)
    first, last = true[0], true[-1]
    if long:
        first = min(_true(ground, expressions, first - _COARSE, first, EVALUATION))
        last = max(_true(ground, expressions, last, last + _COARSE, EVALUATION))
    return Firing((first - begin) / 60, (last + EVALUATION - end) / 60)


def _true(ground: Ground, expressions: list[str], low: int, high: int, step: int) -> list[int]:
    times: set[int] = set()
    for expr in expressions:
        answer = ask(ground, "query_range", query=expr, start=str(low), end=str(high), step=str(step))
        times |= {int(at) for series in answer["result"] for at, _ in series["values"]}
    return sorted(times)
