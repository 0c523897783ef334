"""The arithmetic of error budgets and burn rates, apart from Prometheus.

Symbols as in the SRE workbook, chapter 5 "Alerting on SLOs": objective S, error budget 1 - S, period T, long window
L, budget share p, burn rate b, error ratio e. All ratios are Decimal, all times Duration or Decimal seconds. The
formulas assume even traffic and no errors before the incident.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sloctl.core.duration import Duration
from sloctl.model.rules import Pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One pair of windows: fire when both burn faster than `burn_rate`, once that has lasted for `hold`.

    `burn` is a burn rate that was written as such; `budget` then follows from it, as p = b * L / T.
    """

    name: str
    notify: str
    budget: Decimal
    long: Duration
    short: Duration
    period: Duration
    burn: Decimal | None = None
    hold: Duration | None = None
    labels: Pairs = ()

    @property
    def burn_rate(self) -> Decimal:
        """b = p * T / L, never below 1: a factor below 1 would fire while the objective is met."""
        return max(Decimal(1), self.burn or raw_burn_rate(self.budget, self.period, self.long))

    def threshold(self, error_budget: Decimal) -> Decimal:
        """Return the error ratio above which the tier fires: b * (1 - S)."""
        return self.burn_rate * error_budget

    def can_fire(self, error_budget: Decimal) -> bool:
        """A threshold of 1 or more is never exceeded, not even in a full outage."""
        return self.threshold(error_budget) < 1

    def detection_seconds(self, error_budget: Decimal, error_ratio: Decimal) -> Decimal | None:
        """Return how long errors must last until the tier fires: L * b * (1 - S) / e + hold; None for never."""
        threshold = self.threshold(error_budget)
        return self.long.seconds * threshold / error_ratio + self.hold_seconds if error_ratio > threshold else None

    @property
    def hold_seconds(self) -> Decimal:
        """Return how long both windows must burn too fast before the tier fires."""
        return self.hold.seconds if self.hold else Decimal(0)

    def detection_with_floor(
        self, error_budget: Decimal, error_ratio: Decimal, *, min_bad_events: int, traffic: Decimal
    ) -> Decimal | None:
        """Return how long errors must last if N bad events are needed: max(L * b * (1 - S) / e, N / (e * r)) + hold.

        `traffic` is r, the valid events per second. None for never: also when a whole long window of errors holds
        fewer than N bad events.
        """
        seconds = self.detection_seconds(error_budget, error_ratio)
        filled = min_bad_events / (error_ratio * traffic)
        return None if seconds is None or filled > self.long.seconds else max(seconds, filled + self.hold_seconds)

    def bad_events_needed(self, error_budget: Decimal, *, min_bad_events: int, traffic: Decimal) -> int:
        """Return the bad events in the long window that make the tier fire: more than b * (1 - S) * r * L, and N."""
        tolerated = self.threshold(error_budget) * traffic * self.long.seconds
        return max(min_bad_events, int(tolerated) + 1)

    def reset_seconds(self, error_budget: Decimal, error_ratio: Decimal) -> Decimal | None:
        """Return how long after recovery it fires on: w * (1 - b * (1 - S) / e) of the short window.

        The short window must have been full of errors; None when the tier does not fire at this error ratio.
        """
        threshold = self.threshold(error_budget)
        return self.short.seconds * (1 - threshold / error_ratio) if error_ratio > threshold else None

    @property
    def budget_spent(self) -> Decimal:
        """Return the share of the period's budget that is gone when the tier fires: b * L / T.

        While a tier holds on before it fires, more is spent: e * hold / ((1 - S) * T).
        """
        return self.burn_rate * self.long.seconds / self.period.seconds

    @property
    def exhaustion_seconds(self) -> Decimal:
        """Return how long a whole budget lasts at exactly this burn rate: T / b."""
        return self.period.seconds / self.burn_rate

    def single_failure_events(self, error_budget: Decimal) -> Decimal:
        """Return the traffic in the long window below which one failure exceeds the ratio: 1 / (b * (1 - S))."""
        return 1 / self.threshold(error_budget)

    @property
    def smallest_objective(self) -> Decimal:
        """Return the objective (0 to 1) at and below which the tier can never fire: 1 - 1 / b."""
        return 1 - 1 / self.burn_rate


STANDARD = (
    ("fast", "page", Decimal("0.02"), Duration.of(hours=1)),
    ("slow", "page", Decimal("0.05"), Duration.of(hours=6)),
    ("trend", "ticket", Decimal("0.1"), Duration.of(days=1)),
    ("drain", "ticket", Decimal("0.1"), Duration.of(days=3)),
)
"""Name, who is called, budget share and long window of the tiers of workbook table 5-8."""


def raw_burn_rate(budget: Decimal, period: Duration, long: Duration) -> Decimal:
    """b = p * T / L, as in table 5-8 of the workbook (2 % of 30d in 1h is 14.4)."""
    return budget * period.seconds / long.seconds


def standard_tiers(period: Duration, base: Duration) -> tuple[Tier, ...]:
    """Return the four tiers of the workbook for a period, without those whose long window does not fit into it.

    Short windows are a twelfth of the long ones, and never shorter than the base.
    """
    return tuple(
        Tier(name=name, notify=notify, budget=share, long=long, short=short_window(long, base), period=period)
        for name, notify, share, long in STANDARD
        if long < period and short_window(long, base) < long
    )


def short_window(long: Duration, base: Duration) -> Duration:
    """Return a twelfth of the long window, rounded up to a multiple of the base."""
    tiles = -(-long.ms // (12 * base.ms))
    return base * max(1, tiles)
