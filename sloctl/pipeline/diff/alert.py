"""How a threshold alert has changed: what it fires on, for how long, and what it asks of whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text, time_text
from sloctl.model.service import Alert
from sloctl.pipeline.diff.change import Change, Held, moved, shortened
from sloctl.pipeline.diff.response import response_changes, text_change
from sloctl.pipeline.diff.same import Moved, moved_levels, normal
from sloctl.pipeline.explain.layout import one_line

_TOLD = frozenset({"name", "origin", "condition", "hold", "keep_firing_for", "reviewed", "response"})


def alert_changes(old: Held, new: Held) -> Iterator[Change]:
    """Yield what has changed in an alert that is there on both sides."""
    before, after = old.item, new.item
    assert isinstance(before, Alert) and isinstance(after, Alert)  # noqa: S101, PT018 - paired by kind
    conditions = before.condition, after.condition
    yield from firing_changes(*(Firing(each.expr, each.words) for each in conditions))
    yield from hold_changes(before.hold, after.hold)
    yield from keep_changes(before.keep_firing_for, after.keep_firing_for)
    yield from response_changes(before.response, after.response, old, new)
    yield from text_change("reviewed", before.reviewed, after.reviewed)
    for each in fields(Alert):
        if each.name not in _TOLD and getattr(before, each.name) != getattr(after, each.name):
            yield Change(classes=("condition-changed",), text=f"`{each.name}` has changed")


@dataclass(frozen=True, slots=True)
class Firing:
    """When an alert fires: as PromQL, and in words, which quote what the user wrote."""

    expr: str
    words: str


def firing_changes(old: Firing, new: Firing) -> Iterator[Change]:
    """Yield what has changed in a condition: levels if nothing else has, else the whole."""
    if normal(old.expr) == normal(new.expr):
        return
    if levels := moved_levels(old.expr, new.expr):
        yield from (_level(level, new) for level in levels)
        return
    text = f"fires when {condition_words(new.words)}; until now when {condition_words(old.words)}"
    yield Change(classes=("condition-changed",), text=text, before=old.expr, after=new.expr)


def _level(level: Moved, now: Firing) -> Change:
    before, after = (decimal_text(Decimal(str(value))) for value in (level.before, level.after))
    effect = "fires for worse only" if level.is_weaker else "fires for less"
    text = f"{moved('level', before, after)}: {effect} ({condition_words(now.words)})"
    kind = "alert-weakened" if level.is_weaker else "alert-tightened"
    return Change(classes=(kind,), text=text, before=before, after=after)


def condition_words(text: str) -> str:
    """Keep the words of a condition, which quote what the user wrote, on one line and short."""
    return "`".join(shortened(part) for part in one_line(text).split("`"))


def hold_changes(old: Duration | None, new: Duration | None) -> Iterator[Change]:
    """Yield a change of `for`."""
    before, after = old or Duration(0), new or Duration(0)
    if before == after:
        return
    later = after > before
    apart = time_text((after - before if later else before - after).seconds)
    yield Change(classes=("alert-weakened" if later else "alert-tightened",), before=str(before), after=str(after),
                 text=f"{moved('for', before, after)}: fires {apart} {'later' if later else 'sooner'}")  # fmt: skip


def keep_changes(old: Duration | None, new: Duration | None) -> Iterator[Change]:
    """Yield a change of `keep_firing_for`."""
    before, after = old or Duration(0), new or Duration(0)
    if before != after:
        text = f"{moved('keep_firing_for', before, after)}: fires on for {after} after its condition has ended"
        yield Change(classes=("condition-changed",), text=text, before=str(before), after=str(after))
