"""What the ruler of Mimir or Cortex takes: namespaces, and groups of limited size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from sloctl.core.reader import Reader
from sloctl.model.rules import Alerting, Rule, RuleFile, RuleGroup

RULES_PER_GROUP, GROUPS_PER_TENANT = 20, 70
"""The limits that Mimir has unless it is told otherwise: `-ruler.max-rules-per-rule-group` and
`-ruler.max-rule-groups-per-tenant`."""


def namespace(options: Reader, service: str) -> str:
    """Return the namespace of a service."""
    return options.text("namespace_prefix") + service


def limit(options: Reader, key: str, default: int) -> int:
    """Return a limit, or 0 for none."""
    value = options.number(key)
    return default if value is None else int(value)


def most_groups(options: Reader) -> int:
    """Return how many groups a tenant may have, or 0 for no limit."""
    return limit(options, "max_groups_per_tenant", GROUPS_PER_TENANT)


def within_limits(file: RuleFile, options: Reader) -> RuleFile:
    """Cut groups that hold more rules than the ruler takes."""
    most = limit(options, "max_rules_per_group", RULES_PER_GROUP)
    groups = (part for group in file.groups for part in _cut(group, most))
    return replace(file, groups=tuple(groups)) if most else file


def _cut(group: RuleGroup, most: int) -> Iterator[RuleGroup]:
    """Cut a group into the fewest parts that are not too long, in the order of its rules.

    A part reads from those before it what they recorded in their last evaluation, which is up to one interval old.
    Their tiles lie at multiples of the evaluation before now, so all are old by the same time and still meet: the sum
    is that of the window as it was then. The rules that record one window stay together, so that bad and total events
    are of the same time. The first part keeps the name of the group.
    """
    parts: list[list[Rule]] = []
    for unit in _units(group.rules, most):
        if not parts or len(parts[-1]) + len(unit) > most:
            parts.append([])
        parts[-1] += unit
    for number, rules in enumerate(parts, 1):
        name = group.name if number == 1 else f"{group.name}/{number}"
        yield replace(group, name=name, rules=tuple(rules))


def _units(rules: Iterable[Rule], most: int) -> Iterator[list[Rule]]:
    """Yield the rules that are not torn apart: recordings of one window; every alert is alone."""
    for window, each in groupby(rules, _window):
        unit = list(each)
        size = most if window else 1
        yield from (unit[start : start + size] for start in range(0, len(unit), size))


def _window(rule: Rule) -> str:
    """Return what the name of a recording says behind its last colon: `increase1h`; nothing for an alert."""
    return "" if isinstance(rule, Alerting) else rule.record.rpartition(":")[2]
