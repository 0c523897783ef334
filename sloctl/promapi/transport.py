"""Sending requests: credentials, TLS, time limits, and trying again when that can help.

Tried again are failed connections, cut answers, 429 and 5xx, after a pause that doubles each time and varies by chance,
so that many clients do not come back together; `Retry-After` of the server wins. A query that the server gave up for
its length is not tried again: that would only load it once more.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from sloctl.promapi.access import Access, read_secret, read_token
from sloctl.promapi.errors import PromApiError
from sloctl.promapi.matrix import Lifter
from sloctl.promapi.reply import Reply

if TYPE_CHECKING:
    import requests

Params = Sequence[tuple[str, str]]

ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 60.0
CONNECTIONS = 4
"""How many requests are under way at once, at most."""

_LONGEST_URL = 2_000
_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Write:
    """A request that changes something: its method, the YAML it carries, and how often it may be sent."""

    method: str
    body: bytes = b""
    attempts: int = ATTEMPTS


class _FailedError(Exception):
    """No whole answer came back; the text says why, and `is_lasting` that the next try would end the same way."""

    def __init__(self, reason: str, *, is_lasting: bool, is_timeout: bool = False) -> None:
        super().__init__(reason)
        self.is_lasting = is_lasting
        self.is_timeout = is_timeout


class Transport:
    """Sends requests to one server. `clock` counts seconds from anywhere, `chance` returns a number from 0 to 1."""

    def __init__(
        self,
        access: Access,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        access.check()
        self.access = access
        self._session = _session(access)
        self._sleep, self._clock, self._chance = sleep, clock, chance

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def call(self, path: str, params: Params = (), write: Write | None = None, *, lift: bool = False) -> Reply:
        """Ask the server, again if need be; raise PromApiError when no attempt brings back an answer.

        With `write` it is told something, and a redirection is the answer: to follow one would turn it into a question.
        With `lift` the points of a range are read while they come in (see `sloctl.promapi.matrix`).
        """
        attempts = write.attempts if write else ATTEMPTS
        for attempt in range(1, attempts + 1):
            try:
                reply = self._send(path, params, write, lift=lift)
            except _FailedError as failed:
                if failed.is_lasting or attempt == attempts:
                    message = f"{self.access.shown} does not answer: {failed}"
                    raise PromApiError(message, is_timeout=failed.is_timeout) from failed
                pause: float | None = self._pause(attempt)
            else:
                pause = None if attempt == attempts else self._pause_after(reply, attempt)
                if pause is None:
                    return reply
            self._sleep(pause or 0.0)
        raise AssertionError("the last attempt returns or raises")

    def _pause(self, attempt: int) -> float:
        return float(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1) * (1 + self._chance()))

    def _pause_after(self, reply: Reply, attempt: int) -> float | None:
        """Return how many seconds to wait before the next try; None when this answer is the last."""
        is_temporary = reply.status == 429 or (reply.status >= 500 and reply.status != 501)
        if not is_temporary or reply.error_type == "timeout":
            return None
        wanted = _seconds(reply.retry_after)
        if wanted is None:
            return self._pause(attempt)
        return wanted if wanted <= LONGEST_PAUSE_SECONDS else None

    def _send(self, path: str, params: Params, write: Write | None, *, lift: bool) -> Reply:
        import requests
        import urllib3

        seconds = float(self.access.timeout.seconds)
        deadline = self._clock() + seconds
        try:
            with self._session.request(
                **_request(self.access.url.rstrip("/") + path, params, write),
                timeout=seconds,
                stream=True,
                verify=_verify(self.access),
            ) as response:
                lifter = Lifter() if lift else None
                return _reply(response, self._body(response, deadline, lifter), lifter)
        except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
            reason = f"no whole answer within {self.access.timeout}"
            raise _FailedError(reason, is_lasting=False, is_timeout=True) from error
        except requests.exceptions.SSLError as error:
            raise _FailedError(_cause(error), is_lasting=True) from error
        except (requests.ConnectionError, urllib3.exceptions.ProtocolError) as error:
            raise _FailedError(_cause(error), is_lasting=False) from error
        except (OSError, urllib3.exceptions.HTTPError) as error:  # OSError: files that are missing, and all of requests
            raise _FailedError(_cause(error), is_lasting=True) from error

    def _body(self, response: requests.Response, deadline: float, lifter: Lifter | None) -> bytes:
        """Read the body; a server that sends it drop by drop has the same time as one that sends nothing.

        `iter_content` would wait until a piece is full, so whatever has come is taken (`read1`).
        """
        import requests

        pieces: list[bytes] = []
        take = lifter.feed if lifter else pieces.append
        while piece := response.raw.read1(_PIECE, decode_content=True):
            take(piece)
            if self._clock() > deadline:
                raise requests.Timeout
        return lifter.finish() if lifter else b"".join(pieces)


def _request(url: str, params: Params, write: Write | None) -> dict[str, Any]:
    """Send long queries as a form: servers and proxies limit the length of an address."""
    if write:
        kind = {"Content-Type": "application/yaml"} if write.body else {}
        return {"method": write.method, "url": url, "data": write.body, "headers": kind, "allow_redirects": False}
    if sum(len(name) + len(value) + 2 for name, value in params) > _LONGEST_URL:
        return {"method": "POST", "url": url, "data": list(params)}
    return {"method": "GET", "url": url, "params": list(params)}


def _verify(access: Access) -> bool | str:
    """Say how the server's certificate is checked; said with each request, else the environment would overrule it."""
    return str(access.ca_file) if access.ca_file else not access.insecure


def _session(access: Access) -> requests.Session:
    import requests
    import urllib3
    from requests.adapters import HTTPAdapter

    if access.insecure:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # its user asked for it
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=CONNECTIONS))
    session.headers.update({"Accept": "application/json", **access.headers})
    session.auth = _auth(access)
    if access.cert_file:
        session.cert = (str(access.cert_file), str(access.key_file)) if access.key_file else str(access.cert_file)
    return session


def _auth(access: Access) -> Any:
    if access.user and access.password_file:
        return access.user, read_secret(access.password_file)
    return _Bearer(read_token(access.token_file)) if access.token_file else None


class _Bearer:
    """Adds the token. As `auth` of the session it outranks ~/.netrc, and is left out when another host redirects."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _reply(response: requests.Response, body: bytes, lifter: Lifter | None) -> Reply:
    headers = response.headers
    return Reply(
        status=response.status_code,
        reason=response.reason or "",
        kind=headers.get("Content-Type", "").partition(";")[0],
        retry_after=headers.get("Retry-After", ""),
        url=response.url,
        body=body,
        points=tuple(lifter.found) if lifter else (),
    )


def _seconds(retry_after: str) -> float | None:
    """Read `Retry-After`: seconds, or a date (RFC 9110, 10.2.3); None when it is missing or neither."""
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    now = datetime.now(tz=UTC)
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())


def _cause(error: BaseException) -> str:
    """Return the innermost reason, in the words of the system, of an error that libraries have wrapped."""
    chain = list(_chain(error))
    said = [each.strerror for each in chain if isinstance(each, OSError) and each.strerror]
    return said[-1] if said else str(chain[-1]) or type(chain[-1]).__name__


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
