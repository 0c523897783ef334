"""From the JSON of the API to values. Whatever has not the promised shape raises ValueError."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sloctl.core.duration import Duration
from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.promapi.matrix import Column, Points

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sample:
    """One element of an instant vector."""

    labels: Labels
    value: float


@dataclass(frozen=True, slots=True)
class Series:
    """One element of a range's answer: pairs of unix seconds and value, in the order of time."""

    labels: Labels
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one evaluation of a query takes: samples read, and seconds."""

    samples: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedRule:
    """A rule that the server evaluates; `hold` is `for`, and `seconds` is how long its last evaluation took.

    `error` is what its last evaluation failed with. `keep` is `keep_firing_for`; `labels` and `annotations` are
    those of the rule, before their templates are expanded.
    """

    name: str
    is_alert: bool
    query: str
    hold: Duration = Duration(0)  # noqa: RUF009 - a frozen value
    seconds: float = 0.0
    error: str = ""
    keep: Duration = Duration(0)  # noqa: RUF009 - a frozen value
    labels: Labels = field(default_factory=dict)
    annotations: Labels = field(default_factory=dict)
    group: str = ""
    interval: Duration | None = None


@dataclass(frozen=True, slots=True)
class ActiveAlert:
    """An alert that is `pending` or `firing` now, and since when by the server's own text (RFC 3339)."""

    labels: Labels
    state: str
    since: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a target says about a metric: its type, its help text and its unit; each may be empty."""

    kind: str
    help: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """The parts of the server's configuration that rules depend on; `jobs` has each job's scrape interval."""

    scrape_interval: Duration | None = None
    evaluation_interval: Duration | None = None
    jobs: Mapping[str, Duration] = field(default_factory=dict)
    external_labels: frozenset[str] = frozenset()
    has_remote_read: bool = False


def read_names(data: object) -> frozenset[str]:
    """Read a list of names."""
    return frozenset(_text(name) for name in _list(data))


def read_vector(data: object) -> list[Sample]:
    """Read an instant vector."""
    return [Sample(_labels(each), _point(_mapping(each)["value"])[1]) for each in _result(data, "vector")]


def read_matrix(data: object, points: Sequence[Points]) -> list[Column]:
    """Read the series of a range; in place of their values stands the number of their `points`."""
    return [
        Column(_labels(each), *_numbered(_mapping(each)["values"], points))
        for each in _result(data, "matrix")
        if "values" in _mapping(each)  # native histograms come as `histograms` and have no one value
    ]


def _numbered(value: object, points: Sequence[Points]) -> Points:
    if type(value) is int and 0 <= value < len(points):
        return points[value]
    raise ValueError(f"pairs of time and value were expected, not {_shown(value)}")


def read_cost(data: object) -> Cost | None:
    """Read the statistics of a query (`stats=all`); None when the server gives none."""
    stats = _mapping(data).get("stats")
    if not isinstance(stats, dict) or not {"samples", "timings"} <= stats.keys():
        return None
    samples = _number(_mapping(stats["samples"]).get("totalQueryableSamples"))
    return Cost(int(samples), _number(_mapping(stats["timings"]).get("execTotalTime")))


def read_rules(data: object) -> tuple[LoadedRule, ...]:
    """Read the rules of all groups."""
    groups = [_mapping(group) for group in _list(_mapping(data).get("groups"))]
    return tuple(_rule(_mapping(rule), group) for group in groups for rule in _list(group.get("rules")))


def read_series(data: object) -> list[Labels]:
    """Read the labels of series."""
    return [_texts(each) for each in _list(data)]


def read_alerts(data: object) -> tuple[ActiveAlert, ...]:
    """Read the alerts that are pending or firing."""
    found = [_mapping(each) for each in _list(_mapping(data).get("alerts"))]
    return tuple(
        ActiveAlert(_texts(each["labels"]), _text(each["state"]), _text(each.get("activeAt", ""))) for each in found
    )


def read_metadata(data: object) -> dict[str, Metadata]:
    """Read what is known about metrics; where targets disagree, what the first one says."""
    found = {name: _list(said) for name, said in _mapping(data).items()}
    return {name: _metadata(_mapping(said[0])) for name, said in found.items() if said}


def _metadata(said: Mapping[str, Any]) -> Metadata:
    return Metadata(*(_text(said.get(key, "")) for key in ("type", "help", "unit")))


def read_version(data: object) -> str:
    """Read the version of the server."""
    return _text(_mapping(data)["version"])


def read_flags(data: object) -> Labels:
    """Read the options that the server was started with."""
    return _texts(data)


def read_config(data: object) -> ServerConfig:
    """Read the configuration that the server shows: YAML inside the JSON."""
    documents, findings = parse_yaml(Source("configuration", _text(_mapping(data)["yaml"])))
    if findings:
        raise ValueError(findings[0].message)
    content = _mapping(documents[0].data or {}) if documents else {}
    general = _mapping(content.get("global") or {})
    jobs = [_mapping(job) for job in _list(content.get("scrape_configs") or [])]
    scraped = {_text(job["job_name"]): _duration(job.get("scrape_interval")) for job in jobs}
    return ServerConfig(
        scrape_interval=_duration(general.get("scrape_interval")),
        evaluation_interval=_duration(general.get("evaluation_interval")),
        jobs={name: interval for name, interval in scraped.items() if interval},
        external_labels=frozenset(_mapping(general.get("external_labels") or {})),
        has_remote_read=bool(content.get("remote_read")),
    )


def read_retention(data: object) -> Duration | None:
    """Read how long the server keeps samples (`15d`, `15d or 10GiB`); None when only their size is limited."""
    times = re.match(r"([0-9a-z]+)(?: or |$)", _text(_mapping(data).get("storageRetention", "")))
    try:
        return Duration.parse(times[1]) if times else None
    except ValueError:
        return None


def read_head_start(data: object) -> float | None:
    """Read the oldest time in the head of the database, in unix seconds; None when the head is empty."""
    stats = _mapping(_mapping(data).get("headStats") or {})
    oldest, newest = (_number(stats.get(key, 0)) / 1000 for key in ("minTime", "maxTime"))
    return oldest if 0 < oldest <= newest else None


def _rule(rule: Mapping[str, Any], group: Mapping[str, Any]) -> LoadedRule:
    interval = _length(group.get("interval", 0))
    return LoadedRule(
        name=_text(rule["name"]),
        is_alert=rule.get("type") == "alerting",
        query=_text(rule["query"]),
        hold=_length(rule.get("duration", 0)),
        seconds=_number(rule.get("evaluationTime", 0)),
        error=_text(rule.get("lastError") or ""),
        keep=_length(rule.get("keepFiringFor", 0)),
        labels=_texts(rule.get("labels") or {}),
        annotations=_texts(rule.get("annotations") or {}),
        group=_text(group.get("name", "")),
        interval=interval if interval.ms else None,
    )


def _length(seconds: object) -> Duration:
    return Duration(round(_number(seconds) * 1000))


def _result(data: object, kind: str) -> list[object]:
    found = _mapping(data)
    if found.get("resultType") != kind:
        raise ValueError(f"a {kind} was asked for, and `{found.get('resultType')}` came")
    return _list(found.get("result"))


def _labels(element: object) -> Labels:
    return _texts(_mapping(element).get("metric"))


def _texts(value: object) -> Labels:
    return {name: _text(text) for name, text in _mapping(value).items()}


def _point(pair: object) -> tuple[float, float]:
    time, value = _list(pair)
    return _number(time), float(_text(value))


def _duration(value: object) -> Duration | None:
    return Duration.parse(_text(value)) if value else None


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"a number was expected, not {_shown(value)}")  # noqa: TRY004 - one exception for any shape
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"text was expected, not {_shown(value)}")  # noqa: TRY004 - one exception for any shape
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError(f"a list was expected, not {_shown(value)}")  # noqa: TRY004 - one exception for any shape
    return value


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"an object was expected, not {_shown(value)}")  # noqa: TRY004 - one exception for any shape
    return value


def _shown(value: object) -> str:
    return f"`{str(value)[:40]}`"
