"""Requests: what is tried again and after which pause, what proves who asks, and what goes wrong in whose words."""

from __future__ import annotations

import os
import socket
import ssl
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from sloctl.core.duration import Duration
from sloctl.promapi.client import Client
from sloctl.promapi.errors import PromApiError
from tests.promapi.conftest import Pauses
from tests.support.http import Answer, Request, failure, in_order, serving, success

VECTOR = success({"resultType": "vector", "result": []})
BAD_GATEWAY = Answer(status=502, headers={"Content-Type": "text/html"}, body=b"<html><h1>Bad gateway</h1></html>")

Connect = Callable[..., Client]


@pytest.mark.parametrize(
    "first",
    [
        BAD_GATEWAY,
        failure(500, "internal", "oops"),
        failure(429, "", "too many"),
        failure(503, "unavailable", "starting"),
        Answer(body=b'{"status": "succ', promised=400),
    ],
    ids=["502", "500", "429", "503", "cut short"],
)
def test_what_may_pass_is_tried_again(first: Answer, pauses: Pauses) -> None:
    """A server that fails twice and then answers has answered; the pauses double, and chance adds to them."""
    with serving(in_order(first, first, VECTOR)) as server:
        assert [] == pauses.client(server.url).query("up", at=0)
    assert [0.75, 1.5] == pauses.seconds


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (failure(400, "bad_data", "1:4: parse error: no"), "400 bad_data 1:4: parse error: no"),
        (failure(422, "execution", "found duplicate series"), "422 execution found duplicate series"),
        (failure(503, "timeout", "query timed out in expression evaluation"), "503 timeout query timed out"),
        (Answer(status=501, headers={}, body=b""), "501 Not Implemented"),
        (Answer(status=404, headers={}, body=b"404 page not found\n"), "404 404 page not found"),
    ],
    ids=["bad data", "execution", "timeout", "not implemented", "not found"],
)
def test_what_stays_is_said_at_once(answer: Answer, said: str, pauses: Pauses) -> None:
    """A refusal is not tried again; the message names the query and holds the server's own words."""
    with serving(in_order(answer)) as server, pytest.raises(PromApiError) as raised:
        pauses.client(server.url).query("sum(up", at=0)
    assert ([], True) == (pauses.seconds, f"(query `sum(up`): {said}" in str(raised.value)), raised.value
    assert answer.status == raised.value.status


def test_a_failure_that_stays_is_given_up(pauses: Pauses) -> None:
    """After four attempts the last answer counts; HTML is told as text."""
    with serving(in_order(BAD_GATEWAY)) as server:
        with pytest.raises(PromApiError, match=r"refuses .*: 502 Bad gateway$"):
            pauses.client(server.url).query("up", at=0)
        assert (4, 3) == (len(server.requests), len(pauses.seconds))


@pytest.mark.parametrize(
    ("header", "slept"),
    [("7", [7.0]), ("0", [0.0]), ("Wed, 21 Oct 2015 07:28:00 GMT", [0.0]), ("soon", [0.75])],
    ids=["seconds", "now", "past date", "nonsense"],
)
def test_retry_after_wins(header: str, slept: list[float], pauses: Pauses) -> None:
    """The server's own pause is kept; one that nobody can read counts as none."""
    with serving(in_order(failure(429, "", "slow down", Retry_After=header), VECTOR)) as server:
        pauses.client(server.url).query("up", at=0)
    assert slept == pauses.seconds


def test_a_pause_of_hours_is_not_made(pauses: Pauses) -> None:
    """Whoever says `Retry-After: 3600` is told to the user instead of waited for."""
    with (
        serving(in_order(failure(429, "", "come back tomorrow", Retry_After="3600"))) as server,
        pytest.raises(PromApiError, match="429 come back tomorrow"),
    ):
        pauses.client(server.url).query("up", at=0)
    assert [] == pauses.seconds


def test_a_closed_port_is_named(pauses: Pauses) -> None:
    """Where nobody listens, the message has the system's words and no stack of wrapped exceptions."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        with pytest.raises(PromApiError) as raised:
            pauses.client(url).query("up", at=0)
    assert f"{url} does not answer: Connection refused (query `up`)" == str(raised.value)
    assert (None, 3) == (raised.value.status, len(pauses.seconds))


def test_a_truncated_answer_is_no_answer(connect: Connect) -> None:
    """A body shorter than its headers promise is not taken for the whole."""
    with (
        serving(in_order(Answer(body=b'{"status":"success","data":{}}', promised=500))) as server,
        pytest.raises(PromApiError, match="30 bytes read, 470 more expected"),
    ):
        connect(server.url).query("up", at=0)


def test_a_server_that_hangs_up_is_no_answer(connect: Connect) -> None:
    """A connection closed without a word is said as such."""

    def hang_up(_: Request) -> Answer:
        raise ConnectionAbortedError

    with (
        serving(hang_up) as server,
        pytest.raises(PromApiError, match=r"does not answer: Remote end closed connection .*\(query `up`\)"),
    ):
        connect(server.url).query("up", at=0)


def test_a_silent_server_has_its_time(connect: Connect) -> None:
    """A server that accepts and says nothing is left after the timeout."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        pytest.raises(PromApiError, match="no whole answer within 50ms"),
    ):
        connect(f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=Duration(50)).query("up", at=0)


def test_drops_do_not_stretch_the_time(connect: Connect) -> None:
    """A server that sends a byte now and then has no more time than one that sends none."""
    dripping = Answer(body=b" " * 1_000, drop_seconds=0.02)
    with serving(in_order(dripping)) as server, pytest.raises(PromApiError, match="no whole answer within 100ms"):
        connect(server.url, timeout=Duration(100)).query("up", at=0)


