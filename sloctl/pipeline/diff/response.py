"""How what an alert asks of whom has changed: priority, runbook, action, labels, texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from sloctl.model.rules import Pairs
from sloctl.model.service import PAGE, Response
from sloctl.pipeline.diff.change import Change, Held, code
from sloctl.pipeline.settings import Settings

_TEXTS = ("impact", "summary", "description", "dashboard")
_TOLD = frozenset({"priority", "runbook", "action", "labels", "annotations", *_TEXTS})


def response_changes(before: Response, after: Response, old: Held, new: Held) -> Iterator[Change]:
    """Yield what has changed."""
    yield from _priority(before, after, old, new)
    yield from runbook_changes(before.runbook, after.runbook)
    yield from text_change("action", before.action, after.action, "action-changed")
    yield from pair_changes("label", before.labels, after.labels, "labels-changed")
    yield from pair_changes("annotation", before.annotations, after.annotations, "text-changed")
    for key in _TEXTS:
        yield from text_change(key, getattr(before, key), getattr(after, key))
    for each in fields(Response):
        if each.name not in _TOLD and getattr(before, each.name) != getattr(after, each.name):
            yield Change(classes=("text-changed",), text=f"`{each.name}` has changed")


def notify_of(response: Response, settings: Settings) -> str:
    """Return who is called: `page` or `ticket`."""
    return settings.priorities[response.priority].notify


def _priority(before: Response, after: Response, old: Held, new: Held) -> Iterator[Change]:
    was, now = notify_of(before, old.settings), notify_of(after, new.settings)
    if (before.priority, was) == (after.priority, now):
        return
    words = f"priority {before.priority} → {after.priority}"
    if before.priority == after.priority:
        words = f"priority {after.priority} has another meaning"
    raised = now == PAGE if was != now else after.priority < before.priority
    classes = ["priority-raised" if raised else "priority-lowered"]
    if was != now:
        classes.append("page-added" if raised else "page-removed")
        owners = code(old.service.owner), code(new.service.owner)
        words += f": what opened a ticket for {owners[0]} now pages {owners[1]}" if raised else (
            f": what paged {owners[0]} now opens a ticket")  # fmt: skip
    yield Change(classes=tuple(classes), text=words, before=before.priority, after=after.priority)


def runbook_changes(before: str, after: str) -> Iterator[Change]:
    """Yield a change of the link to the page that says what to do."""
    if before.strip() == after.strip():
        return
    if not after.strip():
        yield Change(classes=("runbook-removed",), text=f"runbook {code(before)} is gone", before=before)
        return
    yield Change(classes=("runbook-changed",), text=f"runbook {code(before or 'none')} → {code(after)}",
                 before=before, after=after)  # fmt: skip


def pair_changes(what: str, before: Pairs, after: Pairs, kind: str) -> Iterator[Change]:
    """Yield the labels or annotations that have changed; their order does not matter."""
    was, now = dict(before), dict(after)
    match = "; routes, silences and inhibitions that match it need a look" if kind == "labels-changed" else ""
    for name in dict.fromkeys((*was, *now)):
        if was.get(name) != now.get(name):
            values = f"{code(was[name]) if name in was else 'none'} → {code(now[name]) if name in now else 'none'}"
            yield Change(classes=(kind,), text=f"{what} {code(name)}: {values}{match}",
                         before=was.get(name, ""), after=now.get(name, ""))  # fmt: skip


def text_change(what: str, before: str, after: str, kind: str = "text-changed") -> Iterator[Change]:
    """Yield a change of words; white space does not count."""
    if _flat(before) != _flat(after):
        shown = f"{code(before) if before.strip() else 'none'} → {code(after) if after.strip() else 'none'}"
        yield Change(classes=(kind,), text=f"{what} {shown}", before=before, after=after)


def _flat(text: str) -> str:
    return " ".join(text.split())
