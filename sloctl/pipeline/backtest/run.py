"""A backtest: every SLO and every alert replayed, one by one; what the server fails at is left out, and told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import partial
from typing import TypeVar

from sloctl.core.duration import Duration
from sloctl.evidence.firings import Bout, together
from sloctl.evidence.samples import Grid
from sloctl.pipeline.backtest.alert import Recordings, replay_alert
from sloctl.pipeline.backtest.cases import AlertCase, Cases, SloCase
from sloctl.pipeline.backtest.fetch import Asker
from sloctl.pipeline.backtest.inline import NotInlinedError
from sloctl.pipeline.backtest.results import AlertResult, Backtest, SloResult, Unreplayed
from sloctl.pipeline.backtest.slo import Frame
from sloctl.pipeline.backtest.tiers import replay_slo
from sloctl.promapi.errors import BadQueryError, PromApiError
from sloctl.promql.errors import PromqlError

T = TypeVar("T")

Memo = dict[tuple[object, ...], SloResult]
"""What is known of SLOs, by their identity: both sides of a comparison mostly have the same."""

_HOPELESS = frozenset({None, 401, 407})
"""Without an answer, or without the right to one, further questions would only wait in vain again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which time is replayed: unix milliseconds, and how often rules are evaluated.

    `worth` is the share of a period's budget from which a loss is worth a page.
    """

    since: int
    until: int
    interval: Duration
    zone: tzinfo
    worth: float

    def frame(self, lead: Duration) -> Frame:
        """Return the evaluations to be computed: from `lead` before the beginning, so that windows are full there."""
        step = self.interval.ms
        since = -(-self.since // step) * step
        grid = Grid.between(since - lead.ms, self.until, step)
        return Frame(grid=grid, since=since, zone=self.zone, worth=self.worth)


class _Run:
    """What is found in the course of a run."""

    def __init__(self, cases: Cases, asker: Asker, frame: Frame, done: Callable[[], None], memo: Memo) -> None:
        self.asker, self.frame, self._done, self._memo = asker, frame, done, memo
        self.recordings = Recordings(cases.recorded, asker, frame)
        self.slos: list[SloResult] = []
        self.alerts: list[AlertResult] = []
        self.unreplayed: list[Unreplayed] = []
        self._hopeless: PromApiError | None = None

    def slo(self, case: SloCase) -> None:
        """Replay an SLO."""
        result = self._memo.get(case.identity)
        if result is None:
            result = self._tried(case, case.name, lambda: replay_slo(case, self.asker, self.frame))
        if result is not None:
            self._memo[case.identity] = result
            self.slos.append(result)
        elif not any(each.name == case.name for each in self.unreplayed):
            self._leave_out(case, case.name, "the server has no sample of its events")

    def alert(self, case: AlertCase) -> None:
        """Replay a threshold alert, or an alert of a rule file."""
        lost = self._lost(case.service)
        ask = partial(replay_alert, case, self.asker, self.frame, self.recordings, lost)
        result = self._tried(case, case.full_name, ask)
        if result is not None:
            self.alerts.append(result)

    def _still_answers(self) -> bool:
        """Tell whether the server answers anything: what took it too long may have been this one query."""
        try:
            self.asker.client.now()
        except PromApiError:
            return False
        return True

    def _lost(self, service: str) -> list[Bout] | None:
        """Return the losses of a service; None where it has no SLO that tells."""
        slos = [slo for slo in self.slos if slo.service == service]
        return [loss.bout for slo in slos for loss in slo.losses] if slos else None

    def _leave_out(self, case: SloCase | AlertCase, name: str, reason: str, *, is_failure: bool = False) -> None:
        self.unreplayed.append(Unreplayed(name, reason, is_failure, case.at))

    def _tried(self, case: SloCase | AlertCase, name: str, replay: Callable[[], T]) -> T | None:
        try:
            if self._hopeless:
                raise self._hopeless
            return replay()
        except PromApiError as error:
            self._hopeless = error if error.status in _HOPELESS and not self._still_answers() else None
            self._leave_out(case, name, str(error), is_failure=not isinstance(error, BadQueryError))
        except (NotInlinedError, PromqlError) as error:
            self._leave_out(case, name, str(error))
        finally:
            self._done()
        return None


def run_backtest(
    cases: Cases, asker: Asker, wanted: Wanted, done: Callable[[], None], memo: Memo | None = None
) -> Backtest:
    """Replay everything; `done` is called after each SLO and each alert.

    What `memo` has of an earlier run over the same time is not replayed again, and what is replayed is added.
    """
    frame = wanted.frame(cases.lead)
    run = _Run(cases, asker, frame, done, {} if memo is None else memo)
    for slo in cases.slos:
        run.slo(slo)
    for alert in cases.alerts:
        run.alert(alert)
    found: dict[str, list[AlertResult]] = {}
    for result in (*(each for slo in run.slos for each in slo.alerts), *run.alerts):
        found.setdefault(result.service, []).append(result)
    slos = (replace(slo, alerts=tuple(_with_overlaps(alert, found) for alert in slo.alerts)) for slo in run.slos)
    return Backtest(
        since=frame.since,
        until=frame.until,
        step=frame.grid.step,
        zone=wanted.zone,
        slos=tuple(slos),
        alerts=tuple(_with_overlaps(alert, found) for alert in run.alerts),
        unreplayed=tuple(run.unreplayed),
        reservations=asker.client.reservations,
    )


def _with_overlaps(alert: AlertResult, found: Mapping[str, Sequence[AlertResult]]) -> AlertResult:
    """Count how often other alerts of the same service rang at the same time; those that always fire say nothing."""
    others = (other for other in found[alert.service] if other.key != alert.key and not other.is_state)
    counted = ((_name(other, alert), together(alert.bouts, other.bouts)) for other in others)
    return replace(alert, overlaps=tuple((name, count) for name, count in counted if count))


def _name(other: AlertResult, alert: AlertResult) -> str:
    return other.label if other.slo == alert.slo else "/".join(filter(None, (other.slo, other.label)))
