"""Asking a server for what its raw series were like, in questions that it can answer."""

from __future__ import annotations

from collections.abc import Mapping

from sloctl.evidence.samples import Grid, Samples
from sloctl.model.rules import Pairs
from sloctl.promapi.client import Client
from sloctl.promapi.errors import BadQueryError, PromApiError
from sloctl.promapi.matrix import Column

PART = 2880
"""Evaluations that are asked for at once and kept for a later run: a day of every 30 seconds."""
_SMALLEST = 45
"""Below this, a server that refuses does so for another reason than the length of the question."""
_REFUSALS = frozenset({400, 413, 422, 502, 503, 504})
"""Statuses of a question that was too long: too many points (400), too many samples (422), too slow (50x)."""


class History:
    """Evaluates expressions over the past; smaller parts once the server has refused one."""

    def __init__(self, client: Client, *, part: int = PART) -> None:
        self._client = client
        self._size = part

    def ask(self, expr: str, grid: Grid) -> Mapping[Pairs, Samples]:
        """Evaluate an expression at every time of a grid; raise PromApiError when even short parts are refused."""
        found: dict[Pairs, Samples] = {}
        asked = 0
        while asked < grid.count:
            part = Grid(grid.time(asked), grid.step, min(self._size, grid.count - asked))
            try:
                columns = self._ask(expr, part)
            except BadQueryError:
                raise  # not for its length: what is asked next need not be shorter
            except PromApiError as error:
                self._shrink(part, error)
                continue
            for column in columns:
                labels = tuple(sorted((name, value) for name, value in column.labels.items() if name != "__name__"))
                found.setdefault(labels, Samples.empty(grid.count)).put(grid, column.times, column.values)
            asked += part.count
        return found

    def _ask(self, expr: str, part: Grid) -> list[Column]:
        start, end, step = part.start / 1000, (part.end - part.step) / 1000, part.step / 1000
        return self._client.columns(expr, start=start, end=end, step=step)

    def _shrink(self, part: Grid, error: PromApiError) -> None:
        """Ask for half as much from now on; raise the error where that cannot help."""
        if part.count <= _SMALLEST or not (error.is_timeout or error.status in _REFUSALS):
            raise error
        self._size = part.count // 2
