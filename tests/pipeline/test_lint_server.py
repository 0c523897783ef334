"""The facts of a server: which questions are asked, how often, and what a failure leaves."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import pytest

from sloctl.checks._server import Firings
from sloctl.core.source import Location
from sloctl.pipeline.lint.server import MOST_QUERIES, AskedServer
from sloctl.promapi.access import Access
from sloctl.promapi.answers import Cost
from sloctl.promapi.client import Client
from sloctl.promapi.errors import PromApiError
from sloctl.promapi.transport import Transport
from tests.support.http import Answer, FakeServer, Request, failure, in_order, serving, success

NOW = 1_700_000_123
SLOT = 300
WEEK = 7 * 86_400

Ask = Callable[[Callable[[Request], Answer]], tuple[AskedServer, FakeServer]]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Give a server's answers, and get the facts and the fake server behind them."""
    monkeypatch.setenv("NO_PROXY", "*")
    opened = []

    def make(answer: Callable[[Request], Answer]) -> tuple[AskedServer, FakeServer]:
        running = serving(answer)
        fake = running.__enter__()
        client = Client(Transport(Access(url=fake.url), sleep=lambda _: None))
        opened.append((client, running))
        return AskedServer(client, now=NOW, at=Location.whole("here")), fake

    yield make
    for client, running in opened:
        client.close()
        running.__exit__(None, None, None)


def test_names_of_the_week_are_asked_for_once(ask: Ask) -> None:
    """However often the metrics are wanted, one request brings those of the last seven days."""
    server, fake = ask(in_order(success(["up"])))
    assert [frozenset({"up"})] * 3 == [server.metrics() for _ in range(3)]
    [request] = fake.requests
    assert "/api/v1/label/__name__/values" == request.path
    assert (f"{NOW - WEEK}.000", f"{NOW}.000") == (request.param("start"), request.param("end"))


def test_an_empty_server_is_the_wrong_one(ask: Ask) -> None:
    """A server or tenant without any series is a failure: else every metric would be missing."""
    server, _ = ask(in_order(success([])))
    with pytest.raises(PromApiError, match="has had no series for 7d"):
        server.metrics()
    assert [True] == ["tenant" in error.help for error in server.failures]


def test_labels_are_asked_for_once_a_metric(ask: Ask) -> None:
    """One small request for each metric, however often it is named; odd names are quoted."""
    server, fake = ask(lambda request: success([request.param("match[]")]))
    wanted = ["up", 'a"b', "up"]
    assert {"up": {'{__name__="up"}'}, 'a"b': {'{__name__="a\\"b"}'}} == server.labels(wanted)
    assert (2, server.labels(["up", 'a"b'])) == (len(fake.requests), server.labels(wanted))


def test_firings_become_slots(ask: Ask) -> None:
    """Each point of the range is the slot of five minutes that ends there."""
    start = NOW - WEEK
    points = [[start + SLOT * slot, "1"] for slot in (0, 1, 7)]
    series = {"metric": {"alertname": "A", "tier": "fast"}, "values": points}
    server, fake = ask(in_order(success({"resultType": "matrix", "result": [series]})))
    expected = (Firings({"alertname": "A", "tier": "fast"}, frozenset({0, 1, 7})),)
    assert expected == server.firings({"tier", "slo"})
    asked = 'count by (alertname, slo, tier) (last_over_time(ALERTS{alertstate="firing"}[5m]))'
    assert [asked] == [request.param("query") for request in fake.requests]


def test_a_short_memory_is_no_silence(ask: Ask) -> None:
    """When the server has no alert of the first day, it cannot say what was quiet since."""
    server, fake = ask(in_order(success({"resultType": "vector", "result": []})))
    assert (None, 1) == (server.seen(30, []), len(fake.requests))


def test_active_alerts_are_known_when_the_memory_reaches(ask: Ask) -> None:
    """With an alert of the first day the list counts, pending ones included."""
    element = {"metric": {"alertname": "A"}, "value": [0, "1"]}
    server, fake = ask(in_order(success({"resultType": "vector", "result": [element]})))
    assert ({"alertname": "A"},) == server.seen(30, [])
    times = [float(request.param("time")) for request in fake.requests]
    assert [NOW - 29 * 86_400, NOW] == times


def cost(samples: int) -> Answer:
    """Answer a query with its statistics."""
    stats = {"timings": {"execTotalTime": 0.5}, "samples": {"totalQueryableSamples": samples}}
    return success({"resultType": "vector", "result": [], "stats": stats})


def test_queries_are_measured_once(ask: Ask) -> None:
    """Equal expressions are one question."""
    server, fake = ask(in_order(cost(7)))
    assert {"up": Cost(7, 0.5), "a": Cost(7, 0.5)} == server.costs(["up", "a", "up"])
    assert (2, 0) == (len(fake.requests), server.unmeasured)


def test_a_query_that_cannot_be_measured_leaves_the_others(ask: Ask) -> None:
    """What the server refuses is missing, what it gives up is endless, and neither is a failure of the server."""
    refusals = {
        "bad": failure(422, "execution", "found duplicate series"),
        "long": failure(503, "timeout", "query timed out"),
        "wide": failure(422, "execution", "query processing would load too many samples into memory"),
    }
    server, _ = ask(lambda request: refusals.get(request.param("query"), cost(7)))
    expected = {"up": Cost(7, 0.5), "long": Cost(0, math.inf), "wide": Cost(0, math.inf)}
    assert expected == server.costs(["up", *refusals])
    assert () == server.failures


def test_only_so_many_queries_are_measured(ask: Ask) -> None:
    """Beyond the bound nothing is asked, and how much was left out is known."""
    server, fake = ask(in_order(cost(7)))
    server.costs(f"metric_{number}" for number in range(MOST_QUERIES + 5))
    assert (MOST_QUERIES, 5) == (len(fake.requests), server.unmeasured)


def test_a_server_without_rules_does_not_say(ask: Ask) -> None:
    """An empty list means that another server evaluates the rules."""
    server, _ = ask(in_order(success({"groups": []})))
    assert server.rules() is None


def test_a_failed_question_is_not_asked_again(ask: Ask) -> None:
    """The error is kept, told once, and other questions are still asked."""
    names = success(["up"])
    server, fake = ask(lambda request: failure(400, "bad_data", "no") if "query" in request.path else names)
    for _ in range(2):
        with pytest.raises(PromApiError, match="bad_data no"):
            server.firings([])
    assert frozenset({"up"}) == server.metrics()
    assert (2, 1) == (len(fake.requests), len(server.failures))


def test_missing_credentials_end_all_questions(ask: Ask) -> None:
    """After a 401 nothing more is asked, and one failure is told."""
    server, fake = ask(in_order(Answer(status=401, headers={})))
    for question in (server.metrics, server.rules, server.config):
        with pytest.raises(PromApiError, match="401"):
            question()
    assert (1, 1) == (len(fake.requests), len(server.failures))
