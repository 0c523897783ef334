"""Composite SLOs: several objectives, each with an SLI of its own, that share one error budget.

As the specification has it: with Occurrences the composite burns at the sum of the members' burn rates times their
weights; with Timeslices a slice is bad when it is for any member; with RatioTimeslices the missing parts add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text
from sloctl.formats.openslo._context import Context
from sloctl.formats.openslo._indicator import Indicator
from sloctl.formats.openslo._objects import Spot
from sloctl.formats.openslo._sli import NativeSli, bad_share, mean_of_slices, slice_length, slice_share, stride
from sloctl.formats.openslo._target import target_of

_PERCENT = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Member:
    """An objective of a composite, and its SLI."""

    objective: Spot
    indicator: Indicator

    @property
    def error_budget(self) -> Decimal:
        """1 - objective."""
        return 1 - target_of(self.objective) / 100

    @property
    def weight(self) -> Decimal:
        """How much its burn rate counts."""
        return self.objective.number("compositeWeight") or Decimal(1)


def composite_sli(
    members: Sequence[Member], method: str, spot: Spot, context: Context
) -> tuple[Decimal, NativeSli] | None:
    """Return objective (in percent) and SLI of a composite; None after saying why there can be none."""
    if any(member.indicator.by for member in members):
        advice = "add up all series in the queries of each member"
        context.report.refuse(spot.at_key(), "a composite of SLIs that are split by labels cannot be compiled", advice)
        return None
    if method == "Occurrences":
        return _weighted(members, spot)
    budget = sum((member.error_budget for member in members), Decimal(0))
    steps = {slice_length(member.objective) for member in members}
    step = steps.pop()
    if budget >= 1 or steps or step is None:
        why = "their error budgets add up to 100 % or more" if budget >= 1 else "their slices differ in length"
        advice = "write them as SLOs of their own"
        context.report.refuse(spot.at_key(), f"the objectives cannot be joined: {why}", advice)
        return None
    join = _any_bad if method == "Timeslices" else _missing_parts
    return (1 - budget) * 100, join(members, spot, step)


def _weighted(members: Sequence[Member], spot: Spot) -> tuple[Decimal, NativeSli]:
    """Weigh error ratios so that the burn rate is the sum of w * e / (1 - S).

    With the budget B = 1 / sum(w / (1 - S)), the weights B * w / (1 - S) of the ratios add up to 1: when everything
    fails, the ratio is 1.
    """
    pulls = [member.weight / member.error_budget for member in members]
    objective = ((1 - 1 / sum(pulls, Decimal(0))) * 100).quantize(_PERCENT, ROUND_FLOOR)
    budget = 1 - objective / 100
    terms = [f"{decimal_text(budget * pull, 6)} * {bad_share(member.indicator, member.objective).guarded}"
             for member, pull in zip(members, pulls, strict=True)]  # fmt: skip
    return objective, NativeSli(kind="raw", fields=(("error_ratio", "\n+ ".join(terms), spot.place()),))


def _any_bad(members: Sequence[Member], spot: Spot, step: Duration) -> NativeSli:
    """Count the members for which a slice is bad; none of them may be."""
    terms = []
    for member in members:
        tolerated = 1 - (member.objective.number("timeSliceTarget") or Decimal(1))
        share = bad_share(member.indicator, member.objective)
        text = share.guarded if stride(step) == step else share.in_window(step).guarded
        terms.append(f"({text} > bool {decimal_text(tolerated)})")
    fields = (("expr", "\n+ ".join(terms), spot.place()), ("below", 1, spot.place()),
              ("slice", str(stride(step)), spot.place()))  # fmt: skip
    return NativeSli(kind="timeslice", fields=fields)


def _missing_parts(members: Sequence[Member], spot: Spot, step: Duration) -> NativeSli:
    shares = [slice_share(member.indicator, member.objective, step).guarded for member in members]
    text = mean_of_slices("clamp_max(" + " + ".join(shares) + ", 1)", step)
    return NativeSli(kind="raw", fields=(("error_ratio", text, spot.place()),))
