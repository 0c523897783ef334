"""Servers as child processes: started on a free loopback port, awaited, and ended whatever happens.

    with running("prometheus", lambda port: ["prometheus", ...], ready="/-/ready", folder=folder) as server:
        requests.get(server.url)

A child stays in this process's group: Ctrl-C in a terminal reaches it as well, so that none is left behind
even if the interrupt hits the clean-up itself.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import requests

T = TypeVar("T")

HOST = "127.0.0.1"
START_ATTEMPTS = 5
START_SECONDS = 30.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.1
LOG_TAIL_LINES = 25

DEBIAN_NAMES = {"alertmanager": "prometheus-alertmanager"}
"""Programs that Debian installs under another name than their authors."""


class ServerError(Exception):
    """A server is not installed, ended by itself, or was not ready in time; the text holds the end of its log."""


class _PortTakenError(ServerError):
    """Another program took the port between the choice and the bind."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: `url` is its base address without a closing slash, `log` holds stdout and stderr."""

    name: str
    url: str
    log: Path
    process: subprocess.Popen[bytes]

    def log_tail(self, lines: int = LOG_TAIL_LINES) -> str:
        """Return the last lines of the log, for an error message."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def find_tool(name: str) -> str | None:
    """Return the path of a program, under its own or its Debian name; None when it is not on PATH."""
    return shutil.which(name) or shutil.which(DEBIAN_NAMES.get(name, name))


def get(url: str, params: Mapping[str, str] | None = None, *, timeout: float = 10.0) -> requests.Response:
    """GET from a loopback server, past any proxy that the environment names.

    Raises `requests.RequestException` when the server cannot be reached; a status of 400 or more is not an error here.
    """
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, params=params, timeout=timeout)


def wait_until(predicate: Callable[[], T], timeout: float, what: str = "the condition") -> T:
    """Call `predicate` until it returns something true, and return that.

    Raises `TimeoutError` naming `what` and the last value after `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    while not (value := predicate()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come true in {timeout:g} s; last value: {value!r}")
        time.sleep(POLL_SECONDS)
    return value


@contextmanager
def running(name: str, command: Callable[[int], list[str]], ready: str, folder: Path) -> Iterator[Server]:
    """Run a server while the block lasts; its log is `folder/NAME.log`.

    `command` makes the arguments for a port, the first being the program's usual name. `ready` is the path that
    answers 200 once the server can be used. Raises `ServerError` when it does not get that far.
    """
    server = _start(name, command, ready, folder)
    try:
        yield server
    finally:
        _stop(server.process)


def _start(name: str, command: Callable[[int], list[str]], ready: str, folder: Path) -> Server:
    for attempt in range(1, START_ATTEMPTS + 1):
        try:
            return _start_once(name, command(port := _free_port()), f"http://{HOST}:{port}", ready, folder)
        except _PortTakenError:
            if attempt == START_ATTEMPTS:
                raise
    raise AssertionError("the last attempt returns or raises")


def _start_once(name: str, arguments: list[str], url: str, ready: str, folder: Path) -> Server:
    program = find_tool(arguments[0])
    if program is None:
        raise ServerError(f"{arguments[0]} is not installed; `make tools` gets it")
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, *arguments[1:]], cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    server = Server(name, url, log, process)
    try:
        _await_ready(server, url + ready)
    except BaseException:  # Ctrl-C too: the caller has no handle on this process yet
        _stop(process)
        raise
    return server


def _await_ready(server: Server, url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        if server.process.poll() is not None:
            raise _early_end(server)
        if _answers(url):
            return
        if time.monotonic() > deadline:
            raise ServerError(f"{server.name} was not ready after {START_SECONDS:g} s:\n{server.log_tail()}")
        time.sleep(POLL_SECONDS)


def _answers(url: str) -> bool:
    try:
        return get(url, timeout=1.0).ok
    except requests.RequestException:
        return False


def _early_end(server: Server) -> ServerError:
    tail = server.log_tail()
    kind = _PortTakenError if "address already in use" in tail else ServerError
    return kind(f"{server.name} ended with code {server.process.returncode}:\n{tail}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    """Return a port that was free a moment ago; the servers cannot be told to choose one themselves."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
