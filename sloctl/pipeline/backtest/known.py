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

_EVERY_MS = 3_600_000
"""How exactly it is asked."""
_ABSENT = frozenset({"absent", "absent_over_time"})


class Known:
    """Asks since when metrics have samples, for each set of metrics once."""

    def __init__(self, asker: Asker, frame: Frame) -> None:
        self._client, self._frame = asker.client, frame
        self._asked: dict[tuple[str, ...], int] = {}

    def ms(self, expr: str) -> int:
        """Return for how long before the end any metric of an expression has samples; all of it for `absent`."""
        nodes = list(walk(parse(expr).root))
        names = tuple(sorted({node.metric for node in nodes if isinstance(node, Selector) and node.metric}))
        if not names or any(isinstance(node, Call) and node.function in _ABSENT for node in nodes):
            return self._frame.until - self._frame.since
        if names not in self._asked:
            self._asked[names] = self._ms(names)
        return self._asked[names]

    def _ms(self, names: Sequence[str]) -> int:
        """Ask at every hour; what is known within the first one is known from the beginning."""
        start, until = self._frame.since, self._frame.until
        hours = Grid.between(start, until, _EVERY_MS, phase=start % _EVERY_MS)
        query = f"count({{__name__=~{quote('|'.join(map(re.escape, names)))}}})"
        last = hours.end - hours.step
        found = self._client.columns(query, start=start / 1000, end=last / 1000, step=_EVERY_MS / 1000)
        times = [round(1000 * each.times[0]) for each in found if each.times]
        if not times:
            return 0
        return until - (start if min(times) <= start + _EVERY_MS else min(times) - _EVERY_MS)
