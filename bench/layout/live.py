"""A Prometheus over backfilled blocks, whose counters go on: a target serves them, rules are loaded by turns."""

from __future__ import annotations

import http.server
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import requests
import yaml
from demo.process import HOST, Server, get, running, wait_until

from layout.history import SCRAPE, History, Ints, continued

EVALUATIONS = 6
"""How many evaluations of a group a median is taken of, in each round."""
_WAIT_SECONDS = 240.0
_TIMEOUT = 300.0
_LOOK_SECONDS = 0.3
"""Seldom enough to leave the cores to the evaluations."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A running server and the folder its rules are read from."""

    server: Server
    rules: Path


@contextmanager
def target(histories: Mapping[str, History]) -> Iterator[str]:
    """Serve the counters as they go on after the history, as `host:port`."""
    last = {name: (int(past.planned[-1]), _last_planned(past)) for name, past in histories.items()}

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = "".join(_exposed(name, *known) for name, known in last.items()).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Print nothing."""

    server = http.server.ThreadingHTTPServer((HOST, 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"{HOST}:{server.server_port}"
    finally:
        server.shutdown()


def _last_planned(past: History) -> Ints:
    return past.counters[:, int(np.searchsorted(past.scrapes, past.planned[-1]))]


def raw_key(name: str, row: int) -> str:
    """Write the name and labels of one raw series: rows are good and bad of one pod in turn."""
    return f'http_requests_total{{job="{name}",pod="{name}-{row // 2:03d}",code="{500 if row % 2 else 200}"}}'


def _exposed(name: str, since: int, last: Ints) -> str:
    values = continued(last, np.array([int(time.time()) - since]))[:, 0]
    return "".join(f"{raw_key(name, row)} {value}\n" for row, value in enumerate(values.tolist()))


@contextmanager
def prometheus(data: Path, address: str, folder: Path) -> Iterator[Ground]:
    """Run Prometheus over a database folder; it has no rules yet."""
    rules = folder / "rules"
    rules.mkdir(exist_ok=True)
    config = folder / "prometheus.yml"
    job = {
        "job_name": "history",
        "honor_labels": True,
        "static_configs": [{"targets": [address]}],
        "metric_relabel_configs": [{"action": "labeldrop", "regex": "instance"}],  # the history has none
    }
    times = {"scrape_interval": f"{SCRAPE}s", "scrape_timeout": "10s"}
    content = {"global": times, "scrape_configs": [job], "rule_files": [f"{rules}/*.yml"]}
    config.write_text(yaml.safe_dump(content))
    fixed = [
        "prometheus",
        f"--config.file={config}",
        f"--storage.tsdb.path={data}",
        "--storage.tsdb.retention.time=10y",
        "--web.enable-lifecycle",
        "--query.timeout=5m",
    ]
    listen = "--web.listen-address"
    with running(
        "prometheus", lambda port: [*fixed, f"{listen}={HOST}:{port}"], ready="/-/ready", folder=folder
    ) as server:
        yield Ground(server, rules)


def ask(ground: Ground, endpoint: str, **params: str) -> Any:
    """Return the data of an answer of the API; raise ValueError with the server's words."""
    answer = get(f"{ground.server.url}/api/v1/{endpoint}", params, timeout=_TIMEOUT).json()
    if answer["status"] != "success":
        raise ValueError(f"{params}: {answer['error']}")
    return answer["data"]


def value(ground: Ground, expr: str, at: int) -> float | None:
    """Return the one value of a query at a time, None for no series."""
    found = ask(ground, "query", query=expr, time=str(at))["result"]
    return float(found[0]["value"][1]) if found else None


def samples_read(ground: Ground, expr: str, at: int) -> int:
    """Return how many samples the evaluation of an expression reads."""
    stats = ask(ground, "query", query=expr, time=str(at), stats="all")["stats"]
    return int(stats["samples"]["totalQueryableSamples"])


def load(ground: Ground, content: Mapping[str, Any], interval: str) -> None:
    """Let the server evaluate the groups of one rule file and nothing else."""
    groups = [{**group, "interval": interval} for group in content["groups"]]
    (ground.rules / "now.yml").write_text(yaml.safe_dump({"groups": groups}))
    with requests.Session() as session:
        session.trust_env = False
        session.post(f"{ground.server.url}/-/reload", timeout=_TIMEOUT).raise_for_status()


def evaluation_seconds(ground: Ground, content: Mapping[str, Any]) -> float:
    """Return the median seconds of an evaluation of all groups of a file, the groups of one layout added up.

    The first evaluation, which warms caches, is left out.
    """
    load(ground, content, "1s")
    groups = [group["name"] for group in content["groups"]]
    seen: dict[str, dict[float, float]] = {group: {} for group in groups}

    def enough() -> bool:
        time.sleep(_LOOK_SECONDS)
        text = get(f"{ground.server.url}/metrics").text
        stamps, took = (_of_groups(text, metric) for metric in ("last_evaluation_timestamp", "last_duration"))
        for group in groups:
            if stamps.get(group, 0) > 0:
                seen[group][stamps[group]] = took[group]
        return all(len(times) > EVALUATIONS for times in seen.values())

    wait_until(enough, _WAIT_SECONDS, f"{EVALUATIONS + 1} evaluations of {', '.join(groups)}")
    return sum(median(list(times.values())[1:]) for times in seen.values())


def _of_groups(text: str, metric: str) -> dict[str, float]:
    """Read a metric of rule groups from the server's own: its value by the name of the group."""
    found = re.findall(
        rf'^prometheus_rule_group_{metric}_seconds{{rule_group="[^;]*;(.*)"}} (\S+)$', text, re.MULTILINE
    )
    return {group: float(number) for group, number in found}


def check_health(ground: Ground) -> None:
    """Raise ValueError when a rule could not be evaluated."""
    for group in ask(ground, "rules")["groups"]:
        for rule in group["rules"]:
            if rule["health"] == "err":
                raise ValueError(f"{rule['name']}: {rule['lastError']}")
