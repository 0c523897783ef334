"""Alerts that ring at the same time: one cause, several calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from sloctl.evidence.firings import Bout
from sloctl.pipeline.audit.facts import Audited, Together

MOST_COMPARED = 200
"""How many alerts are compared with each other: those that fired most."""
OFTEN, NEARLY_ALWAYS = 3, 0.8
"""Alerts ring together when they did so at least so often, and in that share of the firings of the rarer one."""


def together(alerts: Sequence[Audited]) -> tuple[Together, ...]:
    """Return the pairs of alerts that ring together, those that did it most first."""
    heard = [alert for alert in alerts if alert.summary.times >= OFTEN and not alert.is_by_design]
    heard.sort(key=lambda alert: (-alert.summary.times, alert.shown))
    pairs = list(_pairs(heard[:MOST_COMPARED]))
    return tuple(sorted(pairs, key=lambda pair: (-pair.times, pair.one.shown, pair.other.shown)))


def _pairs(alerts: Sequence[Audited]) -> Iterator[Together]:
    for one, other in combinations(alerts, 2):
        times = shared(other.bouts, one.bouts)
        if times >= OFTEN and times >= NEARLY_ALWAYS * other.summary.times:
            yield Together(one=one, other=other, times=times, of=other.summary.times)


def shared(bouts: Sequence[Bout], others: Sequence[Bout]) -> int:
    """Count the bouts during which any of the others was going on; both in the order of time, and without overlaps."""
    starts, ends = (np.array([getattr(bout, key) for bout in others], np.int64) for key in ("start", "end"))
    mine = np.array([(bout.start, bout.end) for bout in bouts], np.int64).reshape(-1, 2)
    before = np.searchsorted(starts, mine[:, 1], side="left") - 1
    return int(np.sum((before >= 0) & (ends[np.maximum(before, 0)] > mine[:, 0]))) if len(starts) else 0
