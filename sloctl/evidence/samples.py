"""Evaluation times of a rule group, and what a rule records at them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Grid:
    """The times at which a rule group was, or would have been, evaluated: unix milliseconds from `start` on."""

    start: int
    step: int
    count: int

    @classmethod
    def between(cls, start: int, end: int, step: int, *, phase: int = 0) -> Grid:
        """Return the times from `start` (included) to `end` (excluded) that lie `phase` after a multiple of `step`."""
        first = start + (phase - start) % step
        return cls(first, step, max(0, -((first - end) // step)))

    @property
    def end(self) -> int:
        """The time of the evaluation after the last one."""
        return self.start + self.count * self.step

    def time(self, index: int) -> int:
        """Return the time of an evaluation."""
        return self.start + index * self.step

    def index(self, time: int) -> int:
        """Return the first evaluation at or after a time; `count` where there is none, 0 for a time before all."""
        return min(self.count, max(0, -((self.start - time) // self.step)))

    def steps(self, length: int) -> int:
        """Count the evaluations that lie between now and the newest one that is `length` milliseconds old or older."""
        return -(-length // self.step)

    def parts(self, size: int) -> list[Grid]:
        """Cut into grids of at most `size` evaluations."""
        starts = range(0, self.count, size)
        return [Grid(self.time(start), self.step, min(size, self.count - start)) for start in starts]


@dataclass(frozen=True, slots=True)
class Samples:
    """One series on a grid: a value per evaluation, and a byte that is 1 where there is a sample and 0 where not.

    The value of a missing sample is 0, which is also what it counts in a sum. `numbers` and `there` are the same
    memory as numpy sees it.
    """

    values: array[float]
    present: bytearray | bytes

    @classmethod
    def empty(cls, count: int) -> Samples:
        """Return a series without samples, to `put` some into."""
        return cls(array("d", bytes(8 * count)), bytearray(count))

    @classmethod
    def constant(cls, value: float, count: int) -> Samples:
        """Return a series that always has the same value."""
        return cls(array("d", [value]) * count, b"\1" * count)

    @classmethod
    def of(cls, numbers: Floats, there: Bools) -> Samples:
        """Return a series from numpy's view of it; what is not there must be 0."""
        return cls(array("d", numbers.tobytes()), there.tobytes())

    @classmethod
    def on(cls, grid: Grid, points: Iterable[tuple[int, float]]) -> Samples:
        """Put points (unix milliseconds, value) on a grid; those beside its times are left out."""
        pairs = list(points)
        samples = cls.empty(grid.count)
        samples.put(grid, [time / 1000 for time, _ in pairs], [value for _, value in pairs])
        return samples

    def put(self, grid: Grid, times: Sequence[float], values: Sequence[float]) -> None:
        """Add points to a series that began as `empty`: times in unix seconds, and their values."""
        index, rest = np.divmod(np.rint(1000 * np.asarray(times, float)).astype(np.int64) - grid.start, grid.step)
        wanted = (rest == 0) & (index >= 0) & (index < grid.count)
        self.numbers[index[wanted]] = np.asarray(values, float)[wanted]
        self.there[index[wanted]] = True

    @property
    def numbers(self) -> Floats:
        """The values."""
        return np.asarray(self.values)

    @property
    def there(self) -> Bools:
        """Where there is a sample."""
        return np.frombuffer(self.present, dtype=np.bool_)

    def __len__(self) -> int:
        return len(self.present)
