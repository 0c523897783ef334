"""Which server is asked, and how its user proves who asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from sloctl.core.duration import Duration
from sloctl.core.errors import UsageError, WorldError

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TEXT = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")
"""What a field may hold (RFC 9110, 5.1 and 5.5)."""
DEFAULT_TIMEOUT = Duration.of(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A server and the means to reach it. `url` is what stands before `/api/v1`, path prefixes included.

    `timeout` holds for one whole answer. Proxies are those of the environment.
    """

    url: str
    token_file: Path | None = None
    user: str = ""
    password_file: Path | None = None
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    insecure: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: Duration = DEFAULT_TIMEOUT

    def check(self) -> None:
        """Raise UsageError for an address or a combination that cannot work."""
        if not is_http_url(self.url):
            raise UsageError(f"`{self.url}` is no address of a server", "write it as `http://localhost:9090`")
        if self.token_file and self.user:
            raise UsageError("a token and a user exclude each other", "give one of them")
        if bool(self.user) != bool(self.password_file):
            raise UsageError("a user needs a password and a password its user", "give `user` and `password_file`")
        for name, text in self.headers.items():
            if not _NAME.fullmatch(name) or not _TEXT.fullmatch(text):
                advice = "names have letters, digits and dashes; texts are one line, of Latin letters"
                raise UsageError(f"`{' '.join(name.split())}` is no header that can be sent", advice)
        if self.key_file and not self.cert_file:
            raise UsageError("a key without its certificate proves nothing", "give `cert_file` too")

    @property
    def shown(self) -> str:
        """The address as it may be printed: without a user and password in it."""
        parts = urlsplit(self.url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")


def is_http_url(text: str) -> bool:
    """Tell whether a text is the address of a server: `http` or `https`, a host, and no query."""
    parts = _split(text)
    return parts is not None and parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.query


def same_server(one: str, other: str) -> bool:
    """Tell whether two addresses lead to one host and port, so that the secrets for one may be sent to the other."""
    first, second = _split(one), _split(other)
    return bool(first and second) and _origin(first) == _origin(second)


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it raises for a port that is no number
    except ValueError:
        return None
    return parts


def _origin(parts: SplitResult | None) -> tuple[str, str | None, int | None]:
    if parts is None:
        return "", None, None
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def read_token(path: Path) -> str:
    """Read a token; raise WorldError when the file holds none, or more than one. What it holds is not shown."""
    token = read_secret(path)
    if not token.isprintable() or not token.isascii() or " " in token:
        raise WorldError(f"{path} holds no token: a token is one line, without spaces")
    return token


def read_secret(path: Path) -> str:
    """Read a token or password from a file; raise WorldError when there is none."""
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WorldError(f"cannot read the secret in {path}: {error}") from error
    if not secret:
        raise WorldError(f"{path} holds no secret: it is empty")
    return secret
