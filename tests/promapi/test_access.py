"""Whose server is asked and who asks: what cannot work is refused before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sloctl.core.errors import UsageError, WorldError
from sloctl.promapi.client import Client

Connect = Callable[..., Client]


@pytest.mark.parametrize(
    ("access", "said"),
    [
        ({"url": "localhost:9090"}, "`localhost:9090` is no address"),
        ({"url": "ftp://x"}, "`ftp://x` is no address"),
        ({"url": "http://x:port"}, "`http://x:port` is no address"),
        ({"url": "http://x/?query=up"}, "is no address"),
        ({"url": "http://x", "user": "ann"}, "a user needs a password"),
        ({"url": "http://x", "user": "ann", "token_file": Path("t")}, "exclude each other"),
        ({"url": "http://x", "key_file": Path("k")}, "a key without its certificate"),
        ({"url": "http://x", "headers": {"X-A": "a\r\nEvil: b"}}, "`X-A` is no header that can be sent"),
        ({"url": "http://x", "headers": {"X-Ü": "a"}}, "`X-Ü` is no header that can be sent"),
    ],
)
def test_what_cannot_work_is_wrong_use(access: dict[str, str], said: str, connect: Connect) -> None:
    """An address without a scheme, and halves of credentials, are refused before anything is sent."""
    with pytest.raises(UsageError, match=said):
        connect(**access)


def test_an_empty_or_missing_secret_is_a_broken_world(connect: Connect, tmp_path: Path) -> None:
    """A token file must be there and hold one token, which is never shown."""
    with pytest.raises(WorldError, match="holds no secret"):
        connect("http://x", token_file=_file(tmp_path, ""))
    with pytest.raises(WorldError, match="holds no token: a token is one line"):
        connect("http://x", token_file=_file(tmp_path, "s3cret\nanother\n"))
    with pytest.raises(WorldError, match="cannot read the secret"):
        connect("http://x", token_file=tmp_path / "none")


def _file(folder: Path, text: str) -> Path:
    path = folder / "token"
    path.write_text(text)
    return path
