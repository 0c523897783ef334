"""The API: what is asked becomes values, and answers of the wrong shape become errors that say so."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from sloctl.core.duration import Duration
from sloctl.promapi.answers import Cost, LoadedRule, Sample, ServerConfig
from sloctl.promapi.client import Client
from sloctl.promapi.errors import PromApiError
from tests.support.http import Answer, Request, failure, in_order, serving, success

Connect = Callable[..., Client]

ASK = {
    "query": lambda client: client.query("up", at=0),
    "query_range": lambda client: client.query_range("up", start=0, end=60, step=60),
    "cost": lambda client: client.cost("up", at=0),
    "label values": lambda client: client.label_values("__name__", start=0, end=60),
    "label names": lambda client: client.label_names("up", start=0, end=60),
    "rules": lambda client: client.rules(),
    "config": lambda client: client.config(),
    "retention": lambda client: client.retention(),
    "now": lambda client: client.now(),
    "series": lambda client: client.series("up", start=0, end=60),
    "metadata": lambda client: client.metadata(),
    "alerts": lambda client: client.alerts(),
    "version": lambda client: client.version(),
    "flags": lambda client: client.flags(),
}
everything = pytest.mark.parametrize("ask", ASK.values(), ids=ASK)
SHAPED = {name: ask for name, ask in ASK.items() if name not in {"flags", "metadata"}}
"""Without those whose answer is any mapping."""


@everything
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><title>Sign in</title></html>",
        b'{"status":"success","data":{"resultType":"vector","result":[{"met',
        b"[" * 100_000,
        b"null",
        b'{"status":"success"}',
        b'{"status":"done","data":[]}',
        b"\xff\xfe\x00",
    ],
    ids=["empty", "html", "half", "deep", "null", "no data", "other status", "binary"],
)
def test_something_else_is_an_error(ask: Callable[[Client], object], body: bytes, connect: Connect) -> None:
    """Whatever is not the API's JSON raises the one exception, although the status is 200."""
    with serving(in_order(Answer(body=body))) as server, pytest.raises(PromApiError, match=r"\(.+\)"):
        ask(connect(server.url))


@pytest.mark.parametrize("ask", SHAPED.values(), ids=SHAPED)
@pytest.mark.parametrize(
    "data",
    [
        None,
        "text",
        7,
        [7],
        [[]],
        {"resultType": "matrix", "result": "text"},
        {"resultType": "matrix", "result": [{"metric": [], "values": [[1, 2]]}]},
        {"resultType": "vector", "result": [{"metric": {"a": 1}, "value": [1, "2"]}]},
        {"resultType": "vector", "result": [{"metric": {}, "value": ["x", "2"]}]},
        {"resultType": "vector", "result": [{"metric": {}, "value": [1, "many"]}]},
        {"resultType": "vector", "result": [{"metric": {}, "value": [1]}]},
        {"resultType": "vector", "result": [{"metric": {}}]},
        {"stats": {"samples": 7, "timings": []}},
        {"groups": "none"},
        {"groups": [{"rules": [{"name": 7}]}]},
        {"yaml": 7},
        {"yaml": "a: [" * 1_000},
        {"yaml": "scrape_configs: 7"},
        {"yaml": "scrape_configs: [{job_name: a, scrape_interval: often}]"},
        {"storageRetention": 15},
    ],
    ids=lambda data: json.dumps(data)[:60],
)
def test_wrong_types_raise_the_one_exception_or_read_as_nothing(
    ask: Callable[[Client], object], data: object, connect: Connect
) -> None:
    """JSON of the wrong shape never escapes as another exception, nor as values that are not what they say."""
    with serving(in_order(success(data))) as server:
        outcome = answered(lambda: ask(connect(server.url)))
    assert outcome in (None, (), [], {}, ServerConfig()) or "gives an answer that is none" in str(outcome)


def answered(ask: Callable[[], object]) -> object:
    """Return what a call returns, or the one exception that it may raise."""
    try:
        return ask()
    except PromApiError as error:
        return error


def test_an_instant_vector_is_read(connect: Connect) -> None:
    """Labels and value come as the server gave them, infinity included."""
    element = {"metric": {"job": "api"}, "value": [12.5, "+Inf"]}
    with serving(in_order(success({"resultType": "vector", "result": [element]}))) as server:
        assert [Sample({"job": "api"}, float("inf"))] == connect(server.url).query("up", at=12.5)
        [request] = server.requests
    assert ("up", "12.500", "30s") == (request.param("query"), request.param("time"), request.param("timeout"))


def limited(request: Request) -> Answer:
    """Answer a range query as Prometheus: one sample for each step, and no more than 11,000 of them."""
    start, end, step = (float(request.param(name)) for name in ("start", "end", "step"))
    count = int((end - start) / step) + 1
    if count > 11_000:
        return failure(400, "bad_data", "exceeded maximum resolution of 11,000 points per timeseries")
    values = [[start + number * step, "1"] for number in range(count)]
    return success({"resultType": "matrix", "result": [{"metric": {"job": "api"}, "values": values}]})


@pytest.mark.parametrize("count", [1, 9_999, 10_000, 10_001, 20_000, 25_000])
def test_long_ranges_come_in_pieces_without_seam(count: int, connect: Connect) -> None:
    """However long the range, each evaluation comes back once and in order, as one series."""
    with serving(limited) as server:
        [series] = connect(server.url).query_range("up", start=60, end=60 * count, step=60)
    assert [60.0 * number for number in range(1, count + 1)] == [time for time, _ in series.points]


