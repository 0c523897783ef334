"""What is said of an SLO or an alert that is new, gone, or renamed."""

from __future__ import annotations

from sloctl.core.human import percent
from sloctl.model import names
from sloctl.model.service import OFF, PAGE, TICKET, Alert, Slo
from sloctl.pipeline.diff.alert import condition_words
from sloctl.pipeline.diff.change import Change, Held, code
from sloctl.pipeline.diff.history import restart
from sloctl.pipeline.diff.response import notify_of
from sloctl.pipeline.diff.same import watched
from sloctl.pipeline.diff.watchers import Watchers, still_watched


def added(held: Held) -> Change:
    """Say what is new."""
    item = held.item
    if isinstance(item, Slo):
        called = _called(item)
        classes = (
            "slo-added",
            *(["page-added"] if PAGE in called else []),
            *(["ticket-added"] if TICKET in called else []),
        )
        return Change(classes=tuple(classes), text=_new_slo(item), after=percent(item.objective, 28))
    notify = notify_of(item.response, held.settings)
    verb = "pages" if notify == PAGE else "opens a ticket for"
    hold = f", for {item.hold}" if item.hold and item.hold.ms else ""
    fires = f"when {condition_words(item.condition.words)}{hold}"
    text = f"new: {item.response.priority} {verb} {code(held.service.owner)} {fires}"
    return Change(classes=("page-added" if notify == PAGE else "ticket-added",), text=text, after=item.condition.expr)


def _called(slo: Slo) -> set[str]:
    return ({tier.notify for tier in slo.tiers} | {slo.no_data}) - {OFF}


def _new_slo(slo: Slo) -> str:
    limits = [f"{_VERBS[tier.notify]} from {percent(tier.threshold(slo.error_budget))} errors in {tier.long}"
              for notify in (PAGE, TICKET) for tier in slo.tiers if tier.notify == notify]  # fmt: skip
    calls = f"; {limits[0]}" if limits else "; calls nobody"
    return f"new: {percent(slo.objective, 28)} of {slo.sli.events} over {slo.period}{calls}"


_VERBS = {PAGE: "pages", TICKET: "opens a ticket"}


def removed(held: Held, watchers: Watchers) -> Change:
    """Say what is gone, and who else watches what it watched."""
    item = held.item
    left = still_watched(watched(item), watchers)
    if isinstance(item, Slo):
        classes = ["slo-removed", *(["alert-removed"] if item.tiers else [])]
        classes += ["page-removed"] if PAGE in _called(item) else []
        text = f"removed: its {item.period} figure is recorded no more; {left}"
        return Change(classes=tuple(classes), text=text, before=percent(item.objective, 28))
    pages = notify_of(item.response, held.settings) == PAGE
    classes = ["alert-removed", *(["page-removed"] if pages else [])]
    what = f"it {'paged' if pages else 'opened a ticket for'} {code(held.service.owner)}"
    return Change(classes=tuple(classes), text=f"removed: {what}; {left}", before=item.condition.expr)


def renamed(old: Held, new: Held) -> Change | None:
    """Say that something bears another name, or lives in another service; None when it does not."""
    before, after = _full(old), _full(new)
    if before == after:
        return None
    how = "renamed from" if old.item.name != new.item.name else "moved from"
    if isinstance(new.item, Slo):
        because = (
            f"its recorded series now have {names.SERVICE}={code(new.service.name)[1:-1]}, {names.SLO}={new.item.name}"
        )
        return Change(classes=("renamed", "history-broken"), before=before, after=after,
                      text=f"{how} {code(before)}: {restart(new.item, because)}",
                      details=(MATCHES,))  # fmt: skip
    return Change(classes=("renamed",), before=before, after=after, text=f"{how} {code(before)}: {MATCHES}")


MATCHES = "silences, routes, inhibitions and dashboards that match the old name match nothing any more"


def _full(held: Held) -> str:
    assert isinstance(held.item, Slo | Alert)  # noqa: S101 - there are two kinds
    return f"{held.service.name}/{held.item.name}"
