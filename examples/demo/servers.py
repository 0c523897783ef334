"""Real servers for the demo and the end-to-end tests: Prometheus, Alertmanager, VictoriaMetrics and vmalert.

Each is a context manager that yields a `Server` and removes its own temporary folder afterwards. Short intervals make
hour-long windows testable in seconds: `increase(x[1h])` over a few seconds of samples is what grew in those seconds.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from demo.process import HOST, Server, get, running, wait_until

KEEP = "10y"
"""Retention of the databases: backfilled history must survive."""

FIRST_SCRAPE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One element of a query's answer."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert as Prometheus or vmalert shows it; `state` is `pending` or `firing`."""

    name: str
    state: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]


@contextmanager
def prometheus(  # noqa: PLR0913 - each is one thing that a test varies, all by keyword
    *,
    scrapes: Mapping[str, str],
    rules: Iterable[Path] = (),
    alertmanager: str | None = None,
    scrape_interval: str = "1s",
    evaluation_interval: str | None = "1s",
    data: Path | None = None,
    program: str = "prometheus",
) -> Iterator[Server]:
    """Run Prometheus.

    `scrapes` maps a job name to the `host:port` it scrapes. `rules` are copied; `evaluation_interval` replaces the
    interval of their groups and nothing else, None leaves them as they are. `alertmanager` is a base address.
    `data` is a database folder to use and to keep. `program` may be the path of another version.
    """
    with TemporaryDirectory(prefix="prometheus-") as name:
        folder = Path(name)
        _copy_rules(rules, folder, evaluation_interval)
        config = folder / "prometheus.yml"
        config.write_text(_prometheus_config(scrapes, alertmanager, scrape_interval, evaluation_interval))
        fixed = [
            program,
            f"--config.file={config}",
            f"--storage.tsdb.path={data or folder / 'data'}",
            f"--storage.tsdb.retention.time={KEEP}",
            # An alert that fires before the Alertmanager is discovered (5 s) is lost; the next try must not take 1m.
            "--rules.alert.resend-delay=1s",
        ]
        listen = "--web.listen-address"
        with running(
            "prometheus", lambda port: [*fixed, f"{listen}={HOST}:{port}"], ready="/-/ready", folder=folder
        ) as server:
            yield server


@contextmanager
def alertmanager(config: str) -> Iterator[Server]:
    """Run Alertmanager with the text of a configuration, such as `notify(url)`."""
    with TemporaryDirectory(prefix="alertmanager-") as name:
        folder = Path(name)
        path = folder / "alertmanager.yml"
        path.write_text(config)
        fixed = [
            "alertmanager",
            f"--config.file={path}",
            f"--storage.path={folder / 'data'}",
            "--cluster.listen-address=",  # no gossip: one instance, no second port
        ]
        listen = "--web.listen-address"
        with running(
            "alertmanager", lambda port: [*fixed, f"{listen}={HOST}:{port}"], ready="/-/ready", folder=folder
        ) as server:
            yield server


@contextmanager
def victoria_metrics(*, scrapes: Mapping[str, str], scrape_interval: str = "1s") -> Iterator[Server]:
    """Run a single-node VictoriaMetrics that scrapes as Prometheus would; yields it after the first scrape.

    It remembers for 10 s that a series is not there. Whoever asks for one before its first sample waits that long.
    """
    with TemporaryDirectory(prefix="victoria-metrics-") as name:
        folder = Path(name)
        config = folder / "scrape.yml"
        config.write_text(yaml.safe_dump(_scrape_config(scrapes, scrape_interval)))
        fixed = [
            "victoria-metrics",
            f"-promscrape.config={config}",
            f"-storageDataPath={folder / 'data'}",
            f"-retentionPeriod={KEEP}",
            "-search.latencyOffset=0s",  # the default hides the last 30 s from queries
        ]
        with running(
            "victoria-metrics", lambda port: [*fixed, f"-httpListenAddr={HOST}:{port}"], ready="/health", folder=folder
        ) as server:
            wait_until(lambda: not scrapes or _api(server.url, "series/count") != [0], FIRST_SCRAPE_SECONDS, "a scrape")
            yield server


