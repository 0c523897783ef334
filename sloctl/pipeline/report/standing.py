"""How budgets stand, the one that needs somebody first on top."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum

from sloctl.core.human import and_list
from sloctl.pipeline.report.model import Budget, Report, ServiceReport, SloReport, shown_name

FEW = 5
"""Up to so many budgets all are shown in detail; of more, those that need somebody."""


class State(Enum):
    """The state of a budget, the worst first; the value is the word that is shown."""

    FROZEN = "frozen"
    EXCEEDED = "exceeded"
    NO_ANSWER = "no answer"
    NO_DATA = "no data"
    BURNING = "burning"
    WATCH = "watch"
    IDLE = "no events"
    FINE = "fine"

    @property
    def rank(self) -> int:
        """Its place among the states, 0 for the worst."""
        return list(State).index(self)

    @property
    def needs_care(self) -> bool:
        """Whether somebody should look at it."""
        return self not in {State.IDLE, State.FINE}

    @property
    def color(self) -> str:
        """`bad`, `warn` or `good`; a colour only repeats the word."""
        return "bad" if self in {State.FROZEN, State.EXCEEDED} else "warn" if self.needs_care else "good"


@dataclass(frozen=True, slots=True)
class Standing:
    """A budget and its state, or an SLO without any; `number` counts the budgets of an SLO from 1 on."""

    service: ServiceReport
    slo: SloReport
    budget: Budget | None
    number: int
    state: State

    @property
    def name(self) -> str:
        """`service/slo`, and the group in braces."""
        return shown_name(self.service.service, self.slo.slo, self.budget.group if self.budget else ())

    @property
    def left(self) -> float:
        """What is left, 1 where that is not known: for sorting."""
        return 1.0 if self.budget is None or self.budget.left is None else self.budget.left


def state(budget: Budget) -> State:
    """Tell how a budget stands. What burns too fast is `burning` only while errors come."""
    if budget.is_frozen:
        return State.FROZEN
    if budget.left is not None and budget.left < 0:
        return State.EXCEEDED
    if budget.silent_since is not None:
        return State.NO_DATA
    if budget.left is None:
        return State.IDLE
    if budget.exhausted_in is not None:
        return State.BURNING
    return State.WATCH if budget.steps else State.FINE


def standings(report: Report) -> tuple[Standing, ...]:
    """Return all budgets, the worst first; budgets that stand alike in the order of what is left, then of the specs."""
    found = [each for service in report.services for slo in service.slos for each in of_slo(service, slo)]
    return tuple(sorted(found, key=lambda each: (each.state.rank, each.left)))


def of_slo(service: ServiceReport, slo: SloReport) -> list[Standing]:
    """Return the budgets of an SLO in their own order."""
    if not slo.budgets:
        return [Standing(service, slo, None, 1, State.NO_ANSWER if slo.error else State.NO_DATA)]
    return [Standing(service, slo, each, number, state(each)) for number, each in enumerate(slo.budgets, start=1)]


def counted(found: tuple[Standing, ...]) -> str:
    """Count budgets by state: `2 frozen, 1 burning and 12 fine`."""
    counts = Counter(each.state for each in found)
    return and_list([f"{counts[each]} {each.value}" for each in State if counts[each]])
