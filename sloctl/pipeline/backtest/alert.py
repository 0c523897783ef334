"""A threshold alert, or an alert of a rule file, replayed: the server evaluates its expression over the past."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sloctl.core.duration import Duration
from sloctl.evidence.firings import Bout, Firing, bouts, firings, overlapping
from sloctl.evidence.samples import Bools, Grid, Samples
from sloctl.evidence.suggest import Suggestion, better_level, levels_beyond
from sloctl.evidence.summary import summarise
from sloctl.model.rules import Pairs
from sloctl.pipeline.backtest.cases import AlertCase, Recorded
from sloctl.pipeline.backtest.events import events_query, with_events
from sloctl.pipeline.backtest.fetch import Asker, Held
from sloctl.pipeline.backtest.inline import inline, level_of
from sloctl.pipeline.backtest.known import Known, needs_nothing
from sloctl.pipeline.backtest.results import LEAST_MS, AlertResult, Rang
from sloctl.pipeline.backtest.slo import CAUGHT_WITHIN, Frame
from sloctl.promql.errors import PromqlError
from sloctl.promql.literals import quote
from sloctl.promql.normal import normalise
from sloctl.promql.parse import parse

LONG = Duration.of(hours=1)
"""Without an SLO nothing tells what was an incident; a firing as long as this may have been one."""
MANY_SERIES = 50
"""Of more series than this, no other level is tried: all their values would have to be fetched."""
_COMPARISONS: Mapping[str, Callable[..., Bools]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip

_ABOVE = frozenset({">", ">="})


class Recordings:
    """The recording rules that alerts may read, whether the server has their history, and that of all else."""

    def __init__(self, recorded: Iterable[tuple[str, Recorded]], asker: Asker, frame: Frame) -> None:
        self._rules: dict[str, list[Recorded]] = {}
        for name, rule in recorded:
            self._rules.setdefault(name, []).append(rule)
        self._client, self._since = asker.client, frame.since
        self.known = Known(asker, frame)
        self.is_known = cache(self._is_known)
        self._loaded = cache(self._load)

    def inlined(self, expr: str, every: Duration) -> str:
        """Return an expression that reads what the server has; raise NotInlinedError where there is none."""
        return inline(expr, self._rules, self.is_known, every=every)

    def _is_known(self, name: str) -> bool:
        """Tell whether the server has recorded a rule since the beginning, and still records it as it is here."""
        loaded = self._loaded().get(name)
        if loaded is not None and {_normal(rule.expr) for rule in self._rules[name]} != loaded:
            return False
        asked = f"count(last_over_time({{__name__={quote(name)}}}[1h]))"
        return bool(self._client.query(asked, at=self._since / 1000 + 3600))

    def _load(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        for rule in self._client.rules() or ():
            if not rule.is_alert:
                found.setdefault(rule.name, set()).add(_normal(rule.query))
        return found


def _normal(expr: str) -> str:
    try:
        return normalise(parse(expr).root)
    except PromqlError:
        return expr


def replay_alert(
    case: AlertCase, asker: Asker, frame: Frame, recordings: Recordings, lost: Sequence[Bout] | None
) -> AlertResult:
    """Replay an alert by its expression; `lost` are the losses of its service, None where it has no SLO.

    Raise PromApiError when the server fails, NotInlinedError when it lacks recordings that the alert reads.
    """
    expr, grid = recordings.inlined(case.expr, case.interval), _grid(case, frame)
    held, known = asker.ask_where(expr, grid), recordings.known.ms(expr)
    is_young = needs_nothing(expr) and known < frame.until - frame.since
    begin = grid.index(frame.until - known) if is_young else 0  # what is absent from no server wakes nobody
    fired = [each for each in _fired(held, begin, case, grid) if each.end > frame.since]
    rang = tuple(Rang(bout=bout, was_worth=_was_worth(bout, lost)) for bout in bouts(fired))
    rang = with_events(rang, fired, events_query(expr), asker.client)
    now = [each.bout for each in rang]
    known = max((known, *(frame.until - each.start for each in now)))
    known = min(known, frame.until - frame.since)
    is_tried = len(now) > 1 and known >= LEAST_MS and not held.failed
    return AlertResult(
        service=case.service,
        slo="",
        name=case.name,
        tier="",
        notify=case.notify,
        firings=tuple(fired),
        rang=rang,
        summary=summarise(now, known_ms=known, zone=frame.zone),
        suggestion=_other_level(_Level(case, expr, grid, frame.since), asker, now, lost) if is_tried else None,
        at=case.at,
        variant=case.variant,
        known_ms=known,
        failed=len(held.failed),
        failure=held.words,
    )


def _grid(case: AlertCase, frame: Frame) -> Grid:
    """Return the evaluations of an alert's own group; enough before the replayed time for `for` to pass."""
    return Grid.between(frame.since - case.hold.ms - case.interval.ms, frame.until, case.interval.ms)