def test_the_cost_of_a_query_is_read(connect: Connect) -> None:
    """Samples and seconds come from the statistics, whatever the result is."""
    stats = {"timings": {"execTotalTime": 0.25}, "samples": {"totalQueryableSamples": 1200}}
    with serving(in_order(success({"resultType": "scalar", "result": [1, "1"], "stats": stats}))) as server:
        assert Cost(1200, 0.25) == connect(server.url).cost("1", at=0)
        assert "all" == server.requests[0].param("stats")


@pytest.mark.parametrize("stats", [{}, {"stats": {"seriesFetched": "1", "executionTimeMsec": 4}}])
def test_a_server_that_does_not_count_has_no_cost(stats: dict[str, object], connect: Connect) -> None:
    """VictoriaMetrics and old versions give other statistics or none."""
    with serving(in_order(success({"resultType": "vector", "result": [], **stats}))) as server:
        assert connect(server.url).cost("up", at=0) is None


RULES = {"groups": [{"name": "g", "interval": 15, "rules": [
    {"type": "alerting", "name": "Down", "query": "up == 0", "duration": 90, "evaluationTime": 0.5, "alerts": [],
     "keepFiringFor": 300, "labels": {"severity": "page"}, "annotations": {"summary": "{{ $value }}"}},
    {"type": "recording", "name": "a:b", "query": "sum(up)"},
]}]}  # fmt: skip


def test_the_rules_are_read(connect: Connect) -> None:
    """Of each rule is known what it does, how long it waits, what it says, and which group evaluates it how often."""
    with serving(in_order(success(RULES))) as server:
        rules = connect(server.url).rules()
    group = {"group": "g", "interval": Duration(15_000)}
    assert rules == (
        LoadedRule(name="Down", is_alert=True, query="up == 0", hold=Duration(90_000), seconds=0.5, **group,
                   keep=Duration(300_000), labels={"severity": "page"}, annotations={"summary": "{{ $value }}"}),
        LoadedRule(name="a:b", is_alert=False, query="sum(up)", **group),
    )  # fmt: skip


CONFIG = """\
global:
  scrape_interval: 1m
  evaluation_interval: 30s
  external_labels: {cluster: eu}
scrape_configs:
- job_name: api
  scrape_interval: 15s
  authorization: {credentials: <secret>}
- job_name: slow
  scrape_interval: 5m
"""


def test_the_configuration_is_read(connect: Connect) -> None:
    """Intervals and external labels come from the YAML that the server shows."""
    with serving(in_order(success({"yaml": CONFIG}))) as server:
        config = connect(server.url).config()
    assert config == ServerConfig(
        scrape_interval=Duration.of(minutes=1),
        evaluation_interval=Duration.of(seconds=30),
        jobs={"api": Duration.of(seconds=15), "slow": Duration.of(minutes=5)},
        external_labels=frozenset({"cluster"}),
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("15d", Duration.of(days=15)),
        ("15d or 10GiB", Duration.of(days=15)),
        ("1y", Duration.of(days=365)),
        ("10GiB", None),
        ("", None),
    ],
)
def test_the_retention_is_read(said: str, expected: Duration | None, connect: Connect) -> None:
    """A time is read with or without a size beside it; a size alone is no time."""
    with serving(in_order(success({"storageRetention": said}))) as server:
        assert expected == connect(server.url).retention()


MAY_BE_MISSING = ["rules", "config", "retention", "metadata", "alerts", "version", "flags"]


@pytest.mark.parametrize("name", MAY_BE_MISSING)
@pytest.mark.parametrize("status", [400, 403, 404, 405, 501])
def test_pages_that_a_server_lacks_are_nothing(name: str, status: int, connect: Connect) -> None:
    """Thanos, Mimir and VictoriaMetrics lack some pages of Prometheus, which is no failure."""
    with serving(in_order(Answer(status=status, headers={}, body=b"unsupported path"))) as server:
        assert ASK[name](connect(server.url)) is None


@pytest.mark.parametrize("name", MAY_BE_MISSING)
@pytest.mark.parametrize("status", [401, 500])
def test_pages_that_fail_are_errors(name: str, status: int, connect: Connect) -> None:
    """Missing credentials and broken servers are told, even for pages that may be missing."""
    with serving(in_order(Answer(status=status, headers={}))) as server, pytest.raises(PromApiError):
        ASK[name](connect(server.url))


def test_many_questions_are_asked_and_answered_in_order(connect: Connect) -> None:
    """A few at once, and each result belongs to its question."""
    with serving(lambda request: success([request.param("match[]")])) as server:
        client = connect(server.url)
        names = [f"metric_{number}" for number in range(40)]
        answers = client.gather(lambda name: client.label_names(name, start=0, end=60), names)
    assert [frozenset({name}) for name in names] == answers


def test_the_first_error_ends_many_questions(connect: Connect) -> None:
    """When one of many is refused, those that have not begun are left out."""
    with serving(in_order(failure(400, "bad_data", "no"))) as server:
        client = connect(server.url)
        with pytest.raises(PromApiError, match="bad_data no"):
            client.gather(lambda name: client.label_names(name, start=0, end=60), ["a"] * 1_000)
        assert 1_000 > len(server.requests)
