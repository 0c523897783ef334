"""Carrying out the steps, and finding out what is live when that did not go well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import groupby
from threading import Event

from sloctl.pipeline.push.steps import Step
from sloctl.promapi.errors import PromApiError
from sloctl.promapi.ruler import Ruler, Stored
from sloctl.promapi.transport import CONNECTIONS

LIVE, NOT_LIVE, UNKNOWN = "live", "not live", "unknown"

_ONLY_THIS = frozenset({400, 413, 422})
"""Refusals of one group, which say nothing about the others."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a step ended: LIVE, NOT_LIVE or UNKNOWN, and the error that ended it, if any."""

    step: Step
    state: str
    error: PromApiError | None = None


def carry_out(ruler: Ruler, steps: Iterable[Step], done: Callable[[], None]) -> list[Result]:
    """Carry out the steps, those of one namespace one after the other, and return how each of them ended.

    A group that is refused ends the steps of its namespace; any other error ends them all. At the end the server is
    asked what it has, since a time limit says nothing about what has happened behind it.
    An interrupt ends the steps too, and not the account of them. `done` is called after each step, in any thread.
    """
    stop = Event()

    def work(chain: Sequence[Step]) -> list[Result]:
        return _chain(ruler, chain, done, stop)

    chains = [list(chain) for _, chain in groupby(steps, key=lambda step: step.namespace)]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        futures = [pool.submit(work, chain) for chain in chains]
        try:
            wait(futures)
        except KeyboardInterrupt:
            stop.set()
    return _verified(ruler, [result for future in futures for result in future.result()])


def _chain(ruler: Ruler, steps: Sequence[Step], done: Callable[[], None], stop: Event) -> list[Result]:
    results: list[Result] = []
    has_failed = False
    for step in steps:
        if has_failed or stop.is_set():
            results.append(Result(step, NOT_LIVE))
            continue
        result = _send(ruler, step)
        done()
        has_failed = result.error is not None
        if result.error and result.error.status not in _ONLY_THIS:
            stop.set()
        results.append(result)
    return results


def _send(ruler: Ruler, step: Step) -> Result:
    try:
        if step.new is None:
            ruler.delete_group(step.namespace, step.name)
        else:
            ruler.set_group(step.namespace, step.name, step.text)
    except PromApiError as error:
        is_refused = error.status is not None and error.status < 500
        return Result(step, NOT_LIVE if is_refused else UNKNOWN, error)
    return Result(step, LIVE)


def _verified(ruler: Ruler, results: Sequence[Result]) -> list[Result]:
    """Replace what was answered by what the server has now, if it says so."""
    try:
        stored = ruler.stored()
    except PromApiError:
        return list(results)
    return [_judged(result, stored) for result in results]


def _judged(result: Result, stored: Stored) -> Result:
    return Result(result.step, LIVE if result.step.is_done(stored) else NOT_LIVE, result.error)
