"""Telling a Prometheus to reload: what it has loaded, and what it may answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from sloctl.promapi.access import Access
from sloctl.promapi.errors import PromApiError
from sloctl.promapi.lifecycle import Lifecycle
from sloctl.promapi.transport import Transport
from tests.support.http import Answer, in_order, serving, success
from tests.support.ruler import TEXT

Connect = Callable[[str], Lifecycle]

ALERT = {"type": "alerting", "name": "Down", "query": "up == 0", "duration": 300, "keepFiringFor": 60.5,
         "labels": {"a": "b"}, "annotations": {"c": "d"}, "alerts": [], "health": "ok"}  # fmt: skip
RECORD = {"type": "recording", "name": "up:sum", "query": "sum(up)", "health": "ok"}


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Servers that are not waited for."""
    made: list[Lifecycle] = []

    def server(url: str) -> Lifecycle:
        made.append(Lifecycle(Transport(Access(url=url), sleep=lambda _: None)))
        return made[-1]

    yield server
    for each in made:
        each.close()


def test_loaded_groups(connect: Connect) -> None:
    """Groups come back as a rule file would hold them, with durations that are exact."""
    answer = success({"groups": [{"name": "g", "file": "/r.yml", "interval": 30, "rules": [ALERT, RECORD]}]})
    with serving(in_order(answer)) as server:
        [group] = connect(server.url).groups()
    texts = {"labels": {"a": "b"}, "annotations": {"c": "d"}}
    nothing = {"for": "0ms", "keep_firing_for": "0ms", "labels": {}, "annotations": {}}
    assert [
        {"alert": "Down", "expr": "up == 0", "for": "300000ms", "keep_firing_for": "60500ms", **texts},
        {"record": "up:sum", "expr": "sum(up)", **nothing},
    ] == group["rules"]
    assert ("g", "30000ms") == (group["name"], group["interval"])


@pytest.mark.parametrize(
    "answer",
    [success({}), success({"groups": [{}]}), success({"groups": 1}), success([]), Answer(body=b"<html>")],
    ids=["no groups", "no name", "no list", "no object", "html"],
)
def test_a_list_of_rules_that_is_none(answer: Answer, connect: Connect) -> None:
    """Another program's answer is an error that names the server."""
    with serving(in_order(answer)) as server, pytest.raises(PromApiError, match="list of rules"):
        connect(server.url).groups()


def test_a_failed_reload_is_not_tried_again(connect: Connect) -> None:
    """What the configuration lacks does not come by asking again; the server's words are kept."""
    failed = Answer(status=500, headers=TEXT, body=b"failed to reload config: one or more errors occurred\n")
    with serving(in_order(failed)) as server, pytest.raises(PromApiError) as raised:
        connect(server.url).reload()
    said = f"{server.url} refuses (reload): 500 failed to reload config: one or more errors occurred"
    assert (said, [("POST", "/-/reload")]) == (str(raised.value), [(r.method, r.path) for r in server.requests])


def test_a_server_that_cannot_reload(connect: Connect) -> None:
    """The refusal and the flags of the server both lead to the flag that it needs."""
    refusal = Answer(status=403, headers=TEXT, body=b"Lifecycle API is not enabled.")
    with serving(in_order(refusal)) as server, pytest.raises(PromApiError, match="403 Lifecycle") as raised:
        connect(server.url).reload()
    assert "--web.enable-lifecycle" in raised.value.help
    private = in_order(success({"web.enable-lifecycle": "false"}))
    with serving(private) as server, pytest.raises(PromApiError) as raised:
        connect(server.url).check_enabled()
    assert "--web.enable-lifecycle" in raised.value.help


@pytest.mark.parametrize(
    "answer", [success({"web.enable-lifecycle": "true"}), success({}), Answer(status=404, body=b"")]
)
def test_a_server_that_does_not_say_is_tried(answer: Answer, connect: Connect) -> None:
    """Flags may be kept private; then the reload itself shows."""
    with serving(in_order(answer)) as server:
        connect(server.url).check_enabled()
