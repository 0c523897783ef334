"""Asking a server for series over weeks: several parts at once, each small enough to be answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sloctl.evidence.samples import Grid, Samples
from sloctl.model.rules import Pairs
from sloctl.pipeline.backfill.history import History
from sloctl.promapi.client import Client

PART = 8640
"""Evaluations that are asked for at once: three days of every 30 seconds."""
_KEPT = 2
"""Answers that are kept: both versions of an SLO, one after the other, mostly ask the same."""

Answer = Mapping[Pairs, Samples]


class Asker:
    """Evaluates expressions over a grid."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._history = History(client, part=PART)
        self._kept: dict[tuple[str, Grid], Answer] = {}

    def ask(self, exprs: Sequence[str], grid: Grid) -> list[Answer]:
        """Evaluate expressions; raise PromApiError when the server fails for one of them."""
        missing = [expr for expr in dict.fromkeys(exprs) if (expr, grid) not in self._kept]
        found: dict[str, dict[Pairs, Samples]] = {expr: {} for expr in missing}
        for expr, part, answer in self._parts(missing, grid):
            for labels, samples in answer.items():
                _place(samples, found[expr].setdefault(labels, Samples.empty(grid.count)), grid.index(part.start))
        answers = {(expr, grid): self._kept.get((expr, grid)) or found[expr] for expr in exprs}
        self._kept = dict(list(answers.items())[:_KEPT])
        return [answers[expr, grid] for expr in exprs]

    def ask_where(self, expr: str, grid: Grid) -> dict[Pairs, NDArray[np.int64]]:
        """Evaluate an expression of which only matters where it has a result: indexes into the grid, per series."""
        found: dict[Pairs, list[NDArray[np.int64]]] = {}
        for _, part, answer in self._parts([expr], grid):
            for labels, samples in answer.items():
                found.setdefault(labels, []).append(grid.index(part.start) + np.flatnonzero(samples.there))
        return {labels: np.concatenate(parts) for labels, parts in found.items()}

    def _parts(self, exprs: Sequence[str], grid: Grid) -> Iterator[tuple[str, Grid, Answer]]:
        """Yield the answers in order; a few questions are under way at once, and no more answers are in memory."""
        wanted = [(expr, part) for expr in exprs for part in grid.parts(PART)]
        answers = self.client.each(lambda each: self._history.ask(*each), wanted)
        for (expr, part), answer in zip(wanted, answers, strict=True):
            yield expr, part, answer


def _place(part: Samples, whole: Samples, first: int) -> None:
    whole.numbers[first : first + len(part)] = part.numbers
    whole.there[first : first + len(part)] = part.there
