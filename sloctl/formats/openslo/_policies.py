"""AlertPolicy, AlertCondition and AlertNotificationTarget, read where they are written or referred to."""

from __future__ import annotations

from decimal import Decimal

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text
from sloctl.formats.openslo._context import Context
from sloctl.formats.openslo._objects import Spot, Thing
from sloctl.formats.openslo._policy import Called, Policy
from sloctl.formats.openslo._severity import called_by
from sloctl.formats.openslo._time import length


def read_policies(slo: Thing, context: Context) -> list[Policy] | None:
    """Return the policies of an SLO; None when one of them cannot be compiled."""
    places = slo.spec.step("alertPolicies").items()
    found = [_policy(slo, place, context) for place in places]
    complete = [policy for policy in found if policy]
    return complete if len(complete) == len(found) else None


def _policy(slo: Thing, place: Spot, context: Context) -> Policy | None:
    thing = _resolve(slo, place, "AlertPolicy", "alertPolicyRef", context)
    return read_policy(thing, context) if thing else None


def check_alerting(thing: Thing, context: Context) -> None:
    """Report what is wrong with a policy or a condition, even where no SLO refers to it."""
    if thing.kind == "AlertPolicy":
        read_policy(thing, context)
    elif thing.kind == "AlertCondition":
        _called(thing, context)


def read_policy(thing: Thing, context: Context) -> Policy | None:
    """Return a policy with its condition and targets; None after saying why it cannot be compiled."""
    if id(thing) not in context.policies:
        context.policies[id(thing)] = _read_policy(thing, context)
    return context.policies[id(thing)]


def _read_policy(thing: Thing, context: Context) -> Policy | None:
    condition = _resolve(thing, thing.spec.step("conditions").items()[0], "AlertCondition", "conditionRef", context)
    targets = [_target(target, context) for target in thing.spec.step("notificationTargets").items()]
    if condition is None:
        return None
    called = _called(condition, context)
    if called is None:
        return None
    _remark_policy(thing, condition, context)
    return Policy(thing=thing, condition=condition, targets=tuple(targets), called=called)


def _resolve(holder: Thing, place: Spot, kind: str, reference: str, context: Context) -> Thing | None:
    """Return an object that is written in place, named by a reference, or named plainly."""
    if place.has("spec"):
        return holder.inline(kind, place)
    return context.index.find(kind, place if isinstance(place.value, str) else place.step(reference))


def _target(place: Spot, context: Context) -> Spot:
    """Return where the name of a target stands; a target that is not there is still a name to route by."""
    if place.has("spec"):
        context.report.left(place.at(), "what a notification target is (mail, chat) belongs into the Alertmanager")
        return place.step("metadata", "name")
    name = place if isinstance(place.value, str) else place.step("targetRef")
    context.index.find("AlertNotificationTarget", name, optional=True)
    return name


def _called(condition: Thing, context: Context) -> Called | None:
    """Return whom a condition calls; None when it can call nobody in earnest."""
    called = called_by(condition.spec.step("severity"), context)
    rate = condition.spec.step("condition")
    is_well = _burns_upwards(rate, context)
    fitted(rate.step("lookbackWindow"), context)
    return called if is_well else None


def fitted(lookback: Spot, context: Context) -> Duration:
    """Return the long window that is watched: a multiple of the base window, with room for a short one."""
    base = context.imports.base
    long = length(lookback) or base
    watched = base * max(2, -(-long.ms // base.ms))
    if long != watched:
        message = f"a window of {long} is not at least two times {base}, in whole numbers; {watched} is watched"
        context.report.lost(lookback.at(), message, f"write `{watched}`")
    return watched


def _burns_upwards(condition: Spot, context: Context) -> bool:
    threshold, operator = condition.step("threshold"), condition.step("op")
    if (threshold.number() or 0) <= 0:
        message = f"a burn rate of {decimal_text(threshold.number() or Decimal(0))} is exceeded without any error"
        context.report.refuse(threshold.at(), message, "a burn rate of 1 spends the whole error budget in the period")
        return False
    if operator.text() in {"lt", "lte"}:
        tell = context.report.refuse if context.report.is_strict else context.report.corrected
        read = "" if context.report.is_strict else "; it is read as `gt`"
        tell(operator.at(), f"`op: {operator.text()}` would alert while all is well{read}", "write `op: gt`")
        return not context.report.is_strict
    if not operator.text():
        context.report.disputed(
            condition.at_key(), f"`{condition.name}` has no `op`; it is read as `gt`", "write `op: gt`"
        )
    if not condition.has("kind"):
        context.report.strictly(
            condition.at_key(), f"`{condition.step('kind').name}` is required", "write `kind: burnrate`"
        )
    return True


def _remark_policy(thing: Thing, condition: Thing, context: Context) -> None:
    for holder in (thing, condition):
        if holder.spec.has("description"):
            context.report.left(
                holder.spec.step("description").at(), f"the description of `{holder.name}` stays behind"
            )
    if thing.spec.step("alertWhenResolved").value is True:
        text = "`alertWhenResolved` is up to the Alertmanager: `send_resolved` of the receiver"
        context.report.left(thing.spec.step("alertWhenResolved").at_key(), text)
