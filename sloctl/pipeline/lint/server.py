"""The facts of a live server, each asked for once however many rules need it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

from sloctl.checks._server import SLOT, WEEK, Firings, LoadedRules, by_name
from sloctl.core.duration import Duration
from sloctl.core.source import Location
from sloctl.promapi.answers import Cost, Labels, ServerConfig
from sloctl.promapi.client import Client
from sloctl.promapi.errors import BadQueryError, PromApiError
from sloctl.promapi.links import Look, Page, look_at

T = TypeVar("T")

MOST_QUERIES = 300
"""How many queries a run measures at most."""

_DAY = 86_400
_HOPELESS = frozenset({None, 401, 407})
"""Without an answer, or without the right to one, further questions would only wait in vain again."""


class AskedServer:
    """Asks a server what the checks want to know; `now` is in unix seconds, `at` is where a failure points.

    It implements `sloctl.checks._server.Server`. A question that failed fails again without being asked.
    """

    def __init__(self, client: Client, *, now: float, at: Location, look: Look = look_at) -> None:
        self.at = at
        self.unmeasured = 0
        self.unreached: dict[str, str] = {}
        self._client = client
        self._look = look
        self._now = now
        self._answers: dict[str, Any] = {}
        self._failures: dict[str, PromApiError] = {}
        self._refused: dict[str, str] = {}
        self._hopeless: PromApiError | None = None

    @property
    def failures(self) -> tuple[PromApiError, ...]:
        """What went wrong so far, each message once."""
        return tuple({str(error): error for error in self._failures.values()}.values())

    def config(self) -> ServerConfig | None:
        """Return the server's configuration; None when it does not show it."""
        return self._once("config", self._client.config)

    def retention(self) -> Duration | None:
        """Return how long the server keeps samples; None when it does not say."""
        return self._once("retention", self._client.retention)

    def metrics(self) -> frozenset[str]:
        """Return the names of all series of the last week; without any it is the wrong server, or the wrong tenant."""
        return self._once("metrics", self._metrics)

    def _metrics(self) -> frozenset[str]:
        found = self._client.label_values("__name__", start=self._ago(WEEK), end=self._now)
        if not found:
            advice = "is it the right server, and the right tenant (`--header 'X-Scope-OrgID: …'`)?"
            raise PromApiError(f"{self._client.shown} has had no series for {WEEK}", status=200, help=advice)
        return found

    def labels(self, metrics: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Return the labels of metrics; each metric is one small question."""
        wanted = sorted(set(metrics))
        return self._once(f"labels {wanted}", lambda: dict(zip(wanted, self._all_labels(wanted), strict=True)))

    def _all_labels(self, metrics: list[str]) -> list[frozenset[str]]:
        start = self._ago(WEEK)
        return self._client.gather(
            lambda metric: self._client.label_names(f"{{__name__={json.dumps(metric)}}}", start=start, end=self._now),
            metrics,
        )

    def rules(self) -> LoadedRules | None:
        """Return the rules that the server evaluates; None when it lists none, for then another server does."""
        return self._once("rules", lambda: by_name(self._client.rules() or ())) or None

    def firings(self, by: Collection[str]) -> tuple[Firings, ...]:
        """Return when alerts fired; `last_over_time` over a slot sees what fired between two evaluations too."""
        expr = f'count by ({_names(by)}) (last_over_time(ALERTS{{alertstate="firing"}}[{SLOT}]))'
        return self._once(expr, lambda: self._firings(expr))

    def _firings(self, expr: str) -> tuple[Firings, ...]:
        start, step = self._ago(WEEK), float(SLOT.seconds)
        found = self._client.query_range(expr, start=start, end=self._now, step=step)
        return tuple(
            Firings(each.labels, frozenset(round((time - start) / step) for time, _ in each.points)) for each in found
        )

    def seen(self, days: int, by: Collection[str]) -> tuple[Labels, ...] | None:
        """Return which alerts were active; that the server remembers any alert of the first day shows its memory."""
        oldest = self._now - days * _DAY
        memory = "count(last_over_time(ALERTS[1d]))"
        if not self._once(f"{memory} {days}", lambda: self._client.query(memory, at=oldest + _DAY)):
            return None
        expr = f"count by ({_names(by)}) (last_over_time(ALERTS[{days}d]))"
        return tuple(sample.labels for sample in self._once(expr, lambda: self._client.query(expr, at=self._now)))

    def pages(self, urls: Iterable[str]) -> Mapping[str, Page]:
        """Follow links, each of them once; the only check that asks has all links at once."""
        wanted = sorted(set(urls))
        found = self._look(wanted)
        self.unreached = {url: page.trouble for url, page in found.items() if page.trouble and not page.is_gone}
        return found

    def costs(self, queries: Iterable[str]) -> Mapping[str, Cost]:
        """Measure queries, each of them once, up to `MOST_QUERIES`."""
        wanted = list(dict.fromkeys(queries))
        self.unmeasured = max(0, len(wanted) - MOST_QUERIES)
        return self._once(f"costs {wanted}", lambda: self._costs(wanted[:MOST_QUERIES]))

    def refusals(self, queries: Iterable[str]) -> Mapping[str, str]:
        """Return what the server says of the queries that it cannot evaluate; measuring them has shown it."""
        self.costs(queries)
        return self._refused

    def _costs(self, queries: list[str]) -> dict[str, Cost]:
        measured = zip(queries, self._client.gather(self._cost, queries), strict=True)
        return {query: cost for query, cost in measured if cost}

    def _cost(self, query: str) -> Cost | None:
        try:
            return self._client.cost(query, at=self._now)
        except PromApiError as error:
            if error.gave_up:
                return Cost(0, math.inf)
            if isinstance(error, BadQueryError):
                self._refused[query] = error.words
            if error.status in {400, 422}:  # this one query cannot be evaluated; the others can
                return None
            raise

    def _ago(self, time: Duration) -> float:
        return self._now - float(time.seconds)

    def _once(self, question: str, ask: Callable[[], T]) -> T:
        if error := self._hopeless or self._failures.get(question):
            raise error
        if question not in self._answers:
            try:
                self._answers[question] = ask()
            except PromApiError as error:
                self._failures[question] = error
                self._hopeless = error if error.status in _HOPELESS else None
                raise
        answer: T = self._answers[question]
        return answer


def _names(by: Collection[str]) -> str:
    return ", ".join(["alertname", *sorted(by)])
