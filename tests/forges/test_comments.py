"""One comment per review: added, found on whatever page, updated, left alone; and what is said of each refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from sloctl.core.errors import ExitCode
from sloctl.forges import github, gitlab
from sloctl.forges.rest import ForgeError, Rest
from tests.forges.fakes import TOKEN, Comments, answer
from tests.support.http import Answer, FakeServer, Request, serving

MARKER = "<!-- sloctl:review -->"
BODY = f"{MARKER}\n## fine"
OTHER = "a person's words"


@dataclass
class Forge:
    """A fake server with its comments, and the client of it."""

    server: FakeServer
    comments: Comments
    client: github.GitHub | gitlab.GitLab
    pauses: list[float] = field(default_factory=list)

    def methods(self) -> list[str]:
        """Return what was asked."""
        return [request.method for request in self.server.requests]


NOON = 1_800_000_000.0


def _github(url: str, sleep: Callable[[float], None]) -> github.GitHub:
    account = github.account({"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": url})
    return github.GitHub(Rest(account, sleep=sleep, now=lambda: NOON), "team/slos", 7)


def _gitlab(url: str, sleep: Callable[[float], None]) -> gitlab.GitLab:
    account = gitlab.account({"GITLAB_TOKEN": TOKEN, "CI_API_V4_URL": url})
    return gitlab.GitLab(Rest(account, sleep=sleep, now=lambda: NOON), "42", 7)


@pytest.fixture(params=["github", "gitlab"])
def forge(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forge]:
    """Each forge in turn."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    comments, pauses = Comments(), []
    connect = _github if request.param == "github" else _gitlab
    with serving(comments.github if request.param == "github" else comments.gitlab) as server:
        yield Forge(server, comments, connect(server.url, pauses.append), pauses)


def test_the_first_review_adds_a_comment(forge: Forge) -> None:
    """Without a comment of its own, one is added beside those of people."""
    forge.comments.bodies = {1: OTHER}
    assert forge.client.publish(MARKER, BODY).startswith("added")
    assert {1: OTHER, 2: BODY} == forge.comments.bodies


def test_a_later_review_updates_its_comment(forge: Forge) -> None:
    """The comment that begins with the marker is changed, on whatever page it stands; no other one is touched."""
    forge.comments.bodies = dict.fromkeys(range(1, 251), OTHER) | {180: f"{MARKER}\nold", 190: f"quoted: {MARKER}"}
    assert forge.client.publish(MARKER, BODY).startswith("updated")
    assert (BODY, f"quoted: {MARKER}", 250) == (forge.comments.bodies[180], forge.comments.bodies[190],
                                                len(forge.comments.bodies))  # fmt: skip
    assert ["GET", "GET"] == forge.methods()[:2]


def test_another_name_is_another_comment(forge: Forge) -> None:
    """Two reviews of one pull request do not overwrite each other."""
    forge.client.publish(MARKER, BODY)
    forge.client.publish("<!-- sloctl:review:eu -->", "<!-- sloctl:review:eu -->\nfine")
    assert 2 == len(forge.comments.bodies)


def test_an_unchanged_review_writes_nothing(forge: Forge) -> None:
    """Nobody is notified of a text that has not changed."""
    forge.comments.bodies = {1: BODY + "\n"}
    assert forge.client.publish(MARKER, BODY).startswith("unchanged")
    assert {"GET"} == set(forge.methods())


@pytest.mark.parametrize("login", ["", "release-robot"], ids=["job", "person"])
def test_only_a_comment_of_its_own_is_updated(login: str, forge: Forge) -> None:
    """The author of a change could write the comment first and rewrite the verdict later: a person's is not taken."""
    forge.comments.bodies, forge.comments.foreign = {1: f"{MARKER}\nmine", 2: f"{MARKER}\nold"}, frozenset({1})
    forge.comments.login = login
    assert forge.client.publish(MARKER, BODY).startswith("updated")
    assert {1: f"{MARKER}\nmine", 2: BODY} == forge.comments.bodies


