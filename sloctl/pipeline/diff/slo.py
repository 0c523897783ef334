"""How an SLO has changed, and what that means: budget, limits, times until its tiers fire, history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from decimal import Decimal

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text, percent, time_text
from sloctl.model import names
from sloctl.model.burn import Tier
from sloctl.model.service import OFF, PAGE, Slo
from sloctl.pipeline.diff.change import Change, Held, moved
from sloctl.pipeline.diff.history import history_changes
from sloctl.pipeline.diff.response import pair_changes, response_changes, text_change
from sloctl.pipeline.explain.slo import outage_seconds
from sloctl.pipeline.explain.tiers import detection

_INCIDENT = Decimal("0.1")
"""The incident of the examples: 10 % errors."""
_TOLD = frozenset({"name", "origin", "objective", "period", "base", "sli", "by", "tiers", "responses", "min_bad_events",
                   "no_data", "traffic", "description"})  # fmt: skip


def slo_changes(old: Held, new: Held) -> Iterator[Change]:
    """Yield what has changed in an SLO that is there on both sides."""
    before, after = old.item, new.item
    assert isinstance(before, Slo) and isinstance(after, Slo)  # noqa: S101, PT018 - paired by kind
    yield from _promise(before, after)
    yield from _tiers(before, after)
    yield from _floor(before, after)
    yield from _no_data(before, after)
    is_same = (old.service.name, before.name) == (new.service.name, after.name)
    yield from history_changes(before, after, begins_anew=not is_same)
    yield from _responses(old, new, before, after)
    yield from text_change("description", before.description, after.description)
    yield from _rest(before, after)


def _promise(old: Slo, new: Slo) -> Iterator[Change]:
    """Say how objective and period have changed; both at once are one change with one budget."""
    if (old.objective, old.period) == (new.objective, new.period):
        return
    classes, words = [], []
    if old.objective != new.objective:
        classes.append("objective-raised" if new.objective > old.objective else "objective-lowered")
        words.append(moved("objective", percent(old.objective, 28), percent(new.objective, 28)))
    if old.period != new.period:
        classes.append("period-changed")
        words.append(moved("period", old.period, new.period))
    first, *more = [*effects(old, new), ""]
    text = f"{', '.join(words)}: {_budget(old, new)}{f'; {first}' if first else ''}"
    yield Change(classes=tuple(classes), text=text, details=tuple(filter(None, more)),
                 before=f"{percent(old.objective, 28)} over {old.period}",
                 after=f"{percent(new.objective, 28)} over {new.period}")  # fmt: skip


def _budget(old: Slo, new: Slo) -> str:
    before, after = (time_text(outage_seconds(slo)) for slo in (old, new))
    if old.period == new.period:
        return f"budget {before} → {after} per {new.period}"
    return f"budget {before} per {old.period} → {after} per {new.period}"


def effects(old: Slo, new: Slo) -> list[str]:
    """Say of each tier that is there on both sides when it fires now, as far as that has changed."""
    tiers = {tier.name: tier for tier in new.tiers}
    return [said for tier in old.tiers if tier.name in tiers and (said := _effect(old, tier, new, tiers[tier.name]))]


def _effect(old: Slo, old_tier: Tier, new: Slo, new_tier: Tier) -> str:
    limits = [percent(tier.threshold(slo.error_budget)) for slo, tier in ((old, old_tier), (new, new_tier))]
    before, after = (_wait(slo, tier) for slo, tier in ((old, old_tier), (new, new_tier)))
    parts = [f"fires at {limits[1]} errors instead of {limits[0]}"] if limits[0] != limits[1] else []
    if before != after:
        was = before.removeprefix("after ") if after.startswith("after ") else before
        parts.append(f"at {percent(_INCIDENT)} errors {after} instead of {was}")
    return f"`{new_tier.name}` ({new_tier.notify}) now {', '.join(parts)}" if parts else ""


def _wait(slo: Slo, tier: Tier) -> str:
    seconds = detection(slo, tier, _INCIDENT)
    return "never" if seconds is None else f"after {time_text(seconds)}"


def _tiers(old: Slo, new: Slo) -> Iterator[Change]:
    before, after = ({tier.name: tier for tier in slo.tiers} for slo in (old, new))
    for name, tier in before.items():
        if name in after:
            yield from _tier_changed(old, tier, new, after[name])
        else:
            yield _tier_gone(tier, old, new)
    yield from (_tier_new(tier, old, new) for name, tier in after.items() if name not in before)


def _calls(slo: Slo, notify: str) -> bool:
    return any(tier.notify == notify for tier in slo.tiers)


def _tier_gone(tier: Tier, old: Slo, new: Slo) -> Change:
    last = not _calls(new, tier.notify)
    classes = [
        *(["page-removed"] if last and tier.notify == PAGE else []),
        "alert-removed" if last else "alert-weakened",
    ]
    why = f", which can never fire at {percent(new.objective, 28)}" if not tier.can_fire(new.error_budget) else ""
    left = f"; no tier of this SLO {_VERBS[tier.notify]} any more" if last else ""
    return Change(classes=tuple(classes), text=f"tier `{tier.name}` ({_shape(tier, old)}) is gone{why}{left}",
                  before=_shape(tier, old))  # fmt: skip


def _tier_new(tier: Tier, old: Slo, new: Slo) -> Change:
    is_first = not _calls(old, tier.notify)
    added = "page-added" if tier.notify == PAGE else "ticket-added"
    first = f"; the first of this SLO that {_VERBS[tier.notify]}" if is_first else ""
    return Change(classes=(added if is_first else "alert-tightened",), after=_shape(tier, new),
                  text=f"new tier `{tier.name}` ({_shape(tier, new)}){first}")  # fmt: skip


_VERBS = {"page": "pages", "ticket": "opens tickets"}


def _shape(tier: Tier, slo: Slo) -> str:
    return f"{tier.notify}, {tier.long} and {tier.short}, from {percent(tier.threshold(slo.error_budget))} errors"


def _tier_changed(old: Slo, before: Tier, new: Slo, after: Tier) -> Iterator[Change]:
    if before.notify != after.notify:
        yield _called_otherwise(before, after)
    yield from pair_changes(f"tier `{after.name}`: label", before.labels, after.labels, "labels-changed")
    if _windows(before) == _windows(after):
        return
    text = f"tier `{after.name}`: {_windows(before)} → {_windows(after)}"
    if effect := _effect(old, before, new, after):
        text += f"; {effect}"
    kind = _direction(old, before, new, after)
    yield Change(classes=(kind,), text=text, before=_windows(before), after=_windows(after))


def _direction(old: Slo, before: Tier, new: Slo, after: Tier) -> str:
    """Tell whether a tier fires later or sooner; the short window alone decides neither."""
    was, now = ((tier.threshold(slo.error_budget), tier.long, tier.hold or Duration(0))
                for slo, tier in ((old, before), (new, after)))  # fmt: skip
    if was == now:
        return "condition-changed"
    return "alert-weakened" if now > was else "alert-tightened"


def _called_otherwise(before: Tier, after: Tier) -> Change:
    raised = after.notify == PAGE
    classes = ("priority-raised", "page-added") if raised else ("priority-lowered", "page-removed")
    text = f"tier `{after.name}` {_VERBS[after.notify]} instead of {'opening tickets' if raised else 'paging'}"
    return Change(classes=classes, text=text, before=before.notify, after=after.notify)


def _windows(tier: Tier) -> str:
    speed = f"burn rate {decimal_text(tier.burn)}" if tier.burn else f"{percent(tier.budget)} of the budget"
    return f"{speed} in {tier.long} and {tier.short}{f', for {tier.hold}' if tier.hold else ''}"


def _floor(old: Slo, new: Slo) -> Iterator[Change]:
    before, after = old.min_bad_events, new.min_bad_events
    if before == after:
        return
    need = f"{after} bad {new.sli.events}" if after else "no number of bad events"
    text = f"{moved('min_bad_events', before, after)}: a tier needs {need} in its long window"
    yield Change(classes=("alert-weakened" if after > before else "alert-tightened",), text=text,
                 before=str(before), after=str(after))  # fmt: skip


def _no_data(old: Slo, new: Slo) -> Iterator[Change]:
    before, after = old.no_data, new.no_data
    if before == after:
        return
    became = {OFF: "nobody is told when the SLI is gone", PAGE: "the SLI's being gone pages",
              "ticket": "the SLI's being gone opens a ticket"}[after]  # fmt: skip
    classes = [*(["page-added"] if after == PAGE else []), *(["page-removed"] if before == PAGE else [])]
    classes += ["alert-removed"] if after == OFF else []
    classes += ["ticket-added"] if (before, after) == (OFF, "ticket") else []
    yield Change(classes=tuple(classes), text=f"{moved('no_data', before, after)}: {became} ({names.NO_DATA_ALERT})",
                 before=before, after=after)  # fmt: skip


def _responses(old: Held, new: Held, before: Slo, after: Slo) -> Iterator[Change]:
    """Say how page and ticket have changed; what both have in common is said once."""
    found = {
        notify: list(response_changes(before.responses[notify], after.responses[notify], old, new))
        for notify in after.responses
        if notify in before.responses
    }
    for notify, changes in found.items():
        for change in changes:
            if all(change in others for others in found.values()):
                if notify == next(iter(found)):
                    yield change
            else:
                yield replace(change, text=f"{notify}: {change.text}")


def _rest(old: Slo, new: Slo) -> Iterator[Change]:
    """Report what else the model holds, so that a new key of the format is never passed over."""
    if old.traffic != new.traffic:
        yield Change(classes=("text-changed",), text="the declared `traffic` has changed, which is used to explain",
                     before=str(old.traffic or ""), after=str(new.traffic or ""))  # fmt: skip
    for each in fields(Slo):
        if each.name not in _TOLD and getattr(old, each.name) != getattr(new, each.name):
            kind = "policy-changed" if each.name == "policy" else "text-changed"
            yield Change(classes=(kind,), text=f"`{each.name}` has changed")
