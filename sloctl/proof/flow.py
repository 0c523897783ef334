"""Events over time, and how counters and gauges show them in promtool's notation.

Time runs in steps of equal length; step k lies between sample k-1 and sample k, and sample 0 comes before everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from sloctl.core.human import decimal_text

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Phase:
    """Steps in which the same happens: so many good and bad events in each step.

    In a phase that is `gone` the series are not there; at the start of one that is a `reset`, counters begin anew.
    The first phase may have begun `past` steps before sample 0, which only recorded windows can tell.
    """

    steps: int
    good: Decimal = NOTHING
    bad: Decimal = NOTHING
    gone: bool = False
    reset: bool = False
    past: int = 0

    @property
    def total(self) -> Decimal:
        """All events of a step."""
        return self.good + self.bad


Flow = tuple[Phase, ...]


def length(flow: Flow) -> int:
    """Count the steps of a flow."""
    return sum(phase.steps for phase in flow)


def events(flow: Flow, start: int, end: int) -> tuple[Decimal, Decimal]:
    """Count bad and all events after sample `start`, up to sample `end`."""
    bad = total = NOTHING
    for phase, first, last in _placed(flow):
        shared = max(0, min(last, end) - max(first, start))
        bad, total = bad + shared * phase.bad, total + shared * phase.total
    return bad, total


def beginning(flow: Flow) -> int:
    """Return the sample after which the first phase begins: 0, or one before it."""
    return -flow[0].past if flow else 0


def _placed(flow: Flow) -> Iterator[tuple[Phase, int, int]]:
    at = 0
    for phase in flow:
        yield phase, at - phase.past, at + phase.steps
        at += phase.steps


def counter(growth: Iterable[tuple[Phase, Decimal]], start: Decimal = NOTHING) -> str:
    """Write a counter that grows by so much in each step of the phases; its first sample is `start`.

    Prometheus extrapolates a counter no further back than to 0, so one that begins at 0 seems to grow more slowly.
    """
    value, parts, is_there, is_first = start, [decimal_text(start)], True, True
    for phase, each in growth:
        if phase.gone:
            parts.append(_absent(phase.steps, is_there=is_there))
        elif phase.steps:
            value = NOTHING if phase.reset else value
            joins = is_first and not phase.reset
            parts = [_run(value, each, phase.steps + 1)] if joins else [*parts, _run(value + each, each, phase.steps)]
            value += each * phase.steps
        is_there, is_first = not phase.gone, is_first and not phase.steps
    return " ".join(parts)


def windowed(phases: Iterable[tuple[Phase, Decimal]], window: int) -> str:
    """Write a gauge that counts what has grown in the last `window` steps, as a recorded window does.

    Between the moments at which a phase enters or leaves the window, the count is a straight line.
    """
    flow = tuple(Phase(phase.steps, bad=growth, gone=phase.gone, past=phase.past) for phase, growth in phases)
    edges = [*(first for _, first, _ in _placed(flow)), length(flow)]
    bends = sorted({0} | {bend for edge in edges for bend in (edge, edge + window) if 0 <= bend <= edges[-1]})
    runs: list[tuple[int, Decimal | None, Decimal]] = [(1, events(flow, -window, 0)[0], NOTHING)]
    for start, end in pairwise(bends):
        first, second = (events(flow, at - window, at)[0] for at in (start + 1, start + 2))
        is_gone = any(phase.gone and begin <= start < stop for phase, begin, stop in _placed(flow))
        runs.append((end - start, None if is_gone else first, second - first if end > start + 1 else NOTHING))
    return gauge(runs)


def gauge(values: Iterable[tuple[int, Decimal | None, Decimal]]) -> str:
    """Write a gauge: runs of a number of samples, each with its first value and the growth per sample; None is gone."""
    parts: list[str] = []
    is_there = False
    for samples, first, growth in values:
        if samples:
            parts.append(_absent(samples, is_there=is_there) if first is None else _run(first, growth, samples))
            is_there = first is not None
    return " ".join(parts)


def _run(first: Decimal, growth: Decimal, samples: int) -> str:
    start = decimal_text(first)
    if samples == 1:
        return start
    return f"{start}{'-' if growth < 0 else '+'}{decimal_text(abs(growth))}x{samples - 1}"


def _absent(samples: int, *, is_there: bool) -> str:
    """Leave samples out; the stale marker ends a series at once, as Prometheus does when a target loses it."""
    if not is_there:
        return f"_x{samples}"
    return f"stale _x{samples - 1}" if samples > 1 else "stale"
