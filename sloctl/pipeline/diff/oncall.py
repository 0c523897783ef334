"""Whom the alerts of a side call: how many of them may page an owner, or open tickets.

Counted as the check A122 counts: the tiers of an SLO are one alert, missing data is another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sloctl.core.reader import Reader
from sloctl.model.service import OFF, PAGE, TICKET, Service
from sloctl.pipeline.diff.change import OnCall
from sloctl.pipeline.diff.response import notify_of
from sloctl.pipeline.diff.sides import Side
from sloctl.pipeline.lint.settings import DEFAULT_MAX_PAGES
from sloctl.pipeline.settings import Settings


def calls(service: Service, settings: Settings) -> Counter[str]:
    """Count the alerts of a service by whom they call: `page` or `ticket`."""
    found = Counter(notify_of(alert.response, settings) for alert in service.alerts)
    for slo in service.slos:
        found.update({tier.notify for tier in slo.tiers})
        found.update({slo.no_data} - {OFF} if slo.no_data in slo.responses else ())
    return found


def oncall_changes(before: Side, after: Side) -> tuple[OnCall, ...]:
    """Return the owners whose load has changed."""
    old, new = _by_owner(before), _by_owner(after)
    owners = sorted({*old, *new})
    return tuple(
        _owner(owner, old.get(owner, {}), new.get(owner, {}), after.settings)
        for owner in owners
        if _total(old.get(owner, {})) != _total(new.get(owner, {}))
    )


_Load = dict[str, Counter[str]]


def _by_owner(side: Side) -> dict[str, _Load]:
    found: dict[str, _Load] = {}
    for service in side.services.values():
        found.setdefault(service.owner, {})[service.name] = calls(service, side.settings)
    return found


def _total(load: _Load) -> tuple[int, int]:
    return _sum(load.values(), PAGE), _sum(load.values(), TICKET)


def _sum(counts: Iterable[Counter[str]], notify: str) -> int:
    return sum(count[notify] for count in counts)


def _owner(owner: str, old: _Load, new: _Load, settings: Settings) -> OnCall:
    before, after = _total(old), _total(new)
    grown = [(name, count[PAGE]) for name, count in new.items() if count[PAGE] > old.get(name, Counter())[PAGE]]
    return OnCall(owner=owner, pages=(before[0], after[0]), tickets=(before[1], after[1]), services=tuple(grown),
                  allowed=_allowed(settings))  # fmt: skip


def _allowed(settings: Settings) -> int:
    """Return `lint.max_pages_per_service`."""
    data = settings.document.data if settings.document else None
    section = data.get("lint") if isinstance(data, dict) else None
    if settings.document is None or not isinstance(section, dict):
        return DEFAULT_MAX_PAGES
    most = Reader(settings.document, ("lint",), section).number("max_pages_per_service")
    return DEFAULT_MAX_PAGES if most is None else int(most)
