"""A Prometheus of our own over a file of samples, on the loopback, for as long as a backtest takes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sloctl.core.duration import Duration
from sloctl.core.errors import UsageError, WorldError
from sloctl.proof.promtool import find_promtool

BLOCK_HOURS = 162
"""Length of the blocks: promtool reads the whole file once for each."""
_STARTS_WITHIN = 60.0
_ENDS_WITHIN = 20.0
_LOOPBACK = "127.0.0.1"
_HELP = "it comes with Debian's package `prometheus`, or from https://prometheus.io/download; or use `--prometheus URL`"
_LAST = 253_402_300_799_999
"""The end of the year 9999 (unix milliseconds)."""
_LONGEST_LOOKBACK = Duration.of(minutes=5)


@dataclass(frozen=True, slots=True)
class PrivateServer:
    """Where it listens, and the time of the newest sample (unix milliseconds)."""

    url: str
    newest: int


@contextmanager
def private_server(samples: Path) -> Iterator[PrivateServer]:
    """Serve a file of OpenMetrics text.

    Raise WorldError when a program is missing or fails, UsageError for a file that cannot be read as such text.
    """
    program = shutil.which("prometheus")
    if program is None:
        raise WorldError("prometheus is not on PATH, and `--data` needs it", _HELP)
    promtool = find_promtool()
    if not samples.is_file():
        wrong = "not a file" if samples.exists() else "no such file"
        raise UsageError(f"{wrong}: {samples}", "`--data` names a file of OpenMetrics text with time stamps")
    with TemporaryDirectory(prefix="sloctl-") as name:
        folder = Path(name)
        newest = _load(promtool.path, samples, folder / "data")
        with running(program, folder) as url:
            yield PrivateServer(url, newest)


def _load(promtool: str, samples: Path, data: Path) -> int:
    """Make a database of the samples and return the time of the newest."""
    command = [promtool, "tsdb", "create-blocks-from", "openmetrics", "--quiet", f"--max-block-duration={BLOCK_HOURS}h"]
    done = subprocess.run([*command, str(samples.resolve()), str(data)], capture_output=True, text=True, check=False,  # noqa: S603 - no shell; promtool was found on PATH
                          errors="replace")  # fmt: skip
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        advice = "OpenMetrics text has a time stamp (seconds) on each line, and ends in `# EOF`"
        raise UsageError(f"promtool cannot read {samples}: {said[-1] if said else 'no reason given'}", advice)
    ends = [json.loads(path.read_text(encoding="utf-8"))["maxTime"] for path in data.glob("*/meta.json")]
    if not ends:
        raise UsageError(f"{samples} holds no sample", "name a file of OpenMetrics text with time stamps")
    if max(ends) > _LAST:
        advice = "OpenMetrics counts seconds, with decimals"
        raise UsageError(f"the times in {samples} lie beyond the year 9999", advice)
    return int(max(ends))


@contextmanager
def running(program: str, folder: Path) -> Iterator[str]:
    """Run a server over the database `data` of a folder; yield its address."""
    config, log = folder / "prometheus.yml", folder / "log"
    config.write_text("", encoding="utf-8")
    port = _free_port()
    options = [
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=100y",
        f"--query.lookback-delta={_LONGEST_LOOKBACK}",
        f"--web.listen-address={_LOOPBACK}:{port}",
    ]
    with log.open("wb") as output:
        server = subprocess.Popen([program, *options], stdout=output, stderr=output, stdin=subprocess.DEVNULL,  # noqa: S603 - no shell; found on PATH
                                  start_new_session=True)  # fmt: skip
    try:
        _wait(server, port, log)
        yield f"http://{_LOOPBACK}:{port}"
    finally:
        _end(server)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until it listens: it does so once it has read its database."""
    deadline = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError), socket.create_connection((_LOOPBACK, port), timeout=1):
            return
        time.sleep(0.05)
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise WorldError(f"prometheus does not start: {said[-1] if said else 'it says nothing'}", _HELP)


def _end(server: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.kill(server.pid, signal.SIGTERM)
    try:
        server.wait(_ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
