"""A report as values. All times are unix milliseconds; a ratio of None means that there were no events."""

from __future__ import annotations

from dataclasses import dataclass

from sloctl.core.duration import Duration
from sloctl.model.rules import Pairs
from sloctl.model.service import PolicyStep, Service, Slo

RECORDED, RAW, BOTH, NOTHING = "recorded", "raw", "recorded and raw", "nothing"
"""Where events come from: what the rules recorded, the raw series of the spec, or these before the first recording."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The events of a stretch of time. `known` is the share of it that was measured, from 0 to 1."""

    bad: float
    total: float
    known: float

    @property
    def error_ratio(self) -> float | None:
        """Bad events / valid events."""
        return self.bad / self.total if self.total > 0 else None

    @property
    def sli(self) -> float | None:
        """Good events / valid events."""
        ratio = self.error_ratio
        return None if ratio is None else 1 - ratio

    def burn_rate(self, error_budget: float) -> float | None:
        """How many times faster than allowed the budget was spent."""
        ratio = self.error_ratio
        return None if ratio is None else ratio / error_budget

    def budget_left(self, error_budget: float) -> float | None:
        """1 is a whole error budget, 0 none, less than 0 is overspent: `slo:error_budget_remaining:ratio`."""
        burnt = self.burn_rate(error_budget)
        return None if burnt is None else 1 - burnt


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time that an error budget is for; `is_over` is False for a month or quarter that still runs."""

    name: str
    start: int
    end: int
    is_over: bool = True


@dataclass(frozen=True, slots=True)
class PastBudget:
    """What a period made of its budget."""

    period: Period
    usage: Usage
    left: float | None


@dataclass(frozen=True, slots=True)
class Overspent:
    """A time in which the rolling budget was below 0; `lowest` is how far it fell.

    `start` is None where it was so before the time that the report looks back on, `end` is None while it is.
    """

    start: int | None
    end: int | None
    lowest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A time of many errors. `share` is the part of the period's budget that it took.

    `called` says who was told by an alert (`page`, `ticket` or `nobody`; empty where no alert is known at all), and
    `delay` after how many milliseconds.
    """

    start: int
    end: int
    bad: float
    share: float
    worst_burn: float
    called: str = ""
    delay: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the graphs: what was left of the budget at a time, and the highest burn rate over 1h until then."""

    time: int
    left: float
    burn: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The error budget of one group of an SLO, over the rolling period that ends now.

    `since` is when its history begins, if that is within the period, and `silent_since` when it ended, if that is more
    than an hour ago. `exhausted_in` is how many milliseconds the budget lasts at its pace: 0 when it is gone, None when
    it does not run out within a period.
    """

    group: Pairs
    since: int | None
    silent_since: int | None
    usage: Usage
    left: float | None
    burn_hour: float | None
    burn_day: float | None
    exhausted_in: int | None
    steps: tuple[PolicyStep, ...]
    past: tuple[PastBudget, ...]
    overspent: tuple[Overspent, ...]
    incidents: tuple[Incident, ...]
    curve: tuple[Point, ...]

    @property
    def is_frozen(self) -> bool:
        """Whether the policy stops releases."""
        return any(step.freeze for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class SloReport:
    """An SLO with a budget per group. `error` says why the server gave no figures; empty when it did."""

    slo: Slo
    budgets: tuple[Budget, ...] = ()
    source: str = NOTHING
    error: str = ""

    @property
    def error_budget(self) -> float:
        """1 - objective, as a float for comparing with measured ratios."""
        return float(self.slo.error_budget)


@dataclass(frozen=True, slots=True)
class AlertRuns:
    """When an alert fired, as pairs of beginning and end. `labels` are those that tell it from others."""

    name: str
    labels: Pairs
    runs: tuple[tuple[int, int], ...]

    def label(self, name: str) -> str:
        """Return a label, or nothing."""
        return dict(self.labels).get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReport:
    """A service: its SLOs, and the alerts of the longest period that fired. `error` says why these are unknown."""

    service: Service
    slos: tuple[SloReport, ...]
    alerts: tuple[AlertRuns, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """The findings of one lint code."""

    code: str
    name: str
    severity: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that is shown. `until` is the end of the rolling periods, `zone` the time zone that times are in."""

    until: int
    zone: str
    services: tuple[ServiceReport, ...]
    periods: str = "rolling"
    debt: tuple[Debt, ...] | None = None

    @property
    def errors(self) -> tuple[str, ...]:
        """What could not be read, in words."""
        of_slos = [
            f"{each.service.name}/{slo.slo.name}: {slo.error}"
            for each in self.services
            for slo in each.slos
            if slo.error
        ]
        return (*of_slos, *(f"{each.service.name}, alerts: {each.error}" for each in self.services if each.error))

    @property
    def rows(self) -> tuple[tuple[ServiceReport, SloReport, Budget], ...]:
        """All budgets, each with its SLO and service."""
        return tuple((each, slo, budget) for each in self.services for slo in each.slos for budget in slo.budgets)

    @property
    def frozen(self) -> tuple[tuple[ServiceReport, SloReport, Budget], ...]:
        """The budgets for which the policy stops releases."""
        return tuple(row for row in self.rows if row[2].is_frozen)


def shown_name(service: Service, slo: Slo, group: Pairs = ()) -> str:
    """Name a budget: `service/slo`, and its group in braces."""
    inside = ", ".join(f"{label}={value}" for label, value in group)
    return f"{service.name}/{slo.name}" + (f" {{{inside}}}" if inside else "")


DAY = Duration.of(days=1)
HOUR = Duration.of(hours=1)
