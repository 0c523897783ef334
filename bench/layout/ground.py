"""The database that both layouts are measured on: raw series from a cache, recordings and the last hours made anew."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from layout import blocks, history
from layout.blocks import Series, link_blocks, write_blocks
from layout.emitted import recordings
from layout.history import DAY, DAYS, EVALUATION, SCRAPE, History
from layout.live import Ground, prometheus, raw_key, target

SIZES = (2, 80, 800)
CACHE = Path(__file__).parents[2] / ".cache" / "bench" / "layout"
KEPT_SECONDS = 7 * DAY
"""An older cache is made anew: what lies between its end and now has neither the day's curve nor incidents."""


@dataclass(frozen=True, slots=True)
class Past:
    """All histories by name; `end` is where they end and where queries about them are asked."""

    end: int
    histories: dict[str, History]


def prepare() -> tuple[Past, Path]:
    """Return the histories and a folder with their blocks, up to now; the folder is the caller's to remove."""
    end, raw = _cached()
    until = int(time.time())
    histories = {f"w{size}": history.history(size, end, until) for size in SIZES}
    data = CACHE / f"data-{until}"
    data.mkdir()
    link_blocks(raw, data)
    recorded = [series for past in histories.values() for series in recordings(past, until)]
    write_blocks(recorded, end - DAYS * DAY, end, data)
    tail = [series for past in histories.values() for series in _raw(past)]
    write_blocks([*recorded, *tail], end, until, data)
    return Past(end, histories), data


def _cached() -> tuple[int, Path]:
    """Return the end of the cached raw blocks and their folder; make them where there are none."""
    sources = b"".join(Path(str(module.__file__)).read_bytes() for module in (history, blocks))
    mark = hashlib.sha256(sources).hexdigest()[:16]
    note, raw = CACHE / "made.json", CACHE / "raw"
    if note.exists():
        made = json.loads(note.read_text())
        if made["mark"] == mark and time.time() - made["end"] < KEPT_SECONDS:
            return int(made["end"]), raw
    shutil.rmtree(CACHE, ignore_errors=True)
    end = int(time.time()) // SCRAPE * SCRAPE
    for size in SIZES:
        write_blocks(_raw(history.history(size, end, end)), end - DAYS * DAY, end, raw)
    note.write_text(json.dumps({"mark": mark, "end": end}))
    return end, raw


def _raw(past: History) -> Iterator[Series]:
    for row, values in enumerate(past.counters):
        yield Series(raw_key(past.name, row), past.scrapes, values)


@contextmanager
def started(past: Past, data: Path, folder: Path) -> Iterator[Ground]:
    """Run a Prometheus on the blocks, scraping the counters as they go on."""
    with target(past.histories) as address, prometheus(data, address, folder) as ground:
        yield ground


def query_time(past: Past) -> int:
    """Return the last evaluation of the history."""
    return past.end // EVALUATION * EVALUATION
