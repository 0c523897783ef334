"""A month of a service: events, what its counters showed at each scrape, and the truth.

Times are unix seconds. Traffic follows the day, from 8 to 152 requests a second, and arrives at random (Poisson); each
request fails at random (binomial) with 0.02 %, and more during incidents. The numbers are the same for one end and
one number of series.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SCRAPE = 30
SCRAPE_PHASE = 8
"""Targets are not scraped at the moment at which rules are evaluated."""
EVALUATION = 30
DAYS = 33
DAY = 86_400
HOUR = 3600
QUIET_ERRORS = 0.0002
MEAN_RATE = 80.0
"""Requests per second."""
HOLE_SECONDS = 600
DOWN_SECONDS = {"restart": 45, "down": 180}
"""How long Prometheus is away, by the trouble of an incident: neither scrapes nor evaluations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Errors from a time after midnight of a day of the history on; `flapping` means one minute in five.

    `trouble` is what else happens then: `resets` (every counter begins anew within ten minutes), `hole` (scrapes fail
    for ten minutes, five of them before the errors begin), `restart` and `down` (Prometheus is away from the second
    minute of errors on, see DOWN_SECONDS).
    """

    name: str
    day: int
    hour: int
    lasts: timedelta
    errors: float
    flapping: bool = False
    trouble: str = ""
    notify: str = "page"

    def begin(self, midnight: int) -> int:
        """Return when the errors begin, given the first midnight of the history."""
        return midnight + self.day * DAY + self.hour * HOUR

    def end(self, midnight: int) -> int:
        """Return when the errors are over."""
        return self.begin(midnight) + int(self.lasts.total_seconds())


_SHORT, _HOURLY = timedelta(minutes=10), timedelta(minutes=40)
INCIDENTS = (
    # On the days before the last 30, so that the figure for the period can be read without these two and with them.
    Incident(
        name="full outage, begins in a hole of 10 min", day=0, hour=14, lasts=_SHORT * 2, errors=1, trouble="hole"
    ),
    Incident(name="10 %, Prometheus is away for 3 min", day=1, hour=14, lasts=_HOURLY, errors=0.1, trouble="down"),
    Incident(name="full outage, by day", day=3, hour=14, lasts=_SHORT, errors=1),
    Incident(name="full outage, by night", day=4, hour=3, lasts=_SHORT, errors=1),
    Incident(name="10 %, by day", day=6, hour=14, lasts=_HOURLY, errors=0.1),
    Incident(name="10 %, by night", day=7, hour=3, lasts=_HOURLY, errors=0.1),
    Incident(name="flapping 1 min in 5, by day", day=9, hour=14, lasts=_HOURLY, errors=1, flapping=True),
    Incident(name="flapping 1 min in 5, by night", day=10, hour=3, lasts=_HOURLY, errors=1, flapping=True),
    Incident(name="10 % while counters reset", day=12, hour=14, lasts=_HOURLY, errors=0.1, trouble="resets"),
    Incident(name="10 %, Prometheus restarts in 45 s", day=14, hour=14, lasts=_HOURLY, errors=0.1, trouble="restart"),
    Incident(name="drip of 1.5 x budget", day=21, hour=0, lasts=timedelta(hours=66), errors=0.0015, notify="ticket"),
)
QUIET_HOLE = (17, 10)
"""Day and hour of a hole in the scrapes in which nothing else happens."""
DEPLOYMENTS = (5, 11, 18, 20, 26)
"""Days on which all counters begin anew, at 10:00, within ten minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happened to one service.

    `scrapes` are the times of the scrapes that succeeded; `counters` is what they showed (series x scrapes), good and
    bad of one pod in turn; `resets` is where a counter is less than before. `bad` and `total` are the true events in
    the time up to each planned scrape (`planned`).
    """

    name: str
    midnight: int
    scrapes: Ints
    counters: Ints
    planned: Ints
    bad: Ints
    total: Ints

    def true_ratio(self, since: int, until: int) -> float:
        """Return the share of all events in a time that were bad, seen or not."""
        within = (self.planned > since) & (self.planned <= until)
        return float(self.bad[within].sum() / self.total[within].sum())


def first_midnight(end: int) -> int:
    """Return the first midnight (UTC) of a history that ends at a time."""
    return -(-(end - DAYS * DAY) // DAY) * DAY


def history(series: int, end: int, until: int) -> History:
    """Make a history of the days before `end`, going on without incidents at a mean rate to `until`."""
    pods = series // 2
    random = np.random.default_rng(series)
    midnight = first_midnight(end)
    begin = end - DAYS * DAY
    past = np.arange(begin + SCRAPE_PHASE, end, SCRAPE)
    errors = error_share(past, midnight)
    rate = MEAN_RATE * (1 - 0.9 * np.cos((past % DAY - 4 * HOUR) * (2 * np.pi / DAY)))
    total = random.poisson(rate * SCRAPE / pods, (pods, len(past)))
    bad = random.binomial(total, errors)
    grown = np.empty((series, len(past)), dtype=np.int64)
    grown[0::2], grown[1::2] = total - bad, bad
    counters = _with_resets(grown, past, midnight, random)
    tail = np.arange(past[-1] + SCRAPE, until + 1, SCRAPE)
    planned = np.concatenate((past, tail))
    seen = ~_missed(planned, midnight)
    shown = np.concatenate((counters, continued(counters[:, -1], tail - past[-1])), axis=1)
    return History(
        name=f"w{series}",
        midnight=midnight,
        scrapes=planned[seen],
        counters=shown[:, seen],
        planned=past,
        bad=bad.sum(axis=0),
        total=total.sum(axis=0),
    )


def error_share(times: Ints, midnight: int) -> Floats:
    """Return the share of requests that failed in the time from one scrape to the next."""
    share = np.full(len(times), QUIET_ERRORS)
    for incident in INCIDENTS:
        since = times - incident.begin(midnight)
        # The share of the time since the last scrape that lies within the incident.
        inside = np.clip(np.minimum(since, SCRAPE) - np.maximum(times - incident.end(midnight), 0), 0, SCRAPE) / SCRAPE
        if incident.flapping:
            inside = inside * ((since - SCRAPE // 2) // 60 % 5 == 0)
        share = share + inside * (incident.errors - QUIET_ERRORS)
    return share


def continued(last: Ints, after: Ints) -> Ints:
    """Let counters go on evenly: value of each series at so many seconds after the last one (series x times)."""
    pods = len(last) // 2
    rate = np.empty(len(last))
    rate[0::2], rate[1::2] = MEAN_RATE / pods * (1 - QUIET_ERRORS), MEAN_RATE / pods * QUIET_ERRORS
    return last[:, None] + np.floor(rate[:, None] * after[None, :]).astype(np.int64)


def away(midnight: int) -> list[tuple[int, int]]:
    """Return when Prometheus was not running, as begin and end."""
    known = [incident for incident in INCIDENTS if incident.trouble in DOWN_SECONDS]
    begins = [incident.begin(midnight) + 2 * 60 for incident in known]
    return [(begin, begin + DOWN_SECONDS[incident.trouble]) for incident, begin in zip(known, begins, strict=True)]


def _missed(times: Ints, midnight: int) -> NDArray[np.bool_]:
    day, hour = QUIET_HOLE
    holes = [midnight + day * DAY + hour * HOUR]
    holes += [incident.begin(midnight) - 300 for incident in INCIDENTS if incident.trouble == "hole"]
    spans = [(begin, begin + HOLE_SECONDS) for begin in holes] + away(midnight)
    missed = np.zeros(len(times), dtype=np.bool_)
    for begin, end in spans:
        missed |= (times > begin) & (times <= end)
    return missed


def _with_resets(grown: Ints, planned: Ints, midnight: int, random: np.random.Generator) -> Ints:
    """Add up the growth; at a reset a pod shows what came after it until the next scrape, the rest is lost."""
    sums = grown.cumsum(axis=1)
    begins = [midnight + day * DAY + 10 * HOUR for day in DEPLOYMENTS]
    begins += [incident.begin(midnight) for incident in INCIDENTS if incident.trouble == "resets"]
    begins = sorted(begin for begin in begins if begin < planned[-1] - HOUR)
    for pod in range(len(grown) // 2):
        rows = slice(2 * pod, 2 * pod + 2)
        for begin in begins:
            at = int(np.searchsorted(planned, begin + int(random.integers(600))))
            kept = np.floor(grown[rows, at] * random.random()).astype(np.int64)
            sums[rows, at:] -= (sums[rows, at] - kept)[:, None]
    return sums
