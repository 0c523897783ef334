"""Why a budget needs somebody, and what is to be done, in words."""

from __future__ import annotations

from sloctl.pipeline.report.model import Budget
from sloctl.pipeline.report.standing import Standing, State
from sloctl.pipeline.report.words import Words, gone_in, rate, share

FIND_OUT = "Find out why the series of its SLI are missing: until then nobody knows how the service is"


def reason(found: Standing, said: Words) -> str:
    """Say why a budget stands as it does."""
    budget = found.budget
    if budget is None:
        return found.slo.error or "nothing was counted in this period"
    if found.state is State.NO_DATA and budget.silent_since is not None:
        return f"nothing was counted since {said.time(budget.silent_since)}"
    left = f"{share(budget.left)} left"
    if found.state in {State.FROZEN, State.EXCEEDED}:
        return f"{left}{_since(budget, said)}"
    if found.state is State.BURNING:
        return f"{left}, gone in {gone_in(budget)}: it burns {rate(budget.burn_hour)} times as fast as allowed"
    return left


def _since(budget: Budget, said: Words) -> str:
    now = next((each for each in budget.overspent if each.end is None and each.start is not None), None)
    return f", exceeded since {said.time(now.start)}" if now and now.start is not None else ""


def advice(found: Standing) -> tuple[str, ...]:
    """Say what is to be done: what the policy asks for, or that the SLI is to be mended; nothing when all is well."""
    if found.state is State.NO_DATA:
        return (FIND_OUT,)
    steps = found.budget.steps if found.budget else ()
    return tuple(step.then for step in steps if step.freeze) or tuple(step.then for step in steps[-1:])
