"""What is proven of the recorded windows: each is the sum of its tiles, and of nothing else.

The samples of the tiles are powers of two, so a sum tells which of them were read. All windows are evaluated at one
moment, so that a window of 30d takes no longer than one of 30m.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import gcd

from sloctl.core.duration import Duration
from sloctl.core.human import and_list
from sloctl.model import names
from sloctl.model.names import Namer
from sloctl.model.windows import Level
from sloctl.proof.case import Case, Query, Script, Series
from sloctl.proof.slo_stage import SloStage

_COUNTS: tuple[Namer, ...] = (names.total_events, names.bad_events)


def window_scripts(stage: SloStage) -> Iterator[Script]:
    """Return the script for all windows that are sums; none when the base window is the only one."""
    sums = [level for level in stage.levels if level.tiles]
    if not sums or (stage.ground.is_beside_all and not stage.is_silent):
        return
    at = sums[-1].window
    yield Script(
        name=f"{stage.service.name}.{stage.name}.windows",
        title=f"SLO {stage.name}: recorded windows",
        group=names.slo_group(stage.service.name, stage.name),
        evaluation=at,
        cases=tuple(_case(stage, level, at, name) for level in sums for name in _COUNTS),
        records=frozenset(name(level.window) for level in sums for name in _COUNTS),
        fed=frozenset(name(stage.slo.base) for name in _COUNTS),
    )


def _case(stage: SloStage, level: Level, at: Duration, name: Namer) -> Case:
    """Feed the tiles of one count only: the bad events of the base window are 0 where its total is there."""
    step = Duration(gcd(at.ms, *(tile.offset.ms for tile in level.tiles)))
    samples: dict[Duration, dict[int, int]] = {}
    for index, tile in enumerate(level.tiles):
        samples.setdefault(tile.window, {})[(at.ms - tile.offset.ms) // step.ms] = 2**index
    count, tiles = len(level.tiles), and_list([str(window) for window in samples])
    return Case(
        name=f"{name(level.window)} from {tiles}",
        reason=f"{count} samples of {tiles}, each a power of two: their sum tells which were read.",
        step=step,
        series=tuple(Series(stage.recording(name(window)), _written(values)) for window, values in samples.items()),
        checks=(_sum(stage, name(level.window), at, 2**count - 1),),
    )


def _sum(stage: SloStage, metric: str, at: Duration, wanted: int) -> Query:
    return Query(
        subject=stage.name,
        claim="every window is the sum of its parts",
        at=at,
        expr=stage.selector(metric),
        samples=((stage.recording(metric), str(wanted)),),
        expected=f"`{metric}` is {wanted}",
    )


def _written(values: Mapping[int, int]) -> str:
    """Write samples at their places, and nothing between them; a 0 comes first, or promtool refuses old samples."""
    parts, done = ["0"], 1
    for place in sorted(values):
        parts += [f"_x{place - done}"] if place > done else []
        parts.append(str(values[place]))
        done = place + 1
    return " ".join(parts)
