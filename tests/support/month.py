"""A month of a service whose incidents are known, as OpenMetrics text: traffic by the hour, failures in incidents."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SCRAPE = 60
PHASE = 7
"""Scrapes do not happen at the moment at which rules are evaluated."""
MINUTE, HOUR, DAY = 60, 3600, 86_400
START = 1000
"""Counters begin here: `increase` treats one near 0 otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A share of all requests fails, from a time after the beginning on, in one region."""

    at: int
    lasts: int
    errors: float
    region: str = "eu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What happens. `holes` are times without scrapes, `resets` when counters begin anew; all from the beginning on."""

    begin: int
    days: int
    incidents: tuple[Incident, ...] = ()
    holes: tuple[tuple[int, int], ...] = ()
    resets: tuple[int, ...] = ()
    failing_since: int = 0
    phase: int = PHASE

    @property
    def end(self) -> int:
        """When it is over (unix seconds)."""
        return self.begin + self.days * DAY

    def lines(self) -> Iterator[str]:
        """Write the counters `requests_total` and `failed_total` of two regions, and the gauge `queue_age`."""
        regions = {region: list(self._region(region, speed)) for region, speed in (("eu", 300), ("us", 20))}
        for metric, side in (("requests", 1), ("failed", 2)):
            yield f"# TYPE {metric} counter\n"
            for region, rows in regions.items():
                known = (row for row in rows if side == 1 or row[0] - self.begin >= self.failing_since)
                yield from (f'{metric}_total{{region="{region}"}} {row[side]} {row[0]}\n' for row in known)
        yield "# TYPE queue_age gauge\n"
        yield from (f"queue_age {_queue(at - self.begin)} {at}\n" for at in self._times())
        yield "# EOF\n"

    def _times(self) -> Iterator[int]:
        for at in range(self.begin + self.phase, self.end, SCRAPE):
            if not any(low <= at - self.begin < high for low, high in self.holes):
                yield at

    def _region(self, region: str, speed: int) -> Iterator[tuple[int, int, int]]:
        seen = frozenset(self._times())
        total = bad = START
        rest = 0.0
        for at in range(self.begin + self.phase, self.end, SCRAPE):
            since = at - self.begin
            if any(0 <= since - reset < SCRAPE for reset in self.resets):
                total = bad = START
            requests = speed + speed * (since // HOUR % 24) // 8
            rest += requests * self._errors(region, since)
            failed, rest = int(rest), rest % 1
            total, bad = total + requests, bad + failed
            if at in seen:
                yield at, total, bad

    def _errors(self, region: str, since: int) -> float:
        found = (each for each in self.incidents if each.region == region and 0 <= since - each.at < each.lasts)
        return next((each.errors for each in found), 0.0001)


def _queue(since: int) -> int:
    """Swing around 100 every two hours, and stand at 400 for three hours of the tenth day."""
    if 10 * DAY <= since < 10 * DAY + 3 * HOUR:
        return 400
    return 90 + 15 * abs(since // (10 * MINUTE) % 12 - 6) // 6


def promtool_series(month: Month) -> list[dict[str, str]]:
    """Write the samples of a month as promtool's unit tests want them: one value per scrape from time 0 on."""
    values: dict[str, dict[int, str]] = {}
    for line in (line for line in month.lines() if not line.startswith("#")):
        series, value, at = line.rsplit(" ", 2)
        values.setdefault(series, {})[int(at) - month.begin] = value
    times = range(0, month.days * DAY, SCRAPE)
    return [{"series": series, "values": " ".join(row.get(at, "_") for at in times)} for series, row in values.items()]


def make_blocks(promtool: str, lines: Iterable[str], folder: Path, data: Path) -> None:
    """Add samples to a database that is not in use."""
    text = folder / "samples.om"
    with text.open("w") as file:
        file.writelines(lines)
    command = [promtool, "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=162h", str(text), str(data)]
    subprocess.run(command, check=True, capture_output=True)
    text.unlink()
