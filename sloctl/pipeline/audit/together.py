"""Alerts that ring at the same time: one cause, several calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from sloctl.evidence.firings import together as ringing_together
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
        times = ringing_together(other.bouts, one.bouts)
        if times >= OFTEN and times >= NEARLY_ALWAYS * other.summary.times:
            yield Together(one=one, other=other, times=times, of=other.summary.times)