def _fired(held: Held, begin: int, case: AlertCase, grid: Grid) -> Iterator[Firing]:
    """Yield when each series fired, as if there had been no evaluation before `begin`."""
    for labels, at in held.at.items():
        yield from _firings(_active(at[at >= begin], held.failed, grid), labels, case, grid)


def _active(at: NDArray[np.int64], failed: Sequence[int], grid: Grid) -> Bools:
    active = np.zeros(grid.count, dtype=np.bool_)
    active[at] = True
    for index in failed:  # an evaluation that fails changes no alert: rules/group.go, `Eval`
        active[index] = index > 0 and active[index - 1]
    return active


def _firings(active: Bools, labels: Pairs, case: AlertCase, grid: Grid) -> list[Firing]:
    own = tuple(sorted((dict(labels) | dict(case.labels)).items()))
    return firings(active, grid, hold=case.hold, keep=case.keep, labels=own)


def _was_worth(bout: Bout, lost: Sequence[Bout] | None) -> bool | None:
    return None if lost is None else overlapping(bout, lost, slack=CAUGHT_WITHIN.ms)


@dataclass(frozen=True, slots=True)
class _Level:
    case: AlertCase
    expr: str
    grid: Grid
    since: int


def _other_level(of: _Level, asker: Asker, now: Sequence[Bout], lost: Sequence[Bout] | None) -> Suggestion | None:
    """Try other levels on the values that the alert compares."""
    parts = level_of(of.expr)
    if parts is None:
        return None
    value, comparison, level = parts
    count = asker.client.query(f"count({value})", at=(of.grid.end - of.grid.step) / 1000)
    if not count or count[0].value > MANY_SERIES:
        return None
    [answer] = asker.ask([value], of.grid)
    replay, extreme = _replayer(of, answer, comparison), _extreme(answer, comparison)
    far = 2 * level if comparison in _ABOVE else level / 2
    for word, incidents in _incidents(now, lost, replay(far)):
        better = better_level(levels_beyond(level, extreme), replay, now=now, incidents=incidents)
        if better:
            return Suggestion(field=of.case.field, level=better[0], instead=level, times=better[1], now=len(now),
                              caught=better[2], incidents=word)  # fmt: skip
    return None


def _incidents(
    now: Sequence[Bout], lost: Sequence[Bout] | None, far: Sequence[Bout]
) -> Iterator[tuple[str, Sequence[Bout]]]:
    """Yield what may have been the incidents, the surest first: what was lost, what was long, what was far beyond."""
    yield "loss", lost or ()
    yield "firing of an hour or more", [bout for bout in now if bout.ms >= LONG.ms]
    yield "firing far beyond the level", far


def _replayer(of: _Level, answer: Mapping[Pairs, Samples], comparison: str) -> Callable[[float], Sequence[Bout]]:
    compare = _COMPARISONS[comparison]

    def replay(level: float) -> Sequence[Bout]:
        found = (
            firing
            for labels, samples in answer.items()
            for firing in _firings(samples.there & compare(samples.numbers, level), labels, of.case, of.grid)
        )
        return bouts(firing for firing in found if firing.end > of.since)

    return replay


def _extreme(answer: Mapping[Pairs, Samples], comparison: str) -> float:
    """Return the value that is farthest beyond the level."""
    values = np.concatenate([samples.numbers[samples.there] for samples in answer.values()])
    finite = values[np.isfinite(values)]
    return float(finite.max() if comparison in _ABOVE else finite.min()) if len(finite) else 0.0
