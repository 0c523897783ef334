"""Since when a server knows what an expression reads: before that, an alert could not fire."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sloctl.evidence.samples import Grid
from sloctl.pipeline.backtest.fetch import Asker
from sloctl.pipeline.backtest.slo import Frame
from sloctl.promql.literals import quote
from sloctl.promql.parse import parse
from sloctl.promql.tree import Call, Selector, walk

_HOUR_MS, _MINUTE_MS = 3_600_000, 60_000
_ABSENT = frozenset({"absent", "absent_over_time"})


def needs_nothing(expr: str) -> bool:
    """Tell whether an expression has results on a server that has no sample: what is `absent` is so there too."""
    nodes = list(walk(parse(expr).root))
    is_absence = any(isinstance(node, Call) and node.function in _ABSENT for node in nodes)
    return is_absence or not any(isinstance(node, Selector) for node in nodes)


class Known:
    """Asks since when metrics have samples, for each set of metrics once."""

    def __init__(self, asker: Asker, frame: Frame) -> None:
        self._client, self._frame = asker.client, frame
        self._asked: dict[tuple[str, ...], int] = {}

    def ms(self, expr: str) -> int:
        """Return for how long before the end any metric of an expression has samples.

        Where it needs none, or names none, the server's own beginning counts: that of `up`, where it has that.
        """
        nodes = walk(parse(expr).root)
        names = tuple(sorted({node.metric for node in nodes if isinstance(node, Selector) and node.metric}))
        known = self._of(names) if names else 0
        if names and not needs_nothing(expr):
            return known
        there = self._of(("up",))
        return max(there, known) if there else self._frame.until - self._frame.since

    def _of(self, names: tuple[str, ...]) -> int:
        if names not in self._asked:
            self._asked[names] = self._ms(names)
        return self._asked[names]

    def _ms(self, names: Sequence[str]) -> int:
        """Ask at the hours before the end, then at the minutes of the first hour in which something is known.

        What is known at the first of the hours is known from the beginning.
        """
        newest = self._frame.whole[1]
        hours = Grid.between(self._frame.since, newest + 1, _HOUR_MS, phase=newest % _HOUR_MS)
        query = f"count({{__name__=~{quote('|'.join(map(re.escape, names)))}}})"
        first = self._first(query, hours)
        if first is None:
            return 0
        if first == hours.start:
            return self._frame.until - self._frame.since
        minutes = Grid.between(first - _HOUR_MS + _MINUTE_MS, first + 1, _MINUTE_MS, phase=first % _MINUTE_MS)
        return self._frame.until - (self._first(query, minutes) or first)

    def _first(self, query: str, grid: Grid) -> int | None:
        """Return the first evaluation at which a query has a result."""
        last = grid.end - grid.step
        found = self._client.columns(query, start=grid.start / 1000, end=last / 1000, step=grid.step / 1000)
        return min((round(1000 * each.times[0]) for each in found if each.times), default=None)
