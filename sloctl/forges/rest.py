"""Requests to the REST API of a forge: the token, time limits, trying again, and errors that say what to do.

Tried again are rate limits and, where a second request changes nothing, failed connections and 5xx. The token stands in
no message, whatever the server answers. Redirects are not followed: they would carry the token elsewhere.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sloctl.core.errors import UsageError, WorldError

if TYPE_CHECKING:
    import requests

ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
_TIMEOUT_SECONDS = 30.0
_PER_PAGE = 100
_MOST_PAGES = 100
_RESETS = ("X-RateLimit-Reset", "RateLimit-Reset")
"""When there is something left again, in Unix seconds: as GitHub calls it, and GitLab."""
_LONGEST_WORDS = 300
_TOKEN = re.compile(r"[!-~]+")
_REPEATABLE = frozenset({"GET", "PUT", "PATCH"})


class ForgeError(WorldError):
    """A forge did not do what was asked. `status` is that of HTTP, 429 for every rate limit; None without an answer."""

    def __init__(self, message: str, help: str = "", *, status: int | None = None) -> None:  # noqa: A002 - as its base
        super().__init__(message, help)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where the API is, and what proves who asks: the header that carries the token.

    `advice` says, by status, what a refusal mostly means. `ca_file` names authorities that are trusted.
    """

    url: str
    header: str
    token: str = field(repr=False)
    scheme: str = ""
    accept: str = "application/json"
    advice: Mapping[int, str] = field(default_factory=dict)
    ca_file: str = ""


def token_of(environment: Mapping[str, str], name: str, advice: str) -> str:
    """Return a token; raise UsageError, with the advice, when there is none or what is there cannot be one."""
    token = environment.get(name, "").strip()
    if not token:
        raise UsageError(f"{name} is not set, so nothing can be posted", advice)
    if not _TOKEN.fullmatch(token):
        raise UsageError(f"{name} holds characters that stand in no token", advice)
    return token


class Rest:
    """Sends requests for one account."""

    def __init__(
        self, account: Account, *, sleep: Callable[[float], None] = time.sleep, now: Callable[[], float] = time.time
    ) -> None:
        import requests

        self._account = account
        self._sleep, self._now = sleep, now
        self._session = requests.Session()
        self._session.auth = self._signed
        if account.ca_file:
            self._session.verify = account.ca_file

    def pages(self, path: str, **params: str) -> Iterator[dict[str, Any]]:
        """Yield the items of a list, page by page: as long as a page is full, or its answer names a next one."""
        for page in range(1, _MOST_PAGES + 1):
            answer, items = self._answered("GET", path, None, {"per_page": str(_PER_PAGE), "page": str(page), **params})
            yield from items or []
            if "next" not in answer.links and len(items or []) < _PER_PAGE:
                return

    def call(self, method: str, path: str, data: Mapping[str, Any] | None = None) -> Any:
        """Send a request and return the JSON of its answer; raise ForgeError for a refusal, or when none comes."""
        return self._answered(method, path, data, {})[1]

    def _answered(
        self, method: str, path: str, data: Mapping[str, Any] | None, params: Mapping[str, str]
    ) -> tuple[requests.Response, Any]:
        """Send a request until it is answered for good."""
        for attempt in range(1, ATTEMPTS + 1):
            answer, failure = self._send(method, path, data, params)
            pause = self._pause(method, answer, attempt)
            if pause is None:
                return self._content(answer, failure, f"{method} {path}")
            self._sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _signed(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the token; as `auth` of the session it outranks ~/.netrc."""
        account = self._account
        request.headers[account.header] = f"{account.scheme} {account.token}".strip()
        request.headers["Accept"] = account.accept
        return request

    def _send(
        self, method: str, path: str, data: Mapping[str, Any] | None, params: Mapping[str, str]
    ) -> tuple[requests.Response | None, str]:
        import requests

        url = self._account.url.rstrip("/") + path
        try:
            answer = self._session.request(method, url, json=data, params=params, timeout=_TIMEOUT_SECONDS,
                                           allow_redirects=False)  # fmt: skip
        except requests.Timeout:
            return None, f"no answer within {_TIMEOUT_SECONDS:.0f}s"
        except (requests.RequestException, OSError, ValueError) as error:
            return None, str(error)
        return answer, ""

    def _pause(self, method: str, answer: requests.Response | None, attempt: int) -> float | None:
        """Return how long to wait before the next try; None when this one is the last."""
        if attempt == ATTEMPTS:
            return None
        doubled: float = FIRST_PAUSE_SECONDS * 2 ** (attempt - 1)
        if answer is None or answer.status_code >= 500:
            return doubled if method in _REPEATABLE else None
        if not is_rate_limit(answer):
            return None
        seconds = max(self._asked_pause(answer), FIRST_PAUSE_SECONDS)
        return seconds if seconds <= LONGEST_PAUSE_SECONDS else None

    def _asked_pause(self, answer: requests.Response) -> float:
        """Return for how many seconds the server wants to be left alone: at least a minute, if it does not say."""
        if (wanted := answer.headers.get("Retry-After", "")).isdecimal():
            return float(wanted)
        resets = (answer.headers.get(name, "") for name in _RESETS)
        until = next((float(each) for each in resets if each.isdecimal()), 0.0)
        return until - self._now() if until else LONGEST_PAUSE_SECONDS

    def _content(self, answer: requests.Response | None, failure: str, what: str) -> tuple[requests.Response, Any]:
        if answer is None:
            raise ForgeError(self._hidden(f"{self._account.url} does not answer: {failure}"))
        if not 200 <= answer.status_code < 300:
            raise self._refused(answer, what)
        try:
            return answer, json.loads(answer.content) if answer.content else None
        except ValueError as error:
            message = f"{self._account.url} does not answer as its API does ({what}): no JSON"
            raise ForgeError(self._hidden(message), status=answer.status_code) from error

    def _refused(self, answer: requests.Response, what: str) -> ForgeError:
        status = answer.status_code
        message = self._hidden(f"{self._account.url} refused {what} with {status}: {_words(answer)}")
        if is_rate_limit(answer):
            return ForgeError(message, "the rate limit is used up; run the job again later", status=429)
        return ForgeError(message, self._account.advice.get(status, ""), status=status)

    def _hidden(self, text: str) -> str:
        return " ".join(text.replace(self._account.token, "***").split())


def is_rate_limit(answer: requests.Response) -> bool:
    """Tell whether too much was asked: 429, or GitHub's 403 with nothing left, a time to wait, or words that say so."""
    spent = answer.headers.get("X-RateLimit-Remaining") == "0" or "Retry-After" in answer.headers
    return answer.status_code == 429 or (answer.status_code == 403 and (spent or "rate limit" in _words(answer)))


def _words(answer: requests.Response) -> str:
    """Return what the server says went wrong."""
    try:
        content = json.loads(answer.content)
    except ValueError:
        content = None
    said = answer.reason or "no reason"
    if isinstance(content, dict):
        parts = [content.get(key) for key in ("message", "error", "error_description", "errors")]
        said = "; ".join(part if isinstance(part, str) else json.dumps(part) for part in parts if part) or said
    return said if len(said) <= _LONGEST_WORDS else f"{said[:_LONGEST_WORDS]}…"
