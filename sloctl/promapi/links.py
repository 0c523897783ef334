"""Pages that alerts link to: whether a web server still has them. No credentials are sent, and no page is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sloctl.core.duration import Duration

if TYPE_CHECKING:
    import requests

MOST_LINKS = 300
"""How many links a run follows at most."""
PATIENCE = Duration.of(seconds=10)
_AT_ONCE = 4
_GONE = frozenset({404, 410})
_HEAD_REFUSED = frozenset({403, 404, 405, 406, 410, 429, 500, 501, 503})
"""Some web servers answer a HEAD wrongly, or guard against robots with it: these answers are asked for again by GET."""


@dataclass(frozen=True, slots=True)
class Page:
    """What became of a link: `is_gone` when a web server answers that there is no such page.

    `trouble` is what it said, or why none answered; empty when the page is there.
    """

    is_gone: bool = False
    trouble: str = ""


Look = Callable[[Iterable[str]], Mapping[str, Page]]


def look_at(urls: Iterable[str]) -> Mapping[str, Page]:
    """Follow links, a few at once and each of them once, up to `MOST_LINKS`."""
    from concurrent.futures import ThreadPoolExecutor  # lint imports this module, and asks nothing as a rule

    import requests

    wanted = list(dict.fromkeys(urls))[:MOST_LINKS]
    with requests.Session() as session, ThreadPoolExecutor(_AT_ONCE) as pool:
        session.max_redirects = 5
        session.trust_env = True
        session.auth = _nobody
        return dict(zip(wanted, pool.map(partial(_look, session), wanted), strict=True))


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Send no credentials, not even those of ~/.netrc."""
    return request


def _look(session: requests.Session, url: str) -> Page:
    """Ask for a page. A page behind a login is there, as far as anyone without an account can tell."""
    import requests

    try:
        status, reason = _status(session, "HEAD", url)
        if status in _HEAD_REFUSED:
            status, reason = _status(session, "GET", url)
    except (requests.RequestException, OSError, ValueError) as error:
        return Page(trouble=_words(error))
    trouble = f"{status} {reason}".strip() if status >= 400 and status not in {401, 403, 429} else ""
    return Page(is_gone=status in _GONE, trouble=trouble)


def _status(session: requests.Session, method: str, url: str) -> tuple[int, str]:
    with session.request(method, url, timeout=float(PATIENCE.seconds), allow_redirects=True, stream=True) as response:
        return response.status_code, response.reason or ""


def _words(error: BaseException) -> str:
    """Say in the fewest words why nothing answered."""
    import requests

    kinds = (
        (requests.Timeout, f"no answer within {PATIENCE}"),
        (requests.TooManyRedirects, "it redirects for ever"),
        (requests.exceptions.SSLError, "its certificate is not trusted here"),
        (requests.ConnectionError, "no connection"),
    )
    return next((words for kind, words in kinds if isinstance(error, kind)), type(error).__name__)
