"""Asking a server for series over weeks: several parts at once, each small enough to be answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sloctl.evidence.samples import Grid, Samples
from sloctl.model.rules import Pairs
from sloctl.pipeline.backfill.history import History
from sloctl.promapi.client import Client
from sloctl.promapi.errors import BadQueryError

PART = 8640
"""Evaluations that are asked for at once: three days of every 30 seconds."""
_KEPT = 2
"""Answers that are kept: both versions of an SLO, one after the other, mostly ask the same."""

_IN_VAIN, _MOST_REFUSED = 100, 1000
"""So many queries may be refused before any is answered, and in all; then an expression counts as a wrong one."""

Answer = Mapping[Pairs, Samples]


@dataclass(frozen=True, slots=True)
class Held:
    """Where an expression had a result: indexes into a grid, per series.

    `failed` are the evaluations, in their order, that no server can make, and `words` what this one said of the first.
    """

    at: Mapping[Pairs, NDArray[np.int64]]
    failed: Sequence[int]
    words: str


class Asker:
    """Evaluates expressions over a grid."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._history = History(client, part=PART)
        self._kept: dict[tuple[str, Grid], Answer] = {}
        self._refused, self._limit = 0, _IN_VAIN

    def ask(self, exprs: Sequence[str], grid: Grid) -> list[Answer]:
        """Evaluate expressions; raise PromApiError when the server fails for one of them."""
        missing = [expr for expr in dict.fromkeys(exprs) if (expr, grid) not in self._kept]
        found: dict[str, dict[Pairs, Samples]] = {expr: {} for expr in missing}
        for expr, part, answer in self._parts(missing, grid):
            if isinstance(answer, BadQueryError):
                raise answer
            for labels, samples in answer.items():
                _place(samples, found[expr].setdefault(labels, Samples.empty(grid.count)), grid.index(part.start))
        answers = {(expr, grid): self._kept.get((expr, grid)) or found[expr] for expr in exprs}
        self._kept = dict(list(answers.items())[:_KEPT])
        return [answers[expr, grid] for expr in exprs]

    def ask_where(self, expr: str, grid: Grid) -> Held:
        """Evaluate an expression of which only matters where it has a result.

        Raise BadQueryError where no evaluation can be made, or many cannot.
        """
        found: dict[Pairs, list[NDArray[np.int64]]] = {}
        failed: dict[int, BadQueryError] = {}
        for _, part, answer in self._parts([expr], grid):
            if isinstance(answer, BadQueryError):
                failed[grid.index(part.start)] = answer
                continue
            for labels, samples in answer.items():
                found.setdefault(labels, []).append(grid.index(part.start) + np.flatnonzero(samples.there))
        first = next(iter(failed.values()), None)
        if first and len(failed) == grid.count:
            raise first
        at = {labels: np.concatenate(parts) for labels, parts in found.items()}
        return Held(at, tuple(failed), first.words if first else "")

    def _parts(self, exprs: Sequence[str], grid: Grid) -> Iterator[tuple[str, Grid, Answer | BadQueryError]]:
        """Yield the answers in order; a few questions are under way at once, and no more answers are in memory."""
        self._refused, self._limit = 0, _IN_VAIN
        wanted = [(expr, part) for expr in exprs for part in grid.parts(PART)]
        answers = self.client.each(lambda each: list(self._answers(*each)), wanted)
        for (expr, _), found in zip(wanted, answers, strict=True):
            yield from ((expr, part, answer) for part, answer in found)

    def _answers(self, expr: str, part: Grid) -> Iterator[tuple[Grid, Answer | BadQueryError]]:
        """Ask in halves around the evaluations that cannot be made; raise when these are too many."""
        try:
            answer = self._history.ask(expr, part)
        except BadQueryError as error:
            self._refused += 1
            if self._refused > self._limit:
                raise
            if part.count == 1:
                yield part, error
                return
            for half in part.parts(-(-part.count // 2)):
                yield from self._answers(expr, half)
        else:
            self._limit = _MOST_REFUSED
            yield part, answer


def _place(part: Samples, whole: Samples, first: int) -> None:
    whole.numbers[first : first + len(part)] = part.numbers
    whole.there[first : first + len(part)] = part.there
