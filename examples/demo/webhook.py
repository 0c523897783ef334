"""A pager that listens: collects the notifications that Alertmanager posts to it."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from demo.process import HOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One alert of one notification; `status` is `firing` or `resolved`, `path` the address path it was posted to."""

    status: str
    receiver: str
    path: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]


class Webhook:
    """What was received so far; `url` is the address to give to Alertmanager. Safe to read from any thread."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._lock = threading.Lock()
        self._received: list[Notification] = []

    def received(self, alertname: str | None = None, status: str | None = None) -> list[Notification]:
        """Return the notifications in their order of arrival, all or those of one alert and one status."""
        with self._lock:
            return [
                each
                for each in self._received
                if alertname in {None, each.labels["alertname"]} and status in {None, each.status}
            ]

    def add(self, path: str, message: Mapping[str, Any]) -> None:
        """Keep every alert of one message. Raises `KeyError` when it is not one of Alertmanager's."""
        new = [
            Notification(
                status=alert["status"],
                receiver=message["receiver"],
                path=path,
                labels=alert["labels"],
                annotations=alert["annotations"],
            )
            for alert in message["alerts"]
        ]
        with self._lock:
            self._received += new


@contextmanager
def listening() -> Iterator[Webhook]:
    """Receive notifications while the block lasts."""
    server = _Server()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.webhook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__((HOST, 0), _Handler)
        self.webhook = Webhook(f"http://{HOST}:{self.server_port}")


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        """Keep a notification; answer 400 to what is none, which Alertmanager then shows in its log."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        try:
            self.server.webhook.add(self.path, json.loads(body))
        except (ValueError, KeyError, TypeError):
            self.send_error(400)
            return
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Stay silent: the notifications are the output."""