def test_a_comment_that_may_not_be_changed_is_passed_over(forge: Forge) -> None:
    """Such as one of another robot; a new one is added."""
    forge.comments.bodies, forge.comments.locked = {1: f"{MARKER}\nnot yours"}, frozenset({1})
    assert forge.client.publish(MARKER, BODY).startswith("added")
    assert {1: f"{MARKER}\nnot yours", 2: BODY} == forge.comments.bodies


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (answer({"message": "Bad credentials"}, 401), "401: Bad credentials"),
        (answer({"message": "Resource not accessible"}, 403), "403: Resource not accessible"),
        (answer({"message": "Not Found"}, 404), "404: Not Found"),
        (answer({"message": "Validation Failed", "errors": [{"code": "invalid"}]}, 422), "422: Validation Failed"),
        (answer({"message": f"the token {TOKEN} is bad"}, 401), "401: the token *** is bad"),
        (answer({}, 301, Location="http://evil.example/"), "with 301"),
        (Answer(status=200, body=b"<html>"), "no JSON"),
        (
            answer({"message": "API rate limit exceeded"}, 403, X_RateLimit_Remaining="0", Retry_After="3600"),
            "rate limit",
        ),
    ],
    ids=["401", "403", "404", "422", "token", "redirect", "html", "limit"],
)
def test_a_refusal_is_explained(refusal: Answer, said: str, forge: Forge) -> None:
    """The message names the request, the status and the server's words, never the token, and the exit code is 3."""
    forge.comments.refusals = [refusal]
    with pytest.raises(ForgeError) as caught:
        forge.client.publish(MARKER, BODY)
    assert said in f"{caught.value} {caught.value.help}"
    assert (ExitCode.WORLD, False) == (caught.value.exit_code, TOKEN in f"{caught.value} {caught.value.help}")
    assert 1 == len(forge.server.requests)


def test_what_passes_is_tried_again(forge: Forge) -> None:
    """A limit with a time to wait, and a server that fails for a moment, do not end the job."""
    forge.comments.refusals = [answer({}, 429, Retry_After="7"), answer({}, 502)]
    assert forge.client.publish(MARKER, BODY).startswith("added")
    assert [7.0, 2.0] == forge.pauses


@pytest.mark.parametrize(
    ("limit", "pause"),
    [
        (answer({}, 429, RateLimit_Reset=f"{NOON + 42:.0f}"), 42.0),
        (answer({}, 403, X_RateLimit_Remaining="0", X_RateLimit_Reset=f"{NOON + 30:.0f}"), 30.0),
        (answer({"message": "You have exceeded a secondary rate limit. Please wait."}, 403), 60.0),
        (answer({}, 429, RateLimit_Reset=f"{NOON - 5:.0f}"), 1.0),
    ],
    ids=["reset", "403", "secondary", "past"],
)
def test_a_limit_is_waited_for_as_long_as_the_server_says(limit: Answer, pause: float, forge: Forge) -> None:
    """By the time when there is something left again; a minute where nothing is said, which is what GitHub asks for."""
    forge.comments.refusals = [limit]
    assert forge.client.publish(MARKER, BODY).startswith("added")
    assert [pause] == forge.pauses


def test_a_limit_while_updating_adds_no_second_comment(forge: Forge) -> None:
    """That a comment cannot be changed just now does not make it somebody else's."""
    forge.comments.bodies = {1: f"{MARKER}\nold"}
    refused = answer({"message": "You have exceeded a secondary rate limit"}, 403, Retry_After="600")
    usual = forge.server.answer
    forge.server.answer = lambda request: usual(request) if request.method == "GET" else refused
    with pytest.raises(ForgeError, match="secondary rate limit"):
        forge.client.publish(MARKER, BODY)
    assert "POST" not in forge.methods()


def test_a_short_page_is_not_the_last_one_when_another_is_named(forge: Forge) -> None:
    """A service may leave items out of a page, such as hidden ones; its `Link` header says whether there is more."""
    forge.comments.bodies = {1: f"{MARKER}\nold"}
    first = answer([{"id": 7, "body": OTHER}], Link='<https://forge.example/?page=2>; rel="next"')
    usual = forge.server.answer

    def paged(request: Request) -> Answer:
        page = request.param("page")
        return first if page == "1" else usual(replace(request, params={**request.params, "page": ["1"]}))

    forge.server.answer = paged
    assert forge.client.publish(MARKER, BODY).startswith("updated")


def test_a_comment_is_never_added_twice(forge: Forge) -> None:
    """After a failed request that may have added it, it is not asked for again."""
    forge.comments.bodies = {1: OTHER}
    forge.client.publish(MARKER, BODY)
    forge.server.answer = lambda request: answer({}, 502) if request.method == "POST" else answer([])
    before = forge.methods().count("POST")
    with pytest.raises(ForgeError, match="502"):
        forge.client.publish(MARKER, BODY)
    assert 1 == forge.methods().count("POST") - before


def test_a_server_that_is_gone_is_said() -> None:
    """Without any answer the message names the address."""
    client = _github("http://127.0.0.1:1", lambda _: None)
    with pytest.raises(ForgeError, match=r"http://127\.0\.0\.1:1 does not answer"):
        client.publish(MARKER, BODY)
