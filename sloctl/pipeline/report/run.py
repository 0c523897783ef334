"""From services and a server to a report. What the server does not answer is marked; the rest is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import TypeVar

from sloctl.core.duration import Duration
from sloctl.evidence.samples import Grid
from sloctl.model.service import Service, Slo
from sloctl.pipeline.backfill.history import History
from sloctl.pipeline.report.fetch import fetch_alerts, fetch_slices
from sloctl.pipeline.report.figures import budget
from sloctl.pipeline.report.model import NOTHING, AlertRuns, Period, Report, ServiceReport, SloReport
from sloctl.pipeline.report.periods import UTC_NAME, calendar, rolling, time_zone
from sloctl.promapi.client import MAX_POINTS, Client
from sloctl.promapi.errors import PromApiError

_Found = TypeVar("_Found")

ROLLING = "rolling"
_NOT_ASKED = "not asked: the server had stopped answering"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a report is to tell.

    `until` ends the rolling periods, in unix milliseconds. `periods` are `rolling`, or `month` or `quarter` in `zone`;
    `last` is how many of them, and with 0 nothing is said about the past. `raw` lets raw series stand in for recordings
    that are missing.
    """

    until: int
    zone: str = UTC_NAME
    periods: str = ROLLING
    last: int = 0
    raw: bool = True

    def history(self, slo: Slo) -> tuple[Period, ...]:
        """Return the periods of an SLO that the report tells of, oldest first."""
        if not self.last:
            return ()
        if self.periods == ROLLING:
            return rolling(self.until, slo.period, self.last)
        return calendar(self.until, self.periods, self.last, time_zone(self.zone))

    def grid(self, slo: Slo) -> Grid:
        """Return the ends of the slices that are needed: the rolling budget looks back a period from each of them."""
        starts = [self.until, *(period.start for period in self.history(slo))]
        return _grid(min(starts) - slo.period.ms, self.until, slo.base)


def _grid(start: int, until: int, step: Duration) -> Grid:
    count = -((start - until) // step.ms)
    return Grid(until - (count - 1) * step.ms, step.ms, count)


class _Prompt(History):
    """Asks for what was recorded; that is quick, so a server that is too slow for it is not asked in smaller parts."""

    def _shrink(self, part: Grid, error: PromApiError) -> None:
        if error.is_timeout:
            raise error
        super()._shrink(part, error)


@dataclass(slots=True)
class _Server:
    """A server that may go away midway: whoever learns of it tells the others, who then do not wait for it too."""

    client: Client
    stop: Event
    has_gone: Event = field(default_factory=Event)

    def attempt(self, ask: Callable[[History], _Found], failed: Callable[[str], _Found]) -> _Found:
        """Return what is asked for, or what stands for the failure."""
        if self.has_gone.is_set() or self.stop.is_set():
            return failed(_NOT_ASKED)
        try:
            return ask(_Prompt(self.client, part=MAX_POINTS))
        except PromApiError as error:
            if error.status is None:
                self.has_gone.set()
            return failed(str(error))


def build_report(
    services: Sequence[Service],
    asked: Asked,
    client: Client,
    *,
    done: Callable[[], None] = lambda: None,
    stop: Event | None = None,
) -> Report:
    """Ask for everything, a few questions at once; no failure of the server raises anything.

    `done` is called after each SLO. Once `stop` is set, nothing more is asked.
    """
    server = _Server(client, stop or Event())
    alerts = client.gather(lambda service: _alerts(server, service, asked), services)
    pairs = [(service, slo, runs) for service, (runs, _) in zip(services, alerts, strict=True) for slo in service.slos]

    def report_slo(item: tuple[Service, Slo, Sequence[AlertRuns]]) -> SloReport:
        service, slo, runs = item
        found = server.attempt(
            lambda history: _slo_report(history, History(client), (service, slo), runs, asked),
            lambda error: SloReport(slo=slo, error=error, source=NOTHING),
        )
        done()
        return found

    reports = iter(client.gather(report_slo, pairs))
    parts = tuple(
        ServiceReport(service=service, slos=tuple(next(reports) for _ in service.slos), alerts=runs, error=error)
        for service, (runs, error) in zip(services, alerts, strict=True)
    )
    return Report(until=asked.until, zone=asked.zone, services=parts, periods=asked.periods)


def _alerts(server: _Server, service: Service, asked: Asked) -> tuple[tuple[AlertRuns, ...], str]:
    if not service.slos:
        return (), ""
    longest = max(slo.period for slo in service.slos)
    grid = _grid(asked.until - longest.ms, asked.until, service.slos[0].base)
    return server.attempt(lambda history: (fetch_alerts(history.ask, service, grid), ""), lambda error: ((), error))


def _slo_report(
    history: History, raw: History, of: tuple[Service, Slo], alerts: Iterable[AlertRuns], asked: Asked
) -> SloReport:
    service, slo = of
    periods, known = asked.history(slo), list(alerts)
    slices, source = fetch_slices(history.ask, service, slo, asked.grid(slo), raw=raw.ask if asked.raw else None)
    budgets = tuple(budget(slo, group, each, periods, known) for group, each in slices.items())
    return SloReport(slo=slo, budgets=budgets, source=source)
