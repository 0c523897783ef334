"""The metrics of a report, refreshed again and again and served over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event

from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from sloctl.core.errors import SloctlError, WorldError
from sloctl.pipeline.report.forms._form import Look
from sloctl.pipeline.report.forms.prom import metrics
from sloctl.pipeline.report.model import Report

Refresh = Callable[[], Report]
"""Reads everything anew; raises SloctlError where that is not possible at all."""


@dataclass(slots=True, eq=False)
class Exporter(Collector):
    """What is served: the newest report, and how the refreshes went. `say` is told of each failure."""

    refresh: Refresh
    version: str
    say: Callable[[str], None]
    latest: tuple[Report, Look] | None = None
    refreshes: int = 0
    failures: int = 0
    succeeded: float = 0.0

    def run_once(self) -> None:
        """Refresh. What the server does not answer is not served; without readable specs, the last report stays."""
        started = time.time()
        self.refreshes += 1
        try:
            report = self.refresh()
        except (SloctlError, OSError) as error:
            self._failed(str(error))
            return
        now = time.time()
        self.latest = report, Look(version=self.version, now=now, seconds=now - started)
        if report.errors:
            self._failed(f"{report.errors[0]}{' and more' if len(report.errors) > 1 else ''}")
        else:
            self.succeeded = now

    def _failed(self, error: str) -> None:
        self.failures += 1
        self.say(f"refresh failed: {error}")

    def run(self, seconds: float, stop: Event) -> None:
        """Refresh at once and then every so often, until `stop` is set."""
        while not stop.is_set():
            started = time.monotonic()
            self.run_once()
            stop.wait(max(0.0, seconds - (time.monotonic() - started)))

    def collect(self) -> Iterator[Metric]:
        """Return what is served now."""
        if self.latest:
            yield from metrics(*self.latest)
        yield CounterMetricFamily("sloctl_exporter_refreshes", "Refreshes since the start.", self.refreshes)
        yield CounterMetricFamily("sloctl_exporter_refresh_failures", "Those that were not whole.", self.failures)
        help_ = "When a refresh was whole for the last time; 0 before the first."
        yield GaugeMetricFamily("sloctl_exporter_last_success_timestamp_seconds", help_, self.succeeded)


@contextmanager
def served(exporter: Exporter, host: str, port: int) -> Iterator[int]:
    """Serve metrics while the block lasts; give the port. Raises WorldError where nothing can listen there."""
    registry = CollectorRegistry()
    registry.register(exporter)
    try:
        server, thread = start_http_server(port, addr=host, registry=registry)
    except OSError as error:
        reason = error.strerror or error
        raise WorldError(f"cannot listen on {host}:{port}: {reason}", "choose another --port or --host") from error
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
