"""An HTTP server on the loopback whose answers a test writes: slow, wrong, cut short, or as Prometheus would."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived: the path as asked for, the parameters of the address and the form, the headers, and the body."""

    method: str
    path: str
    params: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: str = ""

    def param(self, name: str) -> str:
        """Return a parameter, or nothing."""
        return self.params.get(name, [""])[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is sent back. `promised` replaces the length in the headers, `drop_seconds` is the pause between bytes."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: JSON)
    body: bytes = b""
    promised: int | None = None
    drop_seconds: float = 0.0


@dataclass(slots=True)
class FakeServer:
    """A running server. Answers are taken in order, the last one again and again."""

    url: str
    answer: Callable[[Request], Answer]
    requests: list[Request] = field(default_factory=list)

    def paths(self) -> list[str]:
        """Return what was asked for, without parameters."""
        return [request.path for request in self.requests]


def success(data: object) -> Answer:
    """Answer as the API does."""
    return Answer(body=json.dumps({"status": "success", "data": data}).encode())


def failure(status: int, kind: str, message: str, **headers: str) -> Answer:
    """Refuse as the API does; `Retry_After` in `headers` becomes `Retry-After`."""
    body = json.dumps({"status": "error", "errorType": kind, "error": message}).encode()
    return Answer(status=status, headers=JSON | {k.replace("_", "-"): v for k, v in headers.items()}, body=body)


def in_order(*answers: Answer) -> Callable[[Request], Answer]:
    """Give these answers one after the other, then the last one for ever."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


@contextmanager
def serving(answer: Callable[[Request], Answer], tls: ssl.SSLContext | None = None) -> Iterator[FakeServer]:
    """Run a server while the block lasts."""
    fake = FakeServer("", answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.daemon_threads = True
    fake.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(fake: FakeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            params = parse_qs(f"{parts.query}&{form}", keep_blank_values=True)
            request = Request(self.command, self.path.partition("?")[0], params, dict(self.headers), form)
            fake.requests.append(request)
            with suppress(ConnectionError):  # the client may have left, or the test wants to hang up
                self._send(fake.answer(request))

        do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names that the base class looks for

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            length = len(answer.body) if answer.promised is None else answer.promised
            self.send_header("Content-Length", str(length))
            self.end_headers()
            if answer.drop_seconds:
                for number in range(len(answer.body)):
                    self.wfile.write(answer.body[number : number + 1])
                    time.sleep(answer.drop_seconds)
            else:
                self.wfile.write(answer.body)

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler
