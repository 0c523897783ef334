"""Series as OpenMetrics text, and promtool to make database blocks of them; what was made once is kept."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from layout.history import Floats, Ints

BLOCK_SECONDS = 54 * 3600
"""As long as Prometheus makes blocks itself when it keeps a month: 2h, 6h, 18h, 54h."""


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its name and labels as written, its times, and its values (NaN is no sample)."""

    key: str
    times: Ints
    values: Ints | Floats


def write_blocks(series: Iterable[Series], begin: int, end: int, folder: Path) -> None:
    """Make blocks of the samples from `begin` to before `end`; raise CalledProcessError with promtool's words."""
    folder.mkdir(parents=True, exist_ok=True)
    known = list(series)
    cuts = [begin, *range((begin // BLOCK_SECONDS + 1) * BLOCK_SECONDS, end, BLOCK_SECONDS), end]
    for low, high in pairwise(cuts):  # one file per block: promtool reads the file for each anew
        text = folder / "samples.om"
        with text.open("w") as file:
            file.writelines(chunk for one in known for chunk in _lines(one, low, high))
            file.write("# EOF\n")
        command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet"]
        subprocess.run([*command, f"--max-block-duration={BLOCK_SECONDS}s", text, folder], check=True)
        text.unlink()


def link_blocks(source: Path, target: Path) -> None:
    """Give a server its own view of blocks: hard links, so that it may delete and add without harm."""
    for block in source.iterdir():
        shutil.copytree(block, target / block.name, copy_function=lambda old, new: Path(new).hardlink_to(old))


def _lines(series: Series, low: int, high: int) -> Iterator[str]:
    first, last = np.searchsorted(series.times, (low, high))
    values, times = series.values[first:last], series.times[first:last]
    if values.dtype.kind == "f":
        known = ~np.isnan(values)
        values, times = values[known], times[known]
    key = series.key
    yield "".join([f"{key} {value!r} {time}\n" for value, time in zip(values.tolist(), times.tolist(), strict=True)])
