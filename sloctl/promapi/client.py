"""The API of a server as functions: what is asked goes in, values come out, PromApiError says what went wrong."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from sloctl.core.duration import Duration
from sloctl.promapi.answers import (
    ActiveAlert,
    Cost,
    Labels,
    LoadedRule,
    Metadata,
    Sample,
    Series,
    ServerConfig,
    read_alerts,
    read_config,
    read_cost,
    read_flags,
    read_head_start,
    read_matrix,
    read_metadata,
    read_names,
    read_retention,
    read_rules,
    read_series,
    read_vector,
    read_version,
)
from sloctl.promapi.errors import BadQueryError, PromApiError
from sloctl.promapi.matrix import Column
from sloctl.promapi.reply import Reply
from sloctl.promapi.transport import CONNECTIONS, Transport

T = TypeVar("T")
U = TypeVar("U")

MAX_POINTS = 10_000
"""Evaluations in one range query. Prometheus refuses more than 11,000."""

_ABSENT = frozenset({400, 403, 404, 405, 501})
"""What servers answer where they lack a page of Prometheus, or keep it to themselves."""


class Client:
    """Asks one server. All times are unix seconds."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._reservations: dict[str, None] = {}

    @property
    def reservations(self) -> tuple[str, ...]:
        """Why answers so far may lack something, in the server's words, each once: results are then partial."""
        return tuple(self._reservations)

    @property
    def shown(self) -> str:
        """The address of the server as it may be printed."""
        return self._transport.access.shown

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def query(self, expr: str, *, at: float) -> list[Sample]:
        """Evaluate an expression whose result is an instant vector."""
        params = [("query", expr), ("time", _time(at)), self._timeout]
        return self._get("query", params, read_vector, f"query `{expr}`")

    def cost(self, expr: str, *, at: float) -> Cost | None:
        """Measure one evaluation of an expression; None when the server does not count."""
        params = [("query", expr), ("time", _time(at)), ("stats", "all"), self._timeout]
        return self._get("query", params, read_cost, f"query `{expr}`")

    def now(self) -> float:
        """Return what time it is by the server's clock, which may differ from ours."""
        [sample] = self._get("query", [("query", _NOW), self._timeout], _one_sample, "query of the time")
        return sample.value

    def query_range(self, expr: str, *, start: float, end: float, step: float) -> list[Series]:
        """Evaluate an expression at `start`, `start + step` and so on up to `end`, in as many requests as it takes."""
        found = self.columns(expr, start=start, end=end, step=step)
        return [Series(each.labels, tuple(zip(each.times, each.values, strict=True))) for each in found]

    def columns(self, expr: str, *, start: float, end: float, step: float) -> list[Column]:
        """Do the same as `query_range`, for long answers: 16 bytes a point, and their text is never in memory whole."""
        series: dict[tuple[tuple[str, str], ...], Column] = {}
        for number in range(0, int((end - start) / step) + 1, MAX_POINTS):
            first = start + number * step
            last = min(end, first + (MAX_POINTS - 1) * step)
            params = [("query", expr), ("start", _time(first)), ("end", _time(last)), ("step", _time(step))]
            for column in self._range([*params, _EXACT, self._timeout], f"query `{expr}`"):
                series.setdefault(tuple(sorted(column.labels.items())), Column(column.labels)).extend(column)
        return list(series.values())

    def _range(self, params: list[tuple[str, str]], what: str) -> list[Column]:
        reply = self._call("query_range", params, what, lift=True)
        return self._read(reply, lambda data: read_matrix(data, reply.points), what)

    def series(self, selector: str, *, start: float, end: float) -> list[Labels]:
        """Return the labels of every series of a selector in a time range, `__name__` among them."""
        params = [("match[]", selector), ("start", _time(start)), ("end", _time(end))]
        return self._get("series", params, read_series, f"series of `{selector}`")

    def metadata(self) -> Mapping[str, Metadata] | None:
        """Return what targets say about their metrics, by name; None when the server does not keep it."""
        return self._where_present("metadata", read_metadata, "metadata")

    def label_values(self, label: str, *, start: float, end: float) -> frozenset[str]:
        """Return the values of a label that any series had in a time range."""
        params = [("start", _time(start)), ("end", _time(end))]
        return self._get(f"label/{label}/values", params, read_names, f"values of the label `{label}`")

    def label_names(self, selector: str, *, start: float, end: float) -> frozenset[str]:
        """Return the labels that any series of a selector had in a time range, `__name__` among them."""
        params = [("match[]", selector), ("start", _time(start)), ("end", _time(end))]
        return self._get("labels", params, read_names, f"labels of `{selector}`")

    def rules(self) -> tuple[LoadedRule, ...] | None:
        """Return the rules that the server evaluates; None when it does not say."""
        return self._where_present("rules", read_rules, "list of rules")

    def alerts(self) -> tuple[ActiveAlert, ...] | None:
        """Return the alerts that are pending or firing now; None when the server evaluates none."""
        return self._where_present("alerts", read_alerts, "alerts")

    def version(self) -> str | None:
        """Return the server's version; None when it does not say."""
        return self._where_present("status/buildinfo", read_version, "build information")

    def flags(self) -> Mapping[str, str] | None:
        """Return the options that the server was started with; None when it does not say."""
        return self._where_present("status/flags", read_flags, "flags")

    def config(self) -> ServerConfig | None:
        """Return what the server's configuration says about rules; None when it does not show it."""
        return self._where_present("status/config", read_config, "configuration")

    def retention(self) -> Duration | None:
        """Return how long the server keeps samples; None when it does not say, or limits only their size."""
        return self._where_present("status/runtimeinfo", read_retention, "runtime information")

    def head_start(self) -> float | None:
        """Return when the samples begin that the server still holds in memory; None when it does not say."""
        return self._where_present("status/tsdb", read_head_start, "state of the database")

    def gather(self, ask: Callable[[T], U], items: Iterable[T]) -> list[U]:
        """Call a function for each item, a few at once, and return the results in order; the first error ends it."""
        with _threads() as pool:
            waiting = [pool.submit(ask, item) for item in items]
            return [each.result() for each in waiting]

    def each(self, ask: Callable[[T], U], items: Iterable[T]) -> Iterator[U]:
        """Do the same, but yield each result when it is its turn: no more wait than requests are under way."""
        waiting: deque[Future[U]] = deque()
        with _threads() as pool:
            for item in items:
                waiting.append(pool.submit(ask, item))
                if len(waiting) > CONNECTIONS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    @property
    def _timeout(self) -> tuple[str, str]:
        """Let the server stop too when nobody waits for its answer any longer."""
        return "timeout", str(self._transport.access.timeout)

    def _where_present(self, path: str, read: Callable[[object], T], what: str) -> T | None:
        try:
            return self._get(path, [], read, what)
        except PromApiError as error:
            if error.status in _ABSENT:
                return None
            raise

    def _get(self, path: str, params: list[tuple[str, str]], read: Callable[[object], T], what: str) -> T:
        return self._read(self._call(path, params, what), read, what)

    def _call(self, path: str, params: list[tuple[str, str]], what: str, *, lift: bool = False) -> Reply:
        try:
            return self._transport.call(f"/api/v1/{path}", params, lift=lift)
        except PromApiError as error:
            raise PromApiError(f"{error} ({what})", help=error.help, is_timeout=error.is_timeout) from error

    def _read(self, reply: Reply, read: Callable[[object], T], what: str) -> T:
        try:
            found = read(self._data(reply, what))
        except (ValueError, KeyError) as error:
            message = f"{self.shown} gives an answer that is none ({what}): {error}"
            raise PromApiError(message, status=reply.status) from error
        self._reservations |= dict.fromkeys(reply.reservations)
        return found

    def _data(self, reply: Reply, what: str) -> object:
        if reply.envelope.get("status") == "success" and "data" in reply.envelope:
            return reply.envelope["data"]
        if reply.status == 200 and not reply.envelope:
            message = f"{self.shown} does not answer as Prometheus ({what}): {reply.kind or 'no type'}: {reply.words}"
            advice = "the address is what stands before `/api/v1`"
            raise PromApiError(message, status=reply.status, help=advice)
        kind = f" {reply.error_type}" if reply.error_type else ""
        message = f"{self.shown} refuses ({what}): {reply.status}{kind} {reply.words or reply.reason}"
        gave_up = reply.error_type == "timeout" or "too many samples" in reply.words
        if reply.status == 422 and reply.envelope and not gave_up and not _LIMIT.search(reply.words):
            raise BadQueryError(message, reply.words)
        raise PromApiError(message, status=reply.status, gave_up=gave_up, help=_ADVICE.get(reply.status, ""))


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    """Start threads, and end them: at once when the user interrupts, else after the requests that are under way."""
    pool, is_interrupted = ThreadPoolExecutor(CONNECTIONS), False
    try:
        yield pool
    except KeyboardInterrupt:
        is_interrupted = True
        raise
    finally:
        pool.shutdown(wait=not is_interrupted, cancel_futures=True)


_ADVICE = {
    401: "give a token or a user, as `docs/online.md` shows",
    403: "the token or user may not ask this",
    404: "the address is what stands before `/api/v1`; Mimir and VictoriaMetrics have prefixes such as `/prometheus`",
}


_LIMIT = re.compile(r"\b(?:cannot select|exceed\w*|limit\w*|more than|too many|time[ds]? ?out)\b", re.IGNORECASE)
"""What servers write when they refuse for a limit of theirs, which has the same status as a query that is wrong."""
_NOW = "vector(time())"
_EXACT = ("nocache", "1")
"""VictoriaMetrics moves the times of a range to multiples of the step, so as to find them in its cache, unless told so.

Others do not know the parameter.
"""


def _one_sample(data: object) -> list[Sample]:
    found = read_vector(data)
    if len(found) != 1:
        raise ValueError(f"one sample was asked for, and {len(found)} came")
    return found


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"
