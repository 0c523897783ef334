"""An SLO replayed: the windows of each of its groups, computed from the base, and where its budget went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from sloctl.core.duration import Duration
from sloctl.evidence.budget import Counted, Loss, losses
from sloctl.evidence.firings import Bout, overlapping
from sloctl.evidence.recordings import all_levels, or_zero
from sloctl.evidence.replay import Windows
from sloctl.evidence.samples import Grid, Samples
from sloctl.model.rules import Pairs
from sloctl.model.service import Slo
from sloctl.pipeline.backfill.plan import base_queries
from sloctl.pipeline.backtest.cases import SloCase
from sloctl.pipeline.backtest.fetch import Answer, Asker
from sloctl.pipeline.backtest.results import GroupResult
from sloctl.pipeline.plan.recordings import slo_levels

CAUGHT_WITHIN = Duration.of(hours=1)
"""A page that begins so long after a loss has ended still belongs to it: the windows remember."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The time that is replayed: all evaluations of `grid` are computed, those from `since` on count.

    `worth` is the share of a period's budget from which a loss is worth a page.
    """

    grid: Grid
    since: int
    zone: tzinfo
    worth: float

    @property
    def until(self) -> int:
        """The end of the replayed time."""
        return self.grid.end

    @property
    def whole(self) -> tuple[int, int]:
        """The replayed time, ending at the last evaluation: that is what its windows hold."""
        return self.since - self.grid.step, self.until - self.grid.step


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of an SLO. `allowed` is how many bad events the budget of a whole period holds."""

    labels: Pairs
    counted: Counted
    windows: Windows
    allowed: float
    lost: tuple[Loss, ...]

    @property
    def is_known(self) -> bool:
        """Whether any event, or none, was ever counted."""
        return self.counted.known_since is not None


def read_groups(case: SloCase, asker: Asker, frame: Frame) -> list[Group]:
    """Fetch the base window of an SLO and compute all others; raise PromApiError when the server fails."""
    bad, total = asker.ask(base_queries(case.slo), frame.grid)
    groups = (_group(case.slo, labels, bad, total, frame) for labels in sorted({*bad, *total}))
    return [group for group in groups if group.is_known]


def _group(slo: Slo, labels: Pairs, bads: Answer, totals: Answer, frame: Frame) -> Group:
    grid, budget = frame.grid, float(slo.error_budget)
    nothing = Samples.empty(grid.count)
    bad, total = bads.get(labels, nothing), totals.get(labels, nothing)
    bad = or_zero(bad, total) if slo.sli.failures else bad
    levels = slo_levels(slo)
    windows = Windows(all_levels(bad, levels, grid), all_levels(total, levels, grid))
    counted = Counted(bad, total, grid, slo.base)
    known = counted.known_ms(frame.since, frame.until)
    events = counted.events(*frame.whole)
    allowed = budget * events.total * slo.period.ms / known if known else 0.0
    found = losses(counted, windows, budget=budget, allowed=allowed)
    lost = tuple(loss for loss in found if loss.end > frame.since and _is_of_weight(loss, slo, frame))
    return Group(labels=labels, counted=counted, windows=windows, allowed=allowed, lost=lost)


def _is_of_weight(loss: Loss, slo: Slo, frame: Frame) -> bool:
    """Tell whether a loss was worth a page: of a quiet service, one event can be a large part of the budget."""
    return loss.share >= frame.worth and loss.bad >= slo.min_bad_events


def group_result(group: Group, pages: Sequence[Bout], frame: Frame) -> GroupResult:
    """Sum a group up; `pages` are those that its SLO would have sent."""
    counted = group.counted
    events = counted.events(*frame.whole)
    known = counted.known_ms(frame.since, frame.until)
    since = max(frame.since, counted.known_since or 0)
    missed = (loss for loss in group.lost if not overlapping(loss.bout, pages, slack=CAUGHT_WITHIN.ms))
    return GroupResult(
        labels=group.labels,
        events=events,
        spent=events.bad / group.allowed if group.allowed else 0.0,
        since=since,
        known_ms=known,
        gap_ms=max(0, frame.until - since - known),
        losses=group.lost,
        missed=tuple(missed),
    )
