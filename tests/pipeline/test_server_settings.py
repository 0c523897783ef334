"""Which server is asked: the settings, the command line, and what of the one holds for the other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from sloctl.core.duration import Duration
from sloctl.core.errors import UsageError
from sloctl.pipeline.server_settings import server_access, server_place
from sloctl.pipeline.settings import Settings, load_settings
from sloctl.promapi.access import Access

FULL = """
    prometheus:
      url: https://prometheus.example/prefix
      token_file: secrets/token
      ca_file: ca.pem
      cert_file: cert.pem
      key_file: key.pem
      insecure: false
      headers: {X-Scope-OrgID: shop}
      timeout: 2m
"""


def settings(folder: Path, text: str = FULL) -> Settings:
    """Write settings and read them."""
    (folder / "sloctl.yaml").write_text(dedent(text))
    found, problems = load_settings(folder)
    assert [] == problems
    return found


def test_the_settings_say_everything(tmp_path: Path) -> None:
    """Each key is heard, and paths are relative to the file."""
    assert Access(
        url="https://prometheus.example/prefix",
        token_file=tmp_path / "secrets/token",
        ca_file=tmp_path / "ca.pem",
        cert_file=tmp_path / "cert.pem",
        key_file=tmp_path / "key.pem",
        headers={"X-Scope-OrgID": "shop"},
        timeout=Duration.of(minutes=2),
    ) == server_access(settings(tmp_path), {})


def test_the_command_line_wins(tmp_path: Path) -> None:
    """What is given replaces what the settings say; the rest of the settings holds."""
    given = {"url": "https://prometheus.example/other", "headers": {"X-Scope-OrgID": "ads"}}
    access = server_access(settings(tmp_path), given)
    assert ("https://prometheus.example/other", {"X-Scope-OrgID": "ads"}) == (access.url, access.headers)
    assert tmp_path / "secrets/token" == access.token_file


def test_a_user_replaces_the_token(tmp_path: Path) -> None:
    """Credentials of the command line replace those of the settings whole."""
    access = server_access(settings(tmp_path), {"user": "ann", "password_file": Path("p")})
    assert (None, "ann") == (access.token_file, access.user)


@pytest.mark.parametrize(
    "url",
    [
        "http://prometheus.example/prefix",
        "https://prometheus.example:8443",
        "https://prometheus.example.org",
        "https://evil.example/prometheus.example",
        "https://prometheus.example@evil.example/prefix",
    ],
)
def test_secrets_stay_with_their_server(url: str, tmp_path: Path) -> None:
    """Another scheme, host or port on the command line gets nothing of what the settings keep for theirs."""
    assert Access(url=url) == server_access(settings(tmp_path), {"url": url})


@pytest.mark.parametrize("url", ["https://prometheus.example:443", "https://PROMETHEUS.example/x"])
def test_the_same_server_may_be_written_otherwise(url: str, tmp_path: Path) -> None:
    """The usual port and the case of the host make no other server."""
    assert tmp_path / "secrets/token" == server_access(settings(tmp_path), {"url": url}).token_file


def test_settings_without_an_address_hold_for_any(tmp_path: Path) -> None:
    """Settings may keep the token, and the command line names the server."""
    known = settings(tmp_path, "prometheus: {token_file: token}")
    assert tmp_path / "token" == server_access(known, {"url": "http://localhost:9090"}).token_file


@pytest.mark.parametrize(
    ("text", "given", "said"),
    [
        ("specs: [a]", {}, "no server is named"),
        ("prometheus: {insecure: true}", {}, "no server is named"),
        ("prometheus: {url: 'localhost:9090'}", {}, "`localhost:9090` is no address"),
        ("prometheus: {url: 'http://x', user: ann}", {}, "a user needs a password"),
    ],
)
def test_half_an_answer_is_wrong_use(text: str, given: Mapping[str, str], said: str, tmp_path: Path) -> None:
    """Without an address, or with half of the credentials, the run ends before it asks."""
    with pytest.raises(UsageError, match=said):
        server_access(settings(tmp_path, text), given)


def test_a_finding_points_at_whoever_named_the_server(tmp_path: Path) -> None:
    """In the settings it is the value of `url`, otherwise the option."""
    known = settings(tmp_path)
    assert "sloctl.yaml:3:8" == str(server_place(known, server_access(known, {})))
    assert "--prometheus" == server_place(known, server_access(known, {"url": "http://x"})).source.path
