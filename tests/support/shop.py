"""A server with the history of a shop: what `sloctl backtest` is run against where no real one is needed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from tests.cli.session import Outcome, sloctl
from tests.support.http import Answer, FakeServer, Request, failure, success

HOUR, DAY = 3600, 86_400
NOW = 1_795_046_400
"""What time it is by the server, whatever ours may be: a midnight."""
OUTAGE = (NOW - 3 * DAY - 2 * HOUR, NOW - 3 * DAY - HOUR)
"""An hour in which every third request of the service `shop` fails, from 22:00 on."""
SPEC = """\
apiVersion: sloctl/v1
kind: Service
metadata: {name: shop, owner: team-shop}
defaults: {runbook: "https://runbooks.example.org/{name}", action: Look at it}
slos:
  - name: checkout
    objective: 99.9
    sli:
      events: {bad: failed_total, total: requests_total}
"""
ALERT = """\
alerts:
  - name: QueueTooLong
    value: {of: queue_length, above: 100, for: 5m}
    priority: P2
    summary: Orders wait
"""
SETTINGS = "evaluation_interval: 2m\nscrape_interval: 60s\nspecs: [shop.yaml]\n"


def queue(at: float) -> float:
    """Swing across 100 four times a day for half an hour, and stand at 900 for two hours once."""
    if NOW - 5 * DAY <= at < NOW - 5 * DAY + 2 * HOUR:
        return 900
    return 110 if at % (6 * HOUR) < 1800 else 90


def errors(at: float) -> float:
    """Return the bad events of the five minutes before a time: 100 of 300 in the outage."""
    inside = min(at, OUTAGE[1]) - max(at - 300, OUTAGE[0])
    return max(0.0, inside) / 3


@dataclass
class Prometheus:
    """A server with a history: 300 requests in five minutes, since `since`."""

    since: int = 0
    longest: int = 11_000
    gone_after: int | None = None
    beside: dict[str, object] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def answer(self, request: Request) -> Answer:
        """Answer as the API."""
        query = request.param("query")
        if request.path.endswith("/rules"):
            return failure(404, "not_found", "no rules here")
        if request.path.endswith("/query"):
            shown = NOW if "time()" in query else 1
            return success({"resultType": "vector", "result": [{"metric": {}, "value": [NOW, str(shown)]}]})
        self.asked.append(query)
        if self.gone_after is not None and len(self.asked) > self.gone_after:
            return Answer(status=200, headers={}, body=b"", promised=99)
        start, end, step = (float(request.param(key)) for key in ("start", "end", "step"))
        times = [start + number * step for number in range(round((end - start) / step) + 1)]
        if len(times) > self.longest:
            return failure(422, "execution", "query processing would load too many samples")
        return self.matrix([[at, str(value)] for at in times if (value := self.value(query, at)) is not None])

    def matrix(self, values: list[list[object]]) -> Answer:
        """Answer with one series, or none."""
        series = [{"metric": {}, "values": values}] if values else []
        body = {"status": "success", "data": {"resultType": "matrix", "result": series}, **self.beside}
        return Answer(body=json.dumps(body).encode())

    def value(self, query: str, at: float) -> float | None:
        """Evaluate a query at a time."""
        if at < self.since:
            return None
        if "queue_length" in query:
            level = re.search(r" > (\d+)", query)
            return queue(at) if level is None or queue(at) > int(level[1]) else None
        if "calm" in query:
            return 0.0
        return errors(at) if "failed" in query else 300.0


def backtest(project: Path, server: FakeServer, *options: str | Path) -> Outcome:
    """Run the command against a server."""
    return sloctl("backtest", "--prometheus", server.url, *options, cwd=project)