@contextmanager
def vmalert(
    *,
    rules: Iterable[Path],
    datasource: str,
    alertmanager: str,
    evaluation_interval: str | None = "1s",
) -> Iterator[Server]:
    """Run vmalert over a VictoriaMetrics at `datasource`, which also receives what the rules record."""
    with TemporaryDirectory(prefix="vmalert-") as name:
        folder = Path(name)
        _copy_rules(rules, folder, evaluation_interval)
        fixed = [
            "vmalert",
            f"-rule={folder / 'rules' / '*.yml'}",
            f"-datasource.url={datasource}",
            f"-remoteRead.url={datasource}",
            f"-remoteWrite.url={datasource}",
            "-remoteWrite.flushInterval=200ms",  # the default of 5s puts each recording on a recording 5s behind
            "-datasource.queryTimeAlignment=false",
            f"-notifier.url={alertmanager}",
        ]
        with running(
            "vmalert", lambda port: [*fixed, f"-httpListenAddr={HOST}:{port}"], ready="/health", folder=folder
        ) as server:
            yield server


def notify(url: str) -> str:
    """Return an Alertmanager configuration that posts every alert to `url` at once, each by itself."""
    route = {
        "receiver": "webhook",
        "group_by": ["..."],
        "group_wait": "0s",
        "group_interval": "1s",
        "repeat_interval": "1h",
    }
    receivers = [{"name": "webhook", "webhook_configs": [{"url": url, "send_resolved": True}]}]
    return yaml.safe_dump({"route": route, "receivers": receivers})


def with_interval(rule_file: str, interval: str) -> str:
    """Return the text of a rule file with every group evaluated at `interval`; expressions and labels stay."""
    content = yaml.safe_load(rule_file)
    groups = [{**group, "interval": interval} for group in content["groups"]]
    return yaml.safe_dump({**content, "groups": groups}, sort_keys=False, allow_unicode=True)


def query(url: str, expr: str, *, at: float | None = None) -> list[Sample]:
    """Evaluate PromQL at a time (unix seconds, default now); the answer must be an instant vector.

    Raises `ValueError` with the server's own words when it refuses the expression.
    """
    data = _api(url, "query", query=expr, **({} if at is None else {"time": f"{at:.3f}"}))
    return [Sample(element["metric"], float(element["value"][1])) for element in data["result"]]


def alerts(url: str, name: str | None = None) -> list[Alert]:
    """Return the pending and firing alerts of a Prometheus or vmalert, all or those of one name."""
    found = [
        Alert(
            name=alert["labels"]["alertname"],
            state=alert["state"],
            labels=alert["labels"],
            annotations=alert["annotations"],
        )
        for alert in _api(url, "alerts")["alerts"] or ()
    ]
    return [alert for alert in found if name in {None, alert.name}]


def _api(url: str, endpoint: str, **params: str) -> Any:
    answer = get(f"{url}/api/v1/{endpoint}", params).json()
    if answer["status"] != "success":
        raise ValueError(f"{url}: {answer.get('error', answer)}")
    return answer["data"]


def _copy_rules(rules: Iterable[Path], folder: Path, interval: str | None) -> None:
    (folder / "rules").mkdir()
    for number, path in enumerate(rules):
        text = path.read_text()
        copy = folder / "rules" / f"{number:03}-{path.stem}.yml"  # two folders may hold files of one name
        copy.write_text(text if interval is None else with_interval(text, interval))


def _scrape_config(scrapes: Mapping[str, str], interval: str) -> dict[str, Any]:
    jobs = [{"job_name": job, "static_configs": [{"targets": [target]}]} for job, target in scrapes.items()]
    return {"global": {"scrape_interval": interval, "scrape_timeout": interval}, "scrape_configs": jobs}


def _prometheus_config(
    scrapes: Mapping[str, str], alertmanager: str | None, scrape_interval: str, evaluation_interval: str | None
) -> str:
    config = _scrape_config(scrapes, scrape_interval)
    if evaluation_interval is not None:
        config["global"]["evaluation_interval"] = evaluation_interval
    config["rule_files"] = ["rules/*.yml"]
    if alertmanager is not None:
        target = alertmanager.removeprefix("http://")
        config["alerting"] = {"alertmanagers": [{"static_configs": [{"targets": [target]}]}]}
    return yaml.safe_dump(config)
