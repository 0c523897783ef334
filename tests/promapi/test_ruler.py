"""The API of a ruler: which paths are asked, how names are written in them, and what the answers mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from sloctl.promapi.access import Access
from sloctl.promapi.errors import PromApiError
from sloctl.promapi.ruler import Ruler
from sloctl.promapi.transport import Transport
from tests.support.http import Answer, Request, in_order, serving
from tests.support.ruler import ACCEPTED, TEXT, FakeRuler, ruling, server_error

GROUP = "name: a\ninterval: 30s\nrules:\n- record: up:sum\n  expr: sum(up)\n"

Connect = Callable[..., Ruler]


@pytest.fixture
def waits() -> list[float]:
    """How long each pause was."""
    return []


@pytest.fixture
def connect(waits: list[float]) -> Iterator[Connect]:
    """Rulers that do not wait."""
    made = []

    def ruler(url: str, kind: str = "mimir", **access: object) -> Ruler:
        transport = Transport(Access(url=url, **access), sleep=waits.append, chance=lambda: 0.0)  # type: ignore[arg-type] # fields by name
        made.append(Ruler(transport, kind))
        return made[-1]

    yield ruler
    for each in made:
        each.close()


@pytest.mark.parametrize(
    ("kind", "prefix", "path"),
    [
        ("mimir", "/prometheus", "/prometheus/config/v1/rules"),
        ("cortex", "", "/api/v1/rules"),
        ("cortex-legacy", "", "/api/prom/rules"),
    ],
)
def test_paths_of_each_kind(kind: str, prefix: str, path: str, connect: Connect) -> None:
    """Rules that were written are read back, under the paths that each kind of server has."""
    with ruling(FakeRuler(path=path)) as server:
        ruler = connect(f"{server.url}{prefix}", kind)
        ruler.set_group("shop", "a", GROUP)
        rules = [{"record": "up:sum", "expr": "sum(up)"}]
        assert {"shop": [{"name": "a", "interval": "30s", "rules": rules}]} == ruler.stored()
        ruler.delete_group("shop", "a")
        assert {} == ruler.stored()
    assert [f"{path}/shop", path, f"{path}/shop/a", path] == server.paths()


@pytest.mark.parametrize("is_404", [True, False], ids=["404", "empty"])
def test_no_rules_are_no_error(is_404: bool, connect: Connect) -> None:
    """Older servers answer 404 when a tenant has no rules, newer ones with an empty mapping."""
    with ruling(FakeRuler(is_empty_404=is_404)) as server:
        assert {} == connect(f"{server.url}/prometheus").stored()


@pytest.mark.parametrize("name", ["a/b", "a b", "50%", "ä?&#", "a+b", "slo/shop/päge", "%2F"])
def test_names_are_written_so_that_they_come_through(name: str, connect: Connect) -> None:
    """A slash, a space or a letter of another alphabet stays a part of its name."""
    fake = FakeRuler()
    with ruling(fake) as server:
        ruler = connect(f"{server.url}/prometheus")
        ruler.set_group(name, name, GROUP.replace("name: a", f"name: '{name}'"))
        assert [f"{name}: {name}"] == fake.groups()
        ruler.delete_group(name, name)
    assert [] == fake.groups()


@pytest.mark.parametrize(
    "answer", [ACCEPTED, Answer(status=404, headers=TEXT, body=b"group does not exist\n")], ids=["202", "404"]
)
def test_a_group_that_is_gone_already_is_gone(answer: Answer, connect: Connect) -> None:
    """The answer to the first request may be lost; the second finds nothing, and that is what was asked for."""
    with serving(in_order(answer)) as server:
        connect(f"{server.url}/prometheus").delete_group("shop", "a")


@pytest.mark.parametrize(
    ("answer", "message", "advice"),
    [
        (Answer(status=401, headers=TEXT, body=b"no org id\n"), "401 no org id", "--tenant ID"),
        (Answer(status=401, headers=TEXT, body=b""), "401 Unauthorized", "a token or a user"),
        (Answer(status=403, headers=TEXT, body=b"namespace is protected, no modification allowed\n"),
         "403 namespace is protected, no modification allowed", "protected"),
        (Answer(status=404, headers=TEXT, body=b"404 page not found\n"), "404 page not found", "--api cortex"),
        (Answer(status=400, headers=TEXT, body=b"invalid rules configuration: rule group 'a' has no rules\n"),
         "400 invalid rules configuration: rule group 'a' has no rules", ""),
        (Answer(status=400, headers=TEXT, body=b"per-user rule groups limit (limit: 70 actual: 71) exceeded\n"),
         "400 per-user rule groups limit (limit: 70 actual: 71) exceeded", "one group more while it replaces one"),
        (Answer(status=400, headers=TEXT, body=b"per-user rules per rule group limit (limit: 5 actual: 6) exceeded\n"),
         "400 per-user rules per rule group limit (limit: 5 actual: 6) exceeded", "targets.mimir.max_rules_per_group"),
        (Answer(status=401, headers=TEXT, body=b"tenant ID 'a b' contains unsupported character ' '\n"),
         "401 tenant ID 'a b' contains unsupported character ' '", "give `--tenant` an ID"),
        (Answer(status=301, headers={"Location": "https://other.example/"}), "301: it redirects", "the address that"),
    ],
    ids=["no tenant", "no token", "protected", "not found", "no rules", "groups", "rules", "bad tenant", "redirect"],
)  # fmt: skip
def test_refusals(answer: Answer, message: str, advice: str, connect: Connect, waits: list[float]) -> None:
    """A refusal is said at once, in the words of the server, with what to do about it."""
    with serving(in_order(answer)) as server, pytest.raises(PromApiError) as raised:
        connect(server.url).set_group("shop", "a", GROUP)
    assert (f"{server.url} refuses (group `a`): {message}", []) == (str(raised.value), waits)
    assert advice in raised.value.help


def test_what_may_pass_is_tried_again(connect: Connect, waits: list[float]) -> None:
    """A store that fails and a rate limit are waited for, the limit as long as it says."""
    limit = Answer(status=429, headers={"Retry-After": "7"})
    with serving(in_order(server_error(), limit, ACCEPTED)) as server:
        connect(server.url).set_group("shop", "a", GROUP)
    assert ([0.5, 7.0], 3) == (waits, len(server.requests))
    assert [GROUP] * 3 == [request.body for request in server.requests]


@pytest.mark.parametrize("body", [b"{", b"a: 1", b"- a", b"a: [1]", b"a: [{b: c}]", b"\xff\xfe\xfa", b"<html>"])
def test_an_answer_that_is_none(body: bytes, connect: Connect) -> None:
    """Whatever is not namespaces of named groups is said to be none, with what the address should be."""
    with serving(in_order(Answer(body=body))) as server, pytest.raises(PromApiError) as raised:
        connect(server.url).stored()
    assert (True, True) == ("does not answer as a ruler" in str(raised.value), "/prometheus" in raised.value.help)


def test_the_body_is_named_as_yaml(connect: Connect) -> None:
    """Proxies and servers are told what the body is."""
    seen: list[Request] = []

    def answer(request: Request) -> Answer:
        seen.append(request)
        return ACCEPTED

    with serving(answer) as server:
        connect(server.url, headers={"X-Scope-OrgID": "shop"}).set_group("shop", "a", GROUP)
    assert ("POST", "application/yaml", "shop") == (
        seen[0].method,
        seen[0].headers["Content-Type"],
        seen[0].headers["X-Scope-OrgID"],
    )
