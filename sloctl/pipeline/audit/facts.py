"""What an audit knows of each alert, and of the people that alerts call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from sloctl.core.duration import Duration
from sloctl.evidence.firings import Bout
from sloctl.evidence.summary import WEEK, Summary
from sloctl.model import names
from sloctl.model.rules import Pairs

PAGE, TICKET, NOBODY = "page", "ticket", "nobody"
ENOUGH = Duration.of(days=1)
"""How much must be known before anything is said by the week, and before habits are judged."""
_TOLERANCE = 30
"""What is missing of the time that was asked for does not matter up to this part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """An alert and what it did. `told` are the labels that tell it from others of its name.

    `notify` is whom it reaches: `page`, `ticket`, `nobody`, or empty when its labels do not say. `is_loaded` tells that
    the server still evaluates it; `codes` are what `sloctl lint` finds in it, each with its name.
    """

    name: str
    told: Pairs
    notify: str
    owner: str
    service: str
    runbook: str
    is_by_design: bool
    is_of_slo: bool
    is_loaded: bool
    hold: Duration
    bouts: tuple[Bout, ...] = field(repr=False)
    summary: Summary
    codes: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """Name the alert so that no other one is meant: `service/slo tier` for one of an SLO."""
        told = dict(self.told)
        if self.is_of_slo and names.SERVICE in told and names.SLO in told:
            name = f"{told.pop(names.SERVICE)}/{told.pop(names.SLO)}"
        else:
            name = self.name
        return " ".join((name, *told.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Two alerts that rang at the same time: `times` of the `of` times that the rarer one, `other`, rang at all."""

    one: Audited
    other: Audited
    times: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What some alerts were for one owner or one service: notifications begun, and how many pages were at night.

    `pages_per_week` is None where too little is known to say it.
    """

    name: str
    pages: int
    at_night: int
    tickets: int
    pages_per_week: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The result. Times are unix milliseconds; `since` is from when on the server remembers."""

    server: str
    asked_since: int
    since: int
    until: int
    zone: tzinfo
    alerts: tuple[Audited, ...]
    together: tuple[Together, ...]
    owners: tuple[Load, ...]
    services: tuple[Load, ...]
    has_rules: bool
    reservations: tuple[str, ...] = ()

    @property
    def known_ms(self) -> int:
        """How long a time is known."""
        return max(0, self.until - self.since)

    @property
    def is_short(self) -> bool:
        """Whether the server remembers less than was asked for: then nothing can be said to have never fired."""
        return _TOLERANCE * (self.since - self.asked_since) > self.until - self.asked_since

    @property
    def is_enough(self) -> bool:
        """Whether enough is known to speak of habits."""
        return self.known_ms >= ENOUGH.ms


def loads(alerts: Sequence[Audited], whose: Sequence[str], known_ms: int) -> tuple[Load, ...]:
    """Sum up alerts by a name for each of them, those with the most pages first; alerts without a name are left out."""
    by_name: dict[str, list[Audited]] = {}
    for alert, name in zip(alerts, whose, strict=True):
        if name and alert.summary.times and not alert.is_by_design:
            by_name.setdefault(name, []).append(alert)
    found = [_load(name, each, known_ms) for name, each in by_name.items()]
    return tuple(sorted(found, key=lambda load: (-load.pages, -load.tickets, load.name)))


def _load(name: str, alerts: Sequence[Audited], known_ms: int) -> Load:
    paging = [alert.summary for alert in alerts if alert.notify == PAGE]
    pages = sum(summary.times for summary in paging)
    return Load(
        name=name,
        pages=pages,
        at_night=sum(summary.at_night for summary in paging),
        tickets=sum(alert.summary.times for alert in alerts if alert.notify == TICKET),
        pages_per_week=pages * WEEK.ms / known_ms if known_ms >= ENOUGH.ms else None,
    )
