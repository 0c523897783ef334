"""What a backtest found, as plain values: every report is written from these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal

from sloctl.core.duration import Duration
from sloctl.core.source import Location
from sloctl.evidence.budget import Events, Loss
from sloctl.evidence.firings import Bout, Firing
from sloctl.evidence.suggest import Suggestion
from sloctl.evidence.summary import Summary
from sloctl.model.rules import Pairs
from sloctl.model.service import PAGE

_MOSTLY = 0.5
_TWO = 1.5
"""From so many events on, it was more than one."""
LEAST_MS = Duration.of(hours=23).ms
"""Of an alert whose past is known for less than a day nothing is said by the week, and nothing is foretold.

An hour is forgiven: the first and the last sample of a day are less than a day apart.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What of the period's error budget was gone (1 is all of it) when an alert fired, and until it resolved.

    `group` is the group of the SLO that lost it.
    """

    when_fired: float
    in_all: float
    group: Pairs


def told_apart(name: str, variant: str) -> str:
    """Return the name of an alert with what tells it from others of that name."""
    return f"{name} ({variant})" if variant else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang:
    """A bout of an alert, and its costliest firing; `was_worth` is unknown where no SLO tells what was lost.

    `events` is how many events had made it fire, None where it counts none: of a tier the bad ones of its long window.
    """

    bout: Bout
    cost: Cost | None = None
    was_worth: bool | None = None
    events: float | None = None

    @property
    def is_single(self) -> bool:
        """Whether one event alone had made it fire; `increase` makes fractions of events."""
        return self.events is not None and self.events < _TWO


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertResult:
    """How one alert (of an SLO: one tier) would have behaved. `firings` are those of each series on its own.

    `variant` tells it from others of its name in a rule file: the label values that they do not share. `known_ms` is
    for how long it could have fired: the history of what it reads. `failed` counts the evaluations that no server can
    make, and `failure` says why.
    """

    service: str
    slo: str
    name: str
    tier: str
    notify: str
    firings: tuple[Firing, ...]
    rang: tuple[Rang, ...]
    summary: Summary
    overlaps: tuple[tuple[str, int], ...] = ()
    suggestion: Suggestion | None = None
    at: Location | None = None
    variant: str = ""
    known_ms: int = 0
    failed: int = 0
    failure: str = ""

    @property
    def is_judged(self) -> bool:
        """Whether enough of its past is known to say how often it fires."""
        return self.known_ms >= LEAST_MS

    @property
    def per_week(self) -> float | None:
        """How often a week it fires; None where too little of its past is known."""
        return self.summary.per_week if self.is_judged else None

    @property
    def is_state(self) -> bool:
        """Whether it fires most of the time: then it tells of no event."""
        return self.summary.firing_ms > _MOSTLY * self.known_ms > 0

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What tells it from others, in another version of the rules too."""
        return (self.service, self.slo, self.name, self.tier, self.variant)

    @property
    def label(self) -> str:
        """Its short name in a table: an SLO's alert is its tier."""
        return self.tier or told_apart(self.name, self.variant)

    @property
    def pages(self) -> bool:
        """Whether it wakes somebody."""
        return self.notify == PAGE

    @property
    def bouts(self) -> list[Bout]:
        """When it rang."""
        return [each.bout for each in self.rang]

    @property
    def worth(self) -> int | None:
        """How often it was worth it; None where nothing tells."""
        known = [each.was_worth for each in self.rang if each.was_worth is not None]
        return sum(known) if len(known) == len(self.rang) else None

    @property
    def precision(self) -> float | None:
        """The share of its firings that were worth it; None where nothing tells, or it never fired."""
        return self.worth / len(self.rang) if self.rang and self.worth is not None else None

    @property
    def singles(self) -> int | None:
        """How often one event alone had made it fire; None where it fired and what it counts is not known."""
        known = all(each.events is not None for each in self.rang)
        return sum(each.is_single for each in self.rang) if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupResult:
    """One group of an SLO: `spent` is the share of a period's budget; `missed` are losses that no page caught.

    `since` is when the first event was known, None when nothing was; `known_ms` is for how long events were known.
    """

    labels: Pairs
    events: Events
    spent: float
    since: int | None
    known_ms: int
    gap_ms: int
    losses: tuple[Loss, ...]
    missed: tuple[Loss, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SloResult:
    """An SLO over the replayed time."""

    service: str
    slo: str
    objective: Decimal
    period: Duration
    groups: tuple[GroupResult, ...]
    alerts: tuple[AlertResult, ...]
    at: Location

    @property
    def name(self) -> str:
        """`service/slo`."""
        return f"{self.service}/{self.slo}"

    @property
    def since(self) -> int | None:
        """When the history of its first group begins."""
        return min((group.since for group in self.groups if group.since is not None), default=None)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing rang and nothing of weight was lost."""
        return not self.losses and not any(alert.rang for alert in self.alerts)

    @property
    def losses(self) -> list[Loss]:
        """The losses of all groups, in the order of time."""
        return sorted((loss for group in self.groups for loss in group.losses), key=lambda loss: loss.start)

    @property
    def missed(self) -> list[Loss]:
        """Those that no page caught."""
        return sorted((loss for group in self.groups for loss in group.missed), key=lambda loss: loss.start)


@dataclass(frozen=True, slots=True)
class Unreplayed:
    """An SLO or an alert that could not be replayed, and why; `is_failure` tells that the server is at fault."""

    name: str
    reason: str
    is_failure: bool
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """All that was replayed, from `since` to `until` (unix milliseconds)."""

    since: int
    until: int
    step: int
    zone: tzinfo
    slos: tuple[SloResult, ...]
    alerts: tuple[AlertResult, ...]
    unreplayed: tuple[Unreplayed, ...] = ()
    reservations: tuple[str, ...] = ()

    @property
    def is_partial(self) -> bool:
        """Whether the server failed for some of it."""
        return any(each.is_failure for each in self.unreplayed) or bool(self.reservations)

    @property
    def all_alerts(self) -> Iterator[AlertResult]:
        """The alerts of the SLOs, then the others."""
        for slo in self.slos:
            yield from slo.alerts
        yield from self.alerts
