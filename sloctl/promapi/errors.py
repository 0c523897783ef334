"""What goes wrong between here and a server."""

from __future__ import annotations

from sloctl.core.errors import WorldError


class PromApiError(WorldError):
    """A server did not answer as its API promises. The message names the query and holds the server's own words.

    `status` is the HTTP status; None when no whole answer came back. `is_timeout` tells that it took too long;
    `gave_up` that the server began to evaluate the query and stopped, for its time or for the samples it reads.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        is_timeout: bool = False,
        gave_up: bool = False,
        help: str = "",  # noqa: A002 - as its base class
    ) -> None:
        super().__init__(message, help)
        self.status = status
        self.is_timeout = is_timeout
        self.gave_up = gave_up


class BadQueryError(PromApiError):
    """A query that no server can evaluate, as when the two sides of an operation do not match: whose it is must act.

    `words` are the server's own.
    """

    def __init__(self, message: str, words: str) -> None:
        super().__init__(message, status=422)
        self.words = words
