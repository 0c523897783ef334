"""Recorded series as OpenMetrics text, the format from which promtool makes blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sloctl.evidence.samples import Grid, Samples
from sloctl.model.rules import Pairs

END = "# EOF\n"
_ORIGIN = "Backfilled by sloctl."


def header(metric: str) -> str:
    """Open the family of a metric; a file of sloctl is known by it."""
    return f"# HELP {metric} {_ORIGIN}\n# TYPE {metric} gauge\n"


def is_ours(first_line: str) -> bool:
    """Tell by its first line whether sloctl wrote a file."""
    return first_line.startswith("# HELP ") and first_line.rstrip().endswith(_ORIGIN)


def series_text(metric: str, labels: Pairs) -> str:
    """Write a series; labels without a value are left out, as Prometheus does."""
    written = ",".join(f'{name}="{_escaped(value)}"' for name, value in sorted(labels) if value)
    return f"{metric}{{{written}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def time_texts(grid: Grid) -> list[str]:
    """Write the times of a grid in seconds.

    promtool multiplies by 1000 and cuts the rest off, so 0.123 could become 122 ms: half a millisecond more prevents
    it.
    """
    times = (divmod(grid.time(index), 1000) for index in range(grid.count))
    return [f"{seconds}.{ms:03}5" if ms else str(seconds) for seconds, ms in times]


def sample_lines(series: str, samples: Samples, times: list[str], wanted: Iterable[int]) -> Iterator[str]:
    """Write the samples that are there, of those `wanted` (indexes into the grid, in order)."""
    values, present = samples.values, samples.present
    return (f"{series} {values[index]!r} {times[index]}\n" for index in wanted if present[index])
