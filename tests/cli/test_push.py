"""`sloctl push` to a ruler: what it shows, asks, writes and says, and what is live after it went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest

from tests.cli.session import Outcome, sloctl
from tests.support.http import Answer, FakeServer, Request, serving
from tests.support.ruler import ACCEPTED, TEXT, FakeRuler, ruling, server_error

SPEC = """\
apiVersion: sloctl/v1
kind: Service
metadata: {{name: {name}, owner: team}}
alerts:
  - name: Down
    value: {{of: up, below: 1, agg: min, for: 5m}}
    priority: P2
    action: Start it
    runbook: https://runbooks.example.org/down
  - name: Slow
    value: {{of: latency, above: {limit}, agg: max, for: 5m}}
    priority: P2
    action: Look
    runbook: https://runbooks.example.org/slow
slos:
  - name: availability
    objective: 99.9
    sli: {{events: {{bad: errors_total, total: requests_total}}}}
    alerting:
      page: {{priority: P1, action: Roll back, runbook: https://runbooks.example.org/a}}
      ticket: {{priority: P3, action: Look, runbook: https://runbooks.example.org/a}}
"""

SHOP = ["shop: slo/shop/availability", "shop: slo/shop/availability/2", "shop: alerts/shop"]


def write_spec(folder: Path, name: str = "shop", limit: int = 5) -> None:
    """Write the spec of a service."""
    (folder / "specs").mkdir(exist_ok=True)
    (folder / "specs" / f"{name}.yaml").write_text(SPEC.format(name=name, limit=limit))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one service, no proxies, and pauses that take no time."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sloctl.promapi.transport.FIRST_PAUSE_SECONDS", 0.001)
    write_spec(tmp_path)
    (tmp_path / "sloctl.yaml").write_text("specs: [specs]\n")
    return tmp_path


@pytest.fixture
def fake() -> FakeRuler:
    """A ruler without rules."""
    return FakeRuler()


@pytest.fixture
def server(fake: FakeRuler) -> Iterator[FakeServer]:
    """The ruler, running."""
    with ruling(fake) as running:
        yield running


@pytest.fixture
def push(folder: Path, server: FakeServer) -> Callable[..., Outcome]:
    """Push to the ruler, with `--yes` unless other arguments are given."""
    return lambda *arguments: sloctl("push", f"{server.url}/prometheus", *(arguments or ["--yes"]), cwd=folder)


Push = Callable[..., Outcome]


def writes(server: FakeServer) -> list[str]:
    """Return the requests that change something."""
    return [f"{request.method} {request.path}" for request in server.requests if request.method != "GET"]


def test_first_and_second_push(push: Push, fake: FakeRuler, server: FakeServer) -> None:
    """The first push writes every group in the order of the file; the second has nothing to do and writes nothing."""
    run = push()
    assert (0, SHOP) == (run.code, fake.groups()), run.err
    assert "+ shop: slo/shop/availability (20 rules)\n" in run.out
    assert f"3 groups at {server.url}/prometheus changed\n" == run.err
    server.requests.clear()
    run = push()
    assert (0, "", []) == (run.code, run.out, writes(server))
    assert f"nothing to do: 3 groups at {server.url}/prometheus up to date\n" == run.err


def test_a_change_is_shown_and_only_that_is_written(push: Push, folder: Path, server: FakeServer) -> None:
    """One threshold is one line, and one request."""
    push()
    write_spec(folder, limit=7)
    server.requests.clear()
    run = push()
    assert "~ shop: alerts/shop (2 rules)\n    ~ alert Slow\n" in run.out
    assert "- expr: max(latency) > 5\n" in run.out
    assert "+ expr: max(latency) > 7\n" in run.out
    assert ["POST /prometheus/config/v1/rules/shop"] == writes(server)


def test_dry_run_and_check(push: Push, server: FakeServer) -> None:
    """Both show the difference and write nothing; `--check` fails when there is one."""
    dry, check = push("--dry-run"), push("--check")
    assert (0, 1, dry.out, []) == (dry.code, check.code, check.out, writes(server))
    push()
    assert (0, "") == (push("--check").code, push("--check").out)


def test_without_a_terminal_nobody_is_asked(push: Push, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that would wait for an answer for ever is wrong use, and the server is not even asked."""
    monkeypatch.setattr("sys.stdin", StringIO(""))
    run = push("specs")
    assert (2, []) == (run.code, server.requests)
    assert "add --yes" in run.err


class Terminal(StringIO):
    """Somebody at a terminal."""

    def isatty(self) -> bool:
        """Tell that it is one."""
        return True


@pytest.mark.parametrize(("typed", "code", "expected"), [("y\n", 0, SHOP), ("n\n", 1, []), ("\n", 1, [])])
def test_the_person_is_asked(
    typed: str, code: int, expected: list[str], push: Push, fake: FakeRuler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Yes writes; anything else writes nothing and is no success."""
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    run = push("specs")
    assert (code, expected) == (run.code, fake.groups())
    assert "3 groups at" in run.err


def test_services_that_are_gone(push: Push, folder: Path, fake: FakeRuler) -> None:
    """Their rules stay, and are named, until somebody says `--prune`; what others wrote stays in any case."""
    write_spec(folder, "old")
    push()
    (folder / "specs" / "old.yaml").unlink()
    fake.tenants["anonymous"]["infra"] = {"by-hand": {"name": "by-hand", "rules": []}}
    run = push()
    assert (0, "") == (run.code, run.out)
    assert "left alone: 1 namespace of services that were not compiled (--prune removes them): old\n" in run.err
    run = push("--prune", "--yes")
    assert (0, sorted([*SHOP, "infra: by-hand"])) == (run.code, sorted(fake.groups()))
    assert "- old: alerts/old (2 rules)\n" in run.out


def test_prefix_of_namespaces(push: Push, folder: Path, fake: FakeRuler) -> None:
    """With a prefix only namespaces that bear it are ours."""
    (folder / "sloctl.yaml").write_text("specs: [specs]\ntargets: {mimir: {namespace_prefix: slo-}}\n")
    fake.tenants["anonymous"] = {"other": {"alerts/other": {"name": "alerts/other", "rules": []}}}
    run = push("--yes", "--prune")
    assert (0, ["other: alerts/other", *(f"slo-{name}" for name in SHOP)]) == (run.code, fake.groups())


@pytest.mark.parametrize("arguments", [["--tenant", "a"], ["--header", "X-Scope-OrgID: a"]], ids=["option", "header"])
def test_tenants(arguments: list[str], push: Push, fake: FakeRuler) -> None:
    """Rules go to the tenant that is named; without one, the ruler's refusal says which option names it."""
    fake.needs_tenant = True
    run = push()
    assert (3, True) == (run.code, "401 no org id" in run.err and "--tenant" in run.err)
    assert (0, SHOP) == (push("--yes", *arguments).code, fake.groups("a"))
    assert 2 == push("--yes", "--tenant", "a", "--header", "x-scope-orgid: b").code


def test_a_refused_group_ends_its_namespace_only(push: Push, folder: Path, fake: FakeRuler) -> None:
    """What comes after it in the namespace is not written, other services are; each group's state is said."""
    write_spec(folder, "web")
    words = "per-user rules per rule group limit (limit: 5 actual: 6) exceeded"
    fake.trouble = refuse("slo/shop/availability/2", 400, words)
    run = push()
    live = ["shop: slo/shop/availability", *(name.replace("shop", "web") for name in SHOP)]
    assert (3, sorted(live)) == (run.code, sorted(fake.groups()))
    assert [f"live: + {name}" for name in live] + [f"not live: + {name}" for name in SHOP[1:]] == run.err.splitlines()[
        :6
    ]
    assert "sloctl: the push has ended half-way (4 live and 2 not live): " in run.err
    assert f"refuses (group `slo/shop/availability/2`): 400 {words}\n" in run.err


def test_a_full_tenant(push: Push, folder: Path, fake: FakeRuler) -> None:
    """Before anybody is asked it is said that there is no room to replace a group, and after the refusal why."""
    fake.max_groups = 3
    (folder / "sloctl.yaml").write_text("specs: [specs]\ntargets: {mimir: {max_groups_per_tenant: 3}}\n")
    assert 0 == push().code
    write_spec(folder, limit=7)
    run = push("--dry-run")
    said = "this needs room for 4 groups on its way, and `targets.mimir.max_groups_per_tenant` is 3"
    assert (0, True) == (run.code, said in run.err), run.err
    run = push()
    assert (3, True) == (run.code, "400 per-user rule groups limit (limit: 3 actual: 4) exceeded\n" in run.err)
    assert "= help: the ruler counts one group more while it replaces one" in run.err


def test_a_server_that_fails_in_the_middle_ends_all(push: Push, fake: FakeRuler) -> None:
    """After the last try nothing more is sent; what it has then is asked for and said."""
    fake.trouble = refuse("slo/shop/availability/2", 500, "")
    run = push()
    assert (3, SHOP[:1]) == (run.code, fake.groups())
    assert ["live: + " + SHOP[0], *(f"not live: + {name}" for name in SHOP[1:])] == run.err.splitlines()[:3]
    fake.trouble = None
    assert (0, SHOP) == (push().code, fake.groups())


def test_a_time_limit_says_nothing_about_what_happened(push: Push, fake: FakeRuler) -> None:
    """A group that arrived although its answer did not is live, and is said to be."""
    fake.trouble = lose_answers_of("slo/shop/availability/2", fake)
    run = push("--yes", "--timeout", "500ms")
    assert (3, SHOP[:2]) == (run.code, fake.groups())
    assert [f"live: + {SHOP[0]}", f"live: + {SHOP[1]}", f"not live: + {SHOP[2]}"] == run.err.splitlines()[:3]
    assert "does not answer: no whole answer within 500ms" in run.err


def test_unknown_is_said_when_nobody_can_be_asked(push: Push, fake: FakeRuler) -> None:
    """When the server does not answer afterwards either, what was on its way is unknown."""
    lose = lose_answers_of("slo/shop/availability/2", fake)
    asked: list[str] = []

    def trouble(request: Request) -> Answer | None:
        asked.append(request.method)
        return server_error(503) if request.method == "GET" and "POST" in asked else lose(request)

    fake.trouble = trouble
    run = push("--yes", "--timeout", "500ms")
    assert 3 == run.code
    assert [f"live: + {SHOP[0]}", f"not live: + {SHOP[2]}", f"unknown: + {SHOP[1]}"] == run.err.splitlines()[:3]
    assert "(1 live, 1 not live and 1 unknown)" in run.err


def test_a_server_that_takes_and_does_not_keep(push: Push, folder: Path) -> None:
    """What was accepted is looked at again; a proxy that answers in the ruler's place does not pass."""
    with serving(lambda request: ACCEPTED if request.method == "POST" else Answer(body=b"{}\n")) as server:
        run = sloctl("push", server.url, "--yes", cwd=folder)
    assert (3, True) == (run.code, "nothing has changed: the server has other rules than those it took" in run.err)


def test_wrong_specs_and_wrong_use(push: Push, folder: Path, server: FakeServer) -> None:
    """Errors in specs are findings and nothing is sent; `-o` without `--reload` is wrong use."""
    assert 2 == push("--yes", "-o", "rules").code
    (folder / "specs" / "shop.yaml").write_text(SPEC.format(name="shop", limit=5).replace("99.9", "199"))
    run = push()
    assert (1, []) == (run.code, server.requests)
    assert "nothing was pushed" in run.err


def refuse(group: str, status: int, text: str) -> Callable[[Request], Answer | None]:
    """Refuse one group."""
    answer = Answer(status=status, headers=TEXT, body=text.encode())
    return lambda request: answer if f"name: {group}\n" in request.body else None


def lose_answers_of(group: str, fake: FakeRuler) -> Callable[[Request], Answer | None]:
    """Store a group, and answer too late."""

    def trouble(request: Request) -> Answer | None:
        if f"name: {group}\n" not in request.body:
            return None
        fake.trouble, kept = None, fake.trouble
        fake.answer(request)
        fake.trouble = kept
        return Answer(status=202, body=b"late", drop_seconds=0.2)

    return trouble
