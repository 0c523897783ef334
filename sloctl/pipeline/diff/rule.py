"""How a rule of a rule file has changed: what it fires on or records, for how long, and whom it calls."""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.core.duration import Duration
from sloctl.core.human import time_text
from sloctl.pipeline.diff.alert import Firing, firing_changes, hold_changes, keep_changes
from sloctl.pipeline.diff.change import Change, code, moved
from sloctl.pipeline.diff.response import pair_changes, runbook_changes, text_change
from sloctl.pipeline.diff.same import normal
from sloctl.pipeline.diff.written import Written

_RUNBOOKS = ("runbook_url", "runbook", "playbook_url", "playbook")
_LOUDER = ("nobody", "", "ticket", "page")
"""Whom an alert may call, from the least to the most."""
_WAS = {"nobody": "called nobody", "": "did not say whom it calls", "ticket": "opened a ticket", "page": "paged"}
_NOW = {"nobody": "calls nobody", "": "does not say whom it calls", "ticket": "opens a ticket", "page": "pages"}


def rule_changes(old: Written, new: Written) -> Iterator[Change]:
    """Yield what has changed in a rule that is there on both sides."""
    if new.rule.is_alert:
        yield from _alert(old, new)
    else:
        yield from _recording(old, new)
    if old.rule.group.interval != new.rule.group.interval and old.interval != new.interval:
        yield _interval(old.interval, new.interval, is_alert=new.rule.is_alert)


def _alert(old: Written, new: Written) -> Iterator[Change]:
    if old.rule is not new.rule:
        yield from firing_changes(_firing(old), _firing(new))
        yield from hold_changes(old.rule.hold, new.rule.hold)
        yield from keep_changes(*(each.rule.time("keep_firing_for") for each in (old, new)))
    yield from _called(old, new)
    yield from _labels(old, new)
    yield from _annotations(old.annotations, new.annotations)


def _firing(written: Written) -> Firing:
    return Firing(written.rule.expr.value, code(written.rule.expr.value))


def _called(old: Written, new: Written) -> Iterator[Change]:
    """Say whom the alert calls now, where that has changed."""
    was, now = old.notify, new.notify
    if was == now:
        return
    raised = _LOUDER.index(now) > _LOUDER.index(was)
    classes = ["priority-raised" if raised else "priority-lowered"]
    classes += ["page-added"] if now == "page" else ["page-removed"] if was == "page" else []
    values = [(each.severity, each.rule.label(each.severity)) for each in (old, new)]
    label = values[1][0] or values[0][0]
    before, after = (code(value) if value else "none" for _, value in values)
    words = f"{label} has another meaning" if before == after else moved(label, before, after)
    text = f"{words}: what {whom_was(old)} now {_whom(new, _NOW)}"
    yield Change(classes=tuple(classes), text=text, before=values[0][1], after=values[1][1])


def whom_was(written: Written) -> str:
    """Say whom an alert called."""
    return _whom(written, _WAS)


def whom_now(written: Written) -> str:
    """Say whom an alert calls."""
    return _whom(written, _NOW)


def _whom(written: Written, words: dict[str, str]) -> str:
    link = {"page": " ", "ticket": " for "}.get(written.notify)
    return words[written.notify] + (f"{link}{written.whom}" if link else "")


def _labels(old: Written, new: Written) -> Iterator[Change]:
    told = {new.context.owner_label, *({old.severity, new.severity} if old.notify != new.notify else ())}
    owners = [each.rule.label(each.context.owner_label) for each in (old, new)]
    if owners[0] != owners[1]:
        shown = [code(owner) if owner else "none" for owner in owners]
        yield Change(classes=("owner-changed",), text=moved("owner", *shown), before=owners[0], after=owners[1])
    before, after = (tuple(pair for pair in each.labels.items() if pair[0] not in told) for each in (old, new))
    yield from pair_changes("label", before, after, "labels-changed")


def _annotations(before: dict[str, str], after: dict[str, str]) -> Iterator[Change]:
    """Say how links and texts have changed; the runbook and the action by themselves."""
    yield from runbook_changes(_runbook(before), _runbook(after))
    yield from text_change("action", before.get("action", ""), after.get("action", ""), "action-changed")
    for name in dict.fromkeys((*before, *after)):
        if name not in (*_RUNBOOKS, "action"):
            yield from text_change(f"annotation {code(name)}", before.get(name, ""), after.get(name, ""))


def _runbook(annotations: dict[str, str]) -> str:
    return next((annotations[name] for name in _RUNBOOKS if annotations.get(name, "").strip()), "")


def _recording(old: Written, new: Written) -> Iterator[Change]:
    before, after = old.rule.expr.value, new.rule.expr.value
    if old.rule is not new.rule and normal(before) != normal(after):
        text = f"records {code(after)}; until now {code(before)}"
        mixed = "the series keeps its name, so for as long as it is kept it mixes the old and the new meaning"
        yield Change(classes=("history-mixed",), text=text, details=(mixed,), before=before, after=after)
    if old.labels != new.labels:
        shown = [", ".join(f"{k}={v}" for k, v in sorted(each.labels.items())) for each in (old, new)]
        words = moved("labels", *(code(each) if each else "none" for each in shown))
        yield Change(classes=("history-broken",), before=shown[0], after=shown[1],
                     text=f"{words}: the recorded series change identity, so they begin anew")  # fmt: skip


def _interval(before: Duration, after: Duration, *, is_alert: bool) -> Change:
    slower = after > before
    apart = time_text((after - before if slower else before - after).seconds)
    kind = ("alert-weakened" if slower else "alert-tightened") if is_alert else "settings-changed"
    text = f"evaluated every {after} instead of {before}: may come up to {apart} {'later' if slower else 'sooner'}"
    return Change(classes=(kind,), text=text, before=str(before), after=str(after))