def test_endless_redirects_end(connect: Connect) -> None:
    """A redirect to itself is an error, and is not tried again."""
    loop = Answer(status=302, headers={"Location": "/api/v1/query"})
    with serving(in_order(loop)) as server:
        with pytest.raises(PromApiError, match="redirects"):
            connect(server.url).query("up", at=0)
        assert 40 > len(server.requests)


def test_a_redirect_is_followed_without_giving_away_the_token(connect: Connect, tmp_path: Path) -> None:
    """Another host behind a redirect is asked, but not told the token."""
    with (
        serving(in_order(VECTOR)) as other,
        serving(in_order(Answer(status=302, headers={"Location": f"{other.url}/api/v1/query"}))) as server,
    ):
        url = server.url.replace("127.0.0.1", "localhost")
        connect(url, token_file=_secret(tmp_path, "hunter2")).query("up", at=0)
        assert "Bearer hunter2" == server.requests[0].headers["Authorization"]
        assert "Authorization" not in other.requests[0].headers


def _secret(folder: Path, text: str) -> Path:
    path = folder / "secret"
    path.write_text(f"{text}\n")
    return path


def test_token_headers_and_prefix_are_sent(connect: Connect, tmp_path: Path) -> None:
    """The token comes from its file, further headers as they are, and the path after the prefix."""
    with serving(in_order(VECTOR)) as server:
        token = _secret(tmp_path, "hunter2")
        connect(f"{server.url}/prometheus/", token_file=token, headers={"X-Scope-OrgID": "shop"}).query("up", at=0)
        [request] = server.requests
    assert ("Bearer hunter2", "shop") == (request.headers["Authorization"], request.headers["X-Scope-OrgID"])
    assert "/prometheus/api/v1/query" == request.path


def test_user_and_password_are_sent(connect: Connect, tmp_path: Path) -> None:
    """Basic authentication takes the password from its file."""
    with serving(in_order(VECTOR)) as server:
        connect(server.url, user="ann", password_file=_secret(tmp_path, "hunter2")).query("up", at=0)
        assert "Basic YW5uOmh1bnRlcjI=" == server.requests[0].headers["Authorization"]


def test_the_token_outranks_netrc(connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password for the host in ~/.netrc does not replace the token that was asked for."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ann password wrong\n")
    netrc.chmod(stat.S_IRUSR)
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(in_order(VECTOR)) as server:
        connect(server.url, token_file=_secret(tmp_path, "hunter2")).query("up", at=0)
        assert "Bearer hunter2" == server.requests[0].headers["Authorization"]


def test_missing_authentication_is_told(connect: Connect) -> None:
    """A 401 says what to do, and is not tried again."""
    with serving(in_order(Answer(status=401, headers={}, body=b"Unauthorized"))) as server:
        with pytest.raises(PromApiError) as raised:
            connect(server.url).query("up", at=0)
        assert 1 == len(server.requests)
    assert ("401 Unauthorized" in str(raised.value), "token" in raised.value.help) == (True, True)


def test_passwords_in_the_address_stay_secret(connect: Connect) -> None:
    """A user and password in the address are used, and never printed."""
    with serving(in_order(failure(400, "bad_data", "no"))) as server:
        with pytest.raises(PromApiError) as raised:
            connect(server.url.replace("://", "://ann:hunter2@")).query("up", at=0)
        assert "Basic YW5uOmh1bnRlcjI=" == server.requests[0].headers["Authorization"]
    assert "hunter2" not in str(raised.value)


def test_the_proxy_of_the_environment_is_used(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP_PROXY is heard, as by other programs."""
    with serving(in_order(VECTOR)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        connect("http://prometheus.example").query("up", at=0)
        assert ["http://prometheus.example/api/v1/query"] == proxy.paths()


def test_long_queries_go_as_a_form(connect: Connect) -> None:
    """A query that is too long for an address is posted, and arrives whole."""
    long = " or ".join(f"metric_{number}" for number in range(1_000))
    with serving(in_order(VECTOR)) as server:
        connect(server.url).query(long, at=0)
        [request] = server.requests
    assert ("POST", long) == (request.method, request.param("query"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    import subprocess

    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    names = "subjectAltName=IP:127.0.0.1"
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subject = ["-subj", "/CN=127.0.0.1", "-addext", names, "-days", "3650"]
    subprocess.run([*make, *subject, "-out", cert, "-keyout", key], check=True, capture_output=True)
    return cert, key


def test_tls_checks_the_server_and_shows_the_client(connect: Connect, certificate: tuple[Path, Path]) -> None:
    """With the right authority and a client certificate the server answers; without the authority it is refused."""
    cert, key = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    context.load_verify_locations(cert)
    context.verify_mode = ssl.CERT_REQUIRED
    with serving(in_order(VECTOR), tls=context) as server:
        own = {"cert_file": cert, "key_file": key}
        assert [] == connect(server.url, ca_file=cert, **own).query("up", at=0)
        assert [] == connect(server.url, insecure=True, **own).query("up", at=0)
        with pytest.raises(PromApiError, match="certificate verify failed"):
            connect(server.url, **own).query("up", at=0)


def test_the_environment_does_not_overrule_the_authority(
    connect: Connect, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """REQUESTS_CA_BUNDLE is for servers of which nothing else is said."""
    cert, key = certificate
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", os.devnull)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with serving(in_order(VECTOR), tls=context) as server:
        assert [] == connect(server.url, ca_file=cert).query("up", at=0)
