"""When alerts fired: from the evaluations at which their expression held, or from recorded `ALERTS`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sloctl.core.duration import Duration
from sloctl.evidence.samples import Bools, Grid
from sloctl.model.rules import Pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """One alert from `pending` over `start` to `end`, the first evaluation at which it fires no more.

    Unix milliseconds. `is_open` tells that it still fires where the data ends, so `end` is not known yet.
    """

    labels: Pairs
    pending: int
    start: int
    end: int
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bout:
    """A time in which any of some alerts fired: what reaches a human as one. `series` counts the alerts."""

    start: int
    end: int
    is_open: bool = False
    series: int = 1

    @property
    def ms(self) -> int:
        """How long it lasted, as far as is known."""
        return self.end - self.start


def runs(active: Bools) -> list[tuple[int, int]]:
    """Return the stretches that are true: index of the first one, and index past the last one."""
    edges = np.flatnonzero(np.diff(active.astype(np.int8), prepend=0, append=0)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def firings(active: Bools, grid: Grid, *, hold: Duration, keep: Duration, labels: Pairs) -> list[Firing]:
    """Return when an alert fires whose expression holds at some evaluations, as Prometheus decides it.

    It fires once the expression has held for `hold` (`for`), and resolves once it has not held for `keep`
    (`keep_firing_for`): rules/alerting.go, `Eval`. An alert that is still kept firing goes on without a new `for`.
    """
    wait, stay = grid.steps(hold.ms), grid.steps(keep.ms)
    found: list[tuple[int, int, int]] = []
    for first, past in runs(active):
        if found and first <= found[-1][2]:
            found[-1] = (*found[-1][:2], past + stay)
        elif first + wait < past:
            found.append((first, first + wait, past + stay))
    return [
        Firing(
            labels=labels,
            pending=grid.time(pending),
            start=grid.time(start),
            end=grid.time(min(end, grid.count)),
            is_open=end >= grid.count,
        )
        for pending, start, end in found
    ]


def firings_from(times: Sequence[float], step: int, *, labels: Pairs, until: int) -> list[Firing]:
    """Return when an alert fired that was recorded as firing at some times (unix seconds), every `step` milliseconds.

    `until` is where the record ends. When it became pending is not in this record: `pending` is then `start`.
    """
    if not len(times):
        return []
    ms = np.rint(1000 * np.asarray(times, dtype=float)).astype(np.int64)
    breaks = np.flatnonzero(np.diff(ms) > step)
    starts, lasts = ms[np.r_[0, breaks + 1]].tolist(), ms[np.r_[breaks, len(ms) - 1]].tolist()
    return [
        Firing(labels=labels, pending=start, start=start, end=last + step, is_open=last + step >= until)
        for start, last in zip(starts, lasts, strict=True)
    ]


def bouts(fired: Iterable[Firing]) -> list[Bout]:
    """Join what fired at one time, or without an evaluation between, into bouts, in the order of time."""
    found: list[Bout] = []
    labels: list[set[Pairs]] = []
    for each in sorted(fired, key=lambda firing: (firing.start, firing.end)):
        if found and each.start <= found[-1].end:
            labels[-1].add(each.labels)
            last = found[-1]
            end, is_open = max(last.end, each.end), last.is_open or each.is_open
            found[-1] = replace(last, end=end, is_open=is_open, series=len(labels[-1]))
        else:
            found.append(Bout(start=each.start, end=each.end, is_open=each.is_open))
            labels.append({each.labels})
    return found


def overlapping(bout: Bout, others: Iterable[Bout], *, slack: int = 0) -> bool:
    """Tell whether any of the others is at the same time, or up to `slack` milliseconds before or after."""
    return bool(touching([bout], others, slack=slack)[0])


def touching(some: Iterable[Bout], others: Iterable[Bout], *, slack: int = 0) -> Bools:
    """Tell the same of each of some bouts, in a time that grows with their number and not with its square."""
    pairs = np.asarray(sorted((bout.start, bout.end) for bout in others), dtype=np.int64).reshape(-1, 2)
    last_ends = np.r_[np.iinfo(np.int64).min, np.maximum.accumulate(pairs[:, 1])]
    asked = np.asarray([(bout.start, bout.end) for bout in some], dtype=np.int64).reshape(-1, 2)
    begun = np.searchsorted(pairs[:, 0], asked[:, 1] + slack)
    found: Bools = last_ends[begun] > asked[:, 0] - slack
    return found


def together(bouts_of_one: Iterable[Bout], others: Sequence[Bout]) -> int:
    """Count the bouts of one alert during which the other fires too."""
    return int(touching(bouts_of_one, others).sum())
