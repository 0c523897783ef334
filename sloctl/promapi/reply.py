"""One HTTP answer, and what the server says in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sloctl.promapi.matrix import Points

_LONGEST = 200
_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Reply:
    """Status, content type, `Retry-After` and body of an answer; `url` is where it came from in the end.

    `points` are the times and values of series that were taken out of the body (see `sloctl.promapi.matrix`).
    """

    status: int
    reason: str
    kind: str
    retry_after: str
    url: str
    body: bytes
    points: tuple[Points, ...] = ()

    @cached_property
    def content(self) -> object:
        """The body as plain data; None when it is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def envelope(self) -> Mapping[str, object]:
        """The outer object of an answer of the API (`status`, `data`, `error`, …); empty for any other answer."""
        content = self.content
        return content if isinstance(content, dict) and content.get("status") in {"success", "error"} else {}

    @property
    def error_type(self) -> str:
        """The API's class of the error, such as `bad_data` or `timeout`."""
        return str(self.envelope.get("errorType", ""))

    @property
    def reservations(self) -> tuple[str, ...]:
        """Why the answer may lack something, in the server's words: `warnings`; VictoriaMetrics says `isPartial`."""
        said = self.envelope.get("warnings")
        warnings = [_shortened(str(each)) for each in said] if isinstance(said, list) else []
        return (*warnings, *(["the answer is partial"] if self.envelope.get("isPartial") is True else []))

    @property
    def words(self) -> str:
        """What the server says went wrong: the API's own message, else the beginning of the text."""
        if said := self.envelope.get("error"):
            return _shortened(str(said))
        return _shortened(_TAG.sub(" ", self.body[:20_000].decode("utf-8", "replace")))


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
