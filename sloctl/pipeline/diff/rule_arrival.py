"""What is said of a rule of a rule file that is new, gone, or renamed."""

from __future__ import annotations

from collections.abc import Container

from sloctl.pipeline.diff.arrival import MATCHES
from sloctl.pipeline.diff.change import Change, code
from sloctl.pipeline.diff.rule import whom_now, whom_was
from sloctl.pipeline.diff.same import metrics
from sloctl.pipeline.diff.watchers import Watchers, named, still_watched
from sloctl.pipeline.diff.written import Written

_ADDED = {"page": "page-added", "ticket": "ticket-added"}
_BEGINS = "the recorded series begins anew under its new name"


def rule_added(new: Written) -> Change:
    """Say what is new."""
    expr = new.rule.expr.value
    if not new.rule.is_alert:
        return Change(classes=("recording-added",), text=f"new: records {code(expr)}", after=expr)
    hold = f", for {new.rule.hold}" if new.rule.hold.ms else ""
    return Change(classes=(_ADDED.get(new.notify, "alert-added"),), after=expr,
                  text=f"new: {whom_now(new)} when {code(expr)}{hold}")  # fmt: skip


def rule_removed(old: Written, watchers: Watchers, recorded: Container[str]) -> Change:
    """Say what is gone, and who else watches what it watched, or reads what it recorded."""
    expr = old.rule.expr.value
    if old.rule.is_alert:
        classes = ("alert-removed", *(("page-removed",) if old.notify == "page" else ()))
        text = f"removed: it {whom_was(old)}; {still_watched(metrics(expr), watchers)}"
        return Change(classes=classes, text=text, before=expr)
    if old.name in recorded:
        return Change(classes=("recording-removed",), before=expr,
                      text=f"removed: it recorded {code(expr)}; other rules still record under this name")  # fmt: skip
    readers = watchers.readers.get(old.name)
    left = f"falls silent with it: {named(readers)}" if readers else "nothing that was compared reads it"
    return Change(classes=("recording-removed",), text=f"removed: the series is recorded no more; {left}", before=expr)


def rule_renamed(old: Written, new: Written, watchers: Watchers) -> Change:
    """Say that a rule bears another name. Which group it stands in changes nothing."""
    readers = watchers.readers.get(old.name) if not new.rule.is_alert else None
    return Change(
        classes=("renamed",) if new.rule.is_alert else ("renamed", "history-broken"),
        text=f"renamed from {code(old.name)}: {MATCHES if new.rule.is_alert else _BEGINS}",
        details=(f"still reads the old name: {named(readers)}",) if readers else (),
        before=old.name,
        after=new.name,
    )
