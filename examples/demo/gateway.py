"""An SMS gateway that texts nobody: it exports the metrics of a real one, and its traffic is steered while it runs.

Each region answers inbound messages with outbound ones at a steady rate. `start_robot_loop` lets another machine text
back, `start_outage` makes the carrier refuse every message, `recover` ends both.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server

from demo.process import HOST

JOB = "helpline"
"""The job name under which Prometheus is to scrape the gateway; the example specs select it."""

TICK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Traffic:
    """What one region does: messages sent a second, and the share of them that the carrier refuses (0 to 1)."""

    sends_per_second: float
    failure_ratio: float = 0.0


USUAL = Traffic(sends_per_second=0.5)
ROBOT_LOOP = Traffic(sends_per_second=400.0)


class Gateway:
    """Counts the messages of each region; every method may be called from any thread."""

    def __init__(self, regions: Sequence[str] = ("eu", "us")) -> None:
        self.registry = CollectorRegistry()
        self._sends = Counter(
            "sms_sends", "Messages by direction, refused ones included", ("direction", "region"), registry=self.registry
        )
        self._failures = Counter(
            "sms_send_failures", "Outbound messages that the carrier refused", ("region",), registry=self.registry
        )
        self._queue_age = Gauge(
            "sms_queue_oldest_message_age_seconds",
            "How long the oldest unsent message has been waiting",
            ("region",),
            registry=self.registry,
        )
        self._lock = threading.Lock()
        self._regions = [_Region(name) for name in regions]
        self.advance(0.0)  # every series exists from the start: a counter that first shows as 5 has hidden 5 events

    def start_robot_loop(self, region: str | None = None) -> None:
        """Let a robot answer every answer, in one region or in all."""
        self.set_traffic(ROBOT_LOOP, region)

    def start_outage(self, region: str | None = None) -> None:
        """Let the carrier refuse every message, in one region or in all; the rate of sending stays."""
        with self._lock:
            for each in self._chosen(region):
                each.traffic = Traffic(each.traffic.sends_per_second, failure_ratio=1.0)

    def recover(self) -> None:
        """Go back to the usual traffic in every region."""
        self.set_traffic(USUAL)

    def set_traffic(self, traffic: Traffic, region: str | None = None) -> None:
        """Change what one region or all of them do from now on. Raises `ValueError` for a region there is not."""
        with self._lock:
            for each in self._chosen(region):
                each.traffic = traffic

    def advance(self, seconds: float) -> None:
        """Let `seconds` of the present traffic happen."""
        with self._lock:
            for region in self._regions:
                sends, failures = region.advance(seconds)
                self._sends.labels("inbound", region.name).inc(sends)
                self._sends.labels("outbound", region.name).inc(sends)
                self._failures.labels(region.name).inc(failures)
                self._queue_age.labels(region.name).set(region.queue_age)

    def _chosen(self, region: str | None) -> "list[_Region]":
        chosen = [each for each in self._regions if region in {None, each.name}]
        if not chosen:
            raise ValueError(f"no region {region!r}; there are {', '.join(each.name for each in self._regions)}")
        return chosen


class _Region:
    """Turns rates into whole messages and carries the fractions over, so that no rate is too low to be kept."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.traffic = USUAL
        self.queue_age = 0.0
        self._due_sends = 0.0
        self._due_failures = 0.0

    def advance(self, seconds: float) -> tuple[int, int]:
        """Return the messages sent in `seconds`, and how many of them were refused."""
        sends, self._due_sends = _whole(self._due_sends + self.traffic.sends_per_second * seconds)
        failures, self._due_failures = _whole(self._due_failures + sends * self.traffic.failure_ratio)
        self.queue_age = self.queue_age + seconds if self.traffic.failure_ratio >= 1 else 0.0
        return sends, failures


def _whole(amount: float) -> tuple[int, float]:
    return int(amount), amount - int(amount)


@contextmanager
def serving(gateway: Gateway) -> Iterator[str]:
    """Run the gateway's traffic and serve its metrics while the block lasts; yields the `host:port` to scrape."""
    server, server_thread = start_http_server(0, HOST, gateway.registry)
    stop = threading.Event()
    traffic_thread = threading.Thread(target=_run, args=(gateway, stop), daemon=True)
    traffic_thread.start()
    try:
        yield f"{HOST}:{server.server_port}"
    finally:
        stop.set()
        traffic_thread.join()
        server.shutdown()
        server.server_close()
        server_thread.join()


def _run(gateway: Gateway, stop: threading.Event) -> None:
    last = time.monotonic()
    while not stop.wait(TICK_SECONDS):
        now = time.monotonic()
        gateway.advance(now - last)
        last = now
