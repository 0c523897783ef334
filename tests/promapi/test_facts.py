"""What else a server says: its time, its series and alerts, its version, and reservations about its answers."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from sloctl.promapi.answers import ActiveAlert, Metadata
from sloctl.promapi.client import Client
from tests.support.http import Answer, in_order, serving, success

Connect = Callable[..., Client]


def test_results_are_yielded_in_order_and_few_wait(connect: Connect) -> None:
    """However many questions there are, only a few are asked ahead of what is taken."""
    with serving(lambda request: success([request.param("match[]")])) as server:
        client = connect(server.url)
        answers = client.each(lambda name: client.label_names(name, start=0, end=60), (f"m{n}" for n in range(1_000)))
        first = [next(answers) for _ in range(3)]
        answers.close()
    assert [frozenset({f"m{number}"}) for number in range(3)] == first
    assert 20 > len(server.requests)


def test_the_time_is_that_of_the_server(connect: Connect) -> None:
    """No time is sent, so the server takes its own."""
    vector = {"resultType": "vector", "result": [{"metric": {}, "value": [17.5, "17.5"]}]}
    with serving(in_order(success(vector))) as server:
        assert 17.5 == connect(server.url).now()
        [request] = server.requests
    assert ("vector(time())", "") == (request.param("query"), request.param("time"))


def test_series_alerts_metadata_version_and_flags_are_read(connect: Connect) -> None:
    """Each comes as the server gave it; metadata of several targets is that of the first."""
    answers = {
        "/api/v1/series": [{"__name__": "up", "job": "api"}],
        "/api/v1/alerts": {"alerts": [{"labels": {"alertname": "Down"}, "annotations": {}, "state": "firing",
                                       "activeAt": "2026-11-23T04:00:00Z", "value": "1e+00"}]},
        "/api/v1/metadata": {"up": [{"type": "gauge", "help": "Is it up?", "unit": ""}, {"type": "counter"}], "x": []},
        "/api/v1/status/buildinfo": {"version": "3.1.0", "goVersion": "go1.23"},
        "/api/v1/status/flags": {"query.max-samples": "50000000"},
    }  # fmt: skip
    with serving(lambda request: success(answers[request.path])) as server:
        client = connect(server.url)
        assert [{"__name__": "up", "job": "api"}] == client.series("up", start=0, end=60)
        assert (ActiveAlert({"alertname": "Down"}, "firing", "2026-11-23T04:00:00Z"),) == client.alerts()
        assert {"up": Metadata("gauge", "Is it up?", "")} == client.metadata()
        assert "3.1.0" == client.version()
        assert {"query.max-samples": "50000000"} == client.flags()


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        ({"warnings": ["store-1 is away"]}, ("store-1 is away",)),
        ({"isPartial": True}, ("the answer is partial",)),
        ({"isPartial": False, "warnings": []}, ()),
        ({"infos": ["metric might not be a counter"]}, ()),
        ({"warnings": "none"}, ()),
    ],
)
def test_reservations_are_kept(beside: dict[str, object], expected: tuple[str, ...], connect: Connect) -> None:
    """What Thanos and VictoriaMetrics say beside an answer is remembered, each thing once."""
    body = {"status": "success", "data": {"resultType": "matrix", "result": []}, **beside}
    with serving(in_order(Answer(body=json.dumps(body).encode()))) as server:
        client = connect(server.url)
        for _ in range(2):
            client.query_range("up", start=0, end=60, step=60)
    assert expected == client.reservations


@pytest.mark.parametrize("prefix", ["", "/prometheus", "/select/0/prometheus/", "/api/prom"])
def test_a_prefix_of_the_address_is_kept(prefix: str, connect: Connect) -> None:
    """Mimir, VictoriaMetrics' cluster and Cortex answer below a path."""
    with serving(in_order(success([]))) as server:
        connect(server.url + prefix).series("up", start=0, end=60)
        assert [f"{prefix.rstrip('/')}/api/v1/series"] == server.paths()
