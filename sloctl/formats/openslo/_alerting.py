"""What policies become: tiers with their burn rates, and who is called."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sloctl.core.document import Path
from sloctl.core.human import decimal_text, percent
from sloctl.core.translated import Place
from sloctl.formats._names import slug
from sloctl.formats._spec import Draft
from sloctl.formats.openslo._context import Context
from sloctl.formats.openslo._objects import Spot, Thing
from sloctl.formats.openslo._policies import fitted
from sloctl.formats.openslo._policy import Policy
from sloctl.formats.openslo._time import length
from sloctl.formats.openslo._words import find_said, put_labels, put_said
from sloctl.gotemplate.escape import literal
from sloctl.model.service import OFF, PAGE, TICKET

TARGET_LABEL = "notification_target"
"""The label that carries the names of a policy's notification targets, for routes to match."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What the tiers must fit: an SLO, and the objective in percent."""

    slo: Thing
    objective: Decimal


def put_alerting(draft: Draft, path: Path, policies: list[Policy], promise: Promise, context: Context) -> None:
    """Write who is called, and for what; without a policy, nobody is."""
    slo = promise.slo
    alive = [policy for policy in policies if _is_alive(policy, promise, context)]
    missed = next((policy for policy in policies if policy.thing.spec.step("alertWhenNoData").value is True), None)
    for index, policy in enumerate(alive):
        _put_tier(draft, (*path, "tiers", index), policy, alive[:index], context)
    if missed and not alive:
        draft.put((*path, "tiers"), [], missed.thing.spot.place())
    calling = [*alive, *([missed] if missed and missed not in alive else [])]
    used = {policy.called.notify: policy for policy in reversed(calling)}
    for notify in (PAGE, TICKET):
        if notify in used:
            _put_response(draft, (*path, notify), slo, used[notify], context)
        else:
            draft.put((*path, notify), OFF, slo.spot.place())
    _put_labels(draft, path, calling, alive)
    no_data = missed.thing.spec.step("alertWhenNoData") if missed else slo.spot
    draft.put((*path, "no_data"), missed.called.notify if missed else OFF, no_data.place())
    if alive:
        _put_floor(draft, path, slo, alive[0], context)
    elif not missed:
        at = slo.spot.step("metadata", "name").at()
        context.report.derived(at, f"`{slo.name}` has no alert policy, so nothing alerts")


def _is_alive(policy: Policy, promise: Promise, context: Context) -> bool:
    """Leave out policies that alert on nothing: switched off, or above what a full outage burns."""
    switch = policy.thing.spec.step("alertWhenBreaching")
    if switch.value is False:
        context.report.left(switch.at_key(), f"`{policy.thing.name}` does not alert when it is breached")
        return False
    threshold = policy.condition.spec.step("condition", "threshold")
    highest = 100 / (100 - promise.objective)
    if (threshold.number() or 0) < highest:
        return True
    most = f"at {percent(promise.objective / 100)} even a full outage burns no faster than {decimal_text(highest, 4)}x"
    message = f"{most}, so `{policy.condition.name}` never fires and is left out"
    context.report.corrected(threshold.at(), message, "lower the threshold, or raise the objective")
    return False


def _put_tier(draft: Draft, path: Path, policy: Policy, before: list[Policy], context: Context) -> None:
    condition = policy.condition.spec.step("condition")
    doubles = sum(other.name == policy.name for other in before)
    draft.mark(path, condition.place())
    name = policy.condition.spot.step("metadata", "name")
    draft.put((*path, "name"), f"{policy.name}-{doubles + 1}" if doubles else policy.name, name.place())
    draft.put((*path, "severity"), policy.called.notify, policy.called.spot.place())
    _put_burn_rate(draft, (*path, "burn_rate"), condition.step("threshold"), context)
    _put_window(draft, (*path, "long"), condition.step("lookbackWindow"), context)
    wait = length(condition.step("alertAfter"))
    if wait and wait.ms:
        draft.put((*path, "for"), str(wait), condition.step("alertAfter").place())


def _labels(policy: Policy) -> dict[str, tuple[str, Place]]:
    """Return what routes can match: the severity in the words of its author, and the names of the targets."""
    named = [target for target in policy.targets if target.text()]
    labels = {"severity": (policy.called.label, policy.called.spot.place(0))} if policy.called.label else {}
    return labels | ({TARGET_LABEL: (",".join(each.text() for each in named), named[0].place())} if named else {})


def _put_labels(draft: Draft, path: Path, policies: list[Policy], tiers: list[Policy]) -> None:
    """Write the labels of policies that call the same people: those of all of them at once, others on their tiers."""
    for notify in (PAGE, TICKET):
        alike = [_labels(policy) for policy in policies if policy.called.notify == notify]
        for name, (value, place) in (alike[0] if alike else {}).items():
            if all(labels.get(name, ("", place))[0] == value for labels in alike):
                draft.put((*path, notify, "labels", name), value, place)
    for index, tier in enumerate(tiers):
        shared = draft.get((*path, tier.called.notify, "labels")) or {}
        for name, (value, place) in _labels(tier).items():
            if shared.get(name) != value:
                draft.put((*path, "tiers", index, "labels", name), value, place)


def _put_burn_rate(draft: Draft, path: Path, threshold: Spot, context: Context) -> None:
    burn = threshold.number() or Decimal(1)
    if burn < 1:
        message = f"a burn rate of {decimal_text(burn)} fires while the objective is met; it is raised to 1"
        context.report.corrected(threshold.at(), message)
    draft.put(path, max(burn, Decimal(1)), threshold.place())


def _put_window(draft: Draft, path: Path, lookback: Spot, context: Context) -> None:
    """Write the long window. One window alone keeps firing for its whole length, so a short one joins it."""
    watched = fitted(lookback, context)
    context.report.derived(lookback.at(), f"the burn rate over {watched} must hold in a short window, too")
    draft.put(path, str(watched), lookback.place())


def _put_response(draft: Draft, path: Path, slo: Thing, policy: Policy, context: Context) -> None:
    draft.mark(path, policy.thing.spot.place())
    put_said(draft, path, (policy.condition, policy.thing, slo), context)
    if policy.called.priority and not draft.get((*path, "priority")):
        draft.put((*path, "priority"), policy.called.priority, policy.called.spot.place())
    if slug(slo.name) != slo.name:
        draft.put((*path, "annotations", "openslo_name"), literal(slo.name), slo.spot.step("metadata", "name").place())
    put_labels(draft, (*path, "labels"), slo.spot.step("metadata", "labels"), context)
    if not draft.get(path):
        draft.put(path, {}, policy.thing.spot.place())


def _put_floor(draft: Draft, path: Path, slo: Thing, policy: Policy, context: Context) -> None:
    """Write how many bad events an alert needs: OpenSLO asks for none, so one may be enough."""
    said = next((found for thing in (policy.thing, slo) if (found := find_said(thing, "min_bad_events"))), None)
    if said and said.text.isdecimal():
        draft.put((*path, "min_bad_events"), int(said.text), said.spot.place())
        return
    floor = context.imports.options.get("min_bad_events", 0)
    draft.put((*path, "min_bad_events"), floor, policy.condition.spec.step("condition").place())
    if said:
        context.report.lost(said.spot.at(), f"`{said.text}` is no number of bad events", 'such as `"5"`')
    if not floor:
        where = policy.condition.spec.step("condition").at_key()
        context.report.derived(where, "one bad event may be enough to alert; `sloctl/min_bad_events` asks for more")
