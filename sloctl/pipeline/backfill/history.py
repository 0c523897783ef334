"""Asking a server for what its raw series were like, in questions that it can answer."""

from __future__ import annotations

from collections.abc import Mapping

from sloctl.evidence.samples import Grid, Samples
from sloctl.model.rules import Pairs
from sloctl.promapi.client import Client
from sloctl.promapi.errors import PromApiError

PART = 2880
"""Evaluations that are asked for at once and kept for a later run: a day of every 30 seconds."""
_SMALLEST = 45
"""Below this, a server that refuses does so for another reason than the length of the question."""
_REFUSALS = frozenset({400, 413, 422, 502, 503, 504})
"""Statuses of a question that was too long: too many points (400), too many samples (422), too slow (50x)."""


class History:
    """Evaluates expressions over the past; smaller parts once the server has refused one."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._size = PART

    def ask(self, expr: str, grid: Grid) -> Mapping[Pairs, Samples]:
        """Evaluate an expression at every time of a grid; raise PromApiError when even short parts are refused."""
        points: dict[Pairs, list[tuple[int, float]]] = {}
        asked = 0
        while asked < grid.count:
            part = Grid(grid.time(asked), grid.step, min(self._size, grid.count - asked))
            try:
                found = self._ask(expr, part)
            except PromApiError as error:
                self._shrink(part, error)
                continue
            for labels, more in found.items():
                points.setdefault(labels, []).extend(more)
            asked += part.count
        return {labels: Samples.on(grid, found) for labels, found in points.items()}

    def _ask(self, expr: str, part: Grid) -> dict[Pairs, list[tuple[int, float]]]:
        start, end, step = part.start / 1000, (part.end - part.step) / 1000, part.step / 1000
        return {
            tuple(sorted((name, value) for name, value in series.labels.items() if name != "__name__")): [
                (round(1000 * time), value) for time, value in series.points
            ]
            for series in self._client.query_range(expr, start=start, end=end, step=step)
        }

    def _shrink(self, part: Grid, error: PromApiError) -> None:
        """Ask for half as much from now on; raise the error where that cannot help."""
        if part.count <= _SMALLEST or not (error.is_timeout or error.status in _REFUSALS):
            raise error
        self._size = part.count // 2
