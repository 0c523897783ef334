"""Links to runbooks: which pages are certainly gone, and of which nothing is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from sloctl.promapi.links import Page, look_at
from tests.support.http import Answer, Request, serving


def site(request: Request) -> Answer:
    """A site with one page, one that only GET gets, one behind a login, one that breaks, one that moved in a circle."""
    answers = {
        "/there": Answer(headers={}),
        "/only-get": Answer(status=405 if request.method == "HEAD" else 200, headers={}),
        "/login": Answer(status=401, headers={}),
        "/broken": Answer(status=502, headers={}),
        "/gone": Answer(status=410, headers={}),
        "/circle": Answer(status=302, headers={"Location": "/circle"}),
    }
    return answers.get(request.path, Answer(status=404, headers={}))


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("there", Page()),
        ("only-get", Page()),
        ("login", Page()),
        ("gone", Page(is_gone=True, trouble="410 Gone")),
        ("missing", Page(is_gone=True, trouble="404 Not Found")),
        ("broken", Page(trouble="502 Bad Gateway")),
        ("circle", Page(trouble="it redirects for ever")),
    ],
)
def test_only_404_and_410_say_that_a_page_is_gone(path: str, page: Page) -> None:
    """A login, a method that is refused or a server in trouble say nothing about the page."""
    with serving(site) as server:
        assert {f"{server.url}/{path}": page} == look_at([f"{server.url}/{path}"])


def test_nobody_answers() -> None:
    """A host that cannot be reached is no proof that the page is gone."""
    with serving(site) as server:
        url = f"{server.url}/there"
    assert {url: Page(trouble="no connection")} == look_at([url])


def test_each_link_is_followed_once_and_nothing_secret_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link of many alerts costs one request, which bears no credentials, not even those of ~/.netrc."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(site) as server:
        look_at([f"{server.url}/there"] * 3)
        (request,) = server.requests
    assert ("HEAD", "/there") == (request.method, request.path)
    assert "authorization" not in {name.lower() for name in request.headers}
