"""Pyrra's four tiers: windows scaled from those of 28d and rounded to minutes, with fixed burn rates.

Source: slo/rules.go of Pyrra, `Windows`, and slo/slo.go, `AbsentDuration` and `Exhausts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sloctl.core.duration import Duration
from sloctl.model.service import PAGE, TICKET

_MINUTE = 60_000
_DAYS = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A tier of Pyrra. `key` is its name under `severities`; burn rate and times are Pyrra's own."""

    name: str
    key: str
    notify: str
    burn_rate: int
    long: Duration
    short: Duration
    hold: Duration

    def exhaustion(self, period: Duration) -> Duration:
        """Return how long a whole budget lasts at this burn rate, in whole seconds."""
        return Duration(period.ms // self.burn_rate // 1000 * 1000)

    def fitted(self, base: Duration) -> tuple[Duration, Duration]:
        """Return the long and the short window as whole multiples of the base, the nearest ones."""
        return _nearest(self.long, base), _nearest(self.short, base)


_TIERS = (
    ("fast", "fastBurn", PAGE, 14, 60, 5, 2),
    ("medium", "mediumBurn", PAGE, 7, 360, 30, 15),
    ("slow", "slowBurn", TICKET, 2, 1440, 120, 60),
    ("long-term", "longTermBurn", TICKET, 1, 5760, 360, 180),
)
"""Name, key, who is called, burn rate; long window, short window and `for` in minutes of a window of 28d."""


def windows(period: Duration) -> tuple[Window, ...]:
    """Return the tiers of a period."""
    return tuple(
        Window(
            name=name,
            key=key,
            notify=notify,
            burn_rate=burn,
            long=_scaled(period, long),
            short=_scaled(period, short),
            hold=_scaled(period, hold),
        )
        for name, key, notify, burn, long, short, hold in _TIERS
    )


def absent_for(period: Duration, objective: Decimal) -> Duration:
    """Return how long a metric is gone before Pyrra alerts: until its fastest tier would fire, were all events bad."""
    fastest = windows(period)[0]
    seconds = int(fastest.burn_rate * (1 - objective) * fastest.long.seconds)
    return _round(seconds * 1000 + fastest.hold.ms)


def _scaled(period: Duration, minutes: int) -> Duration:
    """Scale a time of the 28d table and round it to minutes, halves up as Go's `Duration.Round` does."""
    return _round(period.ms * minutes // (_DAYS * 24 * 60))


def _round(milliseconds: int) -> Duration:
    return Duration((milliseconds + _MINUTE // 2) // _MINUTE * _MINUTE)


def _nearest(window: Duration, base: Duration) -> Duration:
    return base * max(1, (window.ms + base.ms // 2) // base.ms)
