"""A server that knows the events of a month: one bad in a thousand, and incidents that a test places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tests.support.http import Answer, Request, success

NOW = int(datetime.fromisoformat("2026-11-23T12:00:00Z").timestamp())
HOUR, DAY = 3600, 86_400
TOTAL = 100.0
"""Valid events in five minutes."""
NORMAL = 0.001

SPEC = """\
apiVersion: sloctl/v1
kind: Service
metadata: {name: shop, owner: team-shop, links: {dashboard: "https://grafana.example.org/d/shop"}}
defaults: {runbook: "https://runbooks.example.org/{name}", action: Look at it}
policy:
  - {below: 50%, then: Reliability work goes first}
  - {below: 0%, then: Freeze releases, freeze: true}
slos:
  - name: checkout
    description: Orders are accepted
    objective: 99
    sli: {events: {bad: failed_total, total: requests_total}}
"""


@dataclass(frozen=True, slots=True)
class Incident:
    """Errors for some seconds from a time on (unix seconds): `ratio` of the events are bad."""

    start: int
    seconds: int
    ratio: float


@dataclass(slots=True)
class Month:
    """Answers as Prometheus does. Recordings begin at `recorded_since`, raw series at `raw_since`, both unix seconds.

    `regions` are the groups, `pages` the times of `ErrorBudgetBurnPage`; `instead` may answer before this does.
    """

    incidents: tuple[Incident, ...] = ()
    recorded_since: float = NOW - 400 * DAY
    raw_since: float = NOW - 400 * DAY
    regions: tuple[str, ...] = ()
    pages: tuple[tuple[int, int], ...] = ()
    instead: Callable[[Request], Answer | None] = lambda _: None
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: Request) -> Answer:
        """Answer the queries of a report."""
        query = request.param("query")
        self.asked.append(query)
        if (other := self.instead(request)) is not None:
            return other
        if query == "vector(time())":
            return success({"resultType": "vector", "result": [{"metric": {}, "value": [NOW, str(NOW)]}]})
        result = list(self._alerts(request) if "ALERTS" in query else self._events(request, query))
        return success({"resultType": "matrix", "result": result})

    def _events(self, request: Request, query: str) -> Iterator[dict[str, object]]:
        since = self.recorded_since if "slo:" in query else self.raw_since
        is_bad = "bad_events" in query or "failed_total" in query
        times = [at for at in asked_times(request) if at >= since]
        values = [(at, str(TOTAL * (self.ratio(at) if is_bad else 1))) for at in times]
        for region in self.regions or ("",) if values else ():
            yield {"metric": {"region": region} if region else {}, "values": values}

    def _alerts(self, request: Request) -> Iterator[dict[str, object]]:
        firing = [(at, "5") for at in asked_times(request)
                  if any(start < at <= end + 300 for start, end in self.pages)]  # fmt: skip
        labels = {"alertname": "ErrorBudgetBurnPage", "slo": "checkout", "tier": "fast", "notify": "page"}
        if firing:
            yield {"metric": labels, "values": firing}

    def ratio(self, at: float) -> float:
        """Return the share of bad events in the five minutes up to a time."""
        return next((each.ratio for each in self.incidents if each.start < at <= each.start + each.seconds), NORMAL)


def asked_times(request: Request) -> list[float]:
    """Return the times of a range query."""
    start, end, step = (float(request.param(name)) for name in ("start", "end", "step"))
    return [start + number * step for number in range(int((end - start) / step + 1e-6) + 1)]
