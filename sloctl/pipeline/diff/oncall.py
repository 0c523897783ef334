"""Whom the alerts of a side call: how many of them may page an owner, or open tickets.

Counted as the check A122 counts: the tiers of an SLO are one alert, missing data is another, and alerts of one name in
rule files are one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from sloctl.model.service import OFF, PAGE, TICKET, Service
from sloctl.pipeline.diff.change import OnCall
from sloctl.pipeline.diff.response import notify_of
from sloctl.pipeline.diff.sides import Side, written_rules
from sloctl.pipeline.diff.written import Written, written_context
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
    for owner, service_name, notify in _written_calls(written_rules(side)):
        found.setdefault(owner, {}).setdefault(service_name, Counter())[notify] += 1
    return found


def _written_calls(rules: Iterable[Written]) -> Iterator[tuple[str, str, str]]:
    """Yield owner, service and `page` or `ticket` of the alerts of rule files; alerts of one name are one."""
    alerts = (each for each in rules if each.rule.is_alert and each.notify in (PAGE, TICKET))
    whose = dict.fromkeys((each.owner, each.service, each.notify, each.name) for each in alerts)
    return ((owner, service, notify) for owner, service, notify, _ in whose)


def _total(load: _Load) -> tuple[int, int]:
    return _sum(load.values(), PAGE), _sum(load.values(), TICKET)


def _sum(counts: Iterable[Counter[str]], notify: str) -> int:
    return sum(count[notify] for count in counts)


def _owner(owner: str, old: _Load, new: _Load, settings: Settings) -> OnCall:
    before, after = _total(old), _total(new)
    grown = [(name, count[PAGE]) for name, count in new.items()
             if (owner or name) and count[PAGE] > old.get(name, Counter())[PAGE]]  # fmt: skip
    return OnCall(owner=owner, pages=(before[0], after[0]), tickets=(before[1], after[1]), services=tuple(grown),
                  allowed=written_context(settings).max_pages_per_service)  # fmt: skip
