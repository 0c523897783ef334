"""The history of an alert on a live server: which of its firings belong to which rule, and how often it fired.

The server records `ALERTS` by name and labels, not by rule. So alerts of one name are told apart by the labels in which
they differ, and a rule whose query or `for` is not the one that the server evaluates has no history yet: what it did
before a change says nothing about it after the change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._server import LoadedRules, Server
from sloctl.promapi.answers import Labels, LoadedRule
from sloctl.promql.errors import PromqlError
from sloctl.promql.normal import normalise
from sloctl.promql.parse import parse

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")

Bout = tuple[int, int]
"""A stretch of slots in which an alert fired: the first and the last one."""


def human_alerts(rules: Iterable[Rule], context: Context) -> list[Rule]:
    """Return the alerts that call somebody."""
    return [rule for rule in rules if context.reaches_human(rule)]


def telling_labels(alerts: Sequence[Rule]) -> frozenset[str]:
    """Return the labels by which alerts of one name differ."""
    by_name: dict[str, list[Rule]] = {}
    for alert in alerts:
        by_name.setdefault(alert.name.value, []).append(alert)
    return frozenset(label for same in by_name.values() if len(same) > 1 for label in _differing(same))


def _differing(alerts: Sequence[Rule]) -> Iterator[str]:
    for label in {label for alert in alerts for label in alert.labels if _LABEL.fullmatch(label)}:
        if len({alert.label(label) for alert in alerts}) > 1:
            yield label


def is_of(alert: Rule, labels: Labels) -> bool:
    """Tell whether a recorded alert can be of a rule: by its name, and by the labels that the rule fixes."""
    if labels.get("alertname") != alert.name.value:
        return False
    own = ((label, alert.label(label)) for label in labels if label in alert.labels)
    return all("{{" in value or labels[label] == value for label, value in own)


def bouts(alerts: Sequence[Rule], server: Server) -> Iterator[tuple[Rule, list[Bout]]]:
    """Yield each alert that fired in the last week as it is now, with when; firings of its series at one time are one.

    Rules whose firings cannot be told apart are left out.
    """
    telling = telling_labels(alerts)
    twins = Counter(_identity(alert, telling) for alert in alerts)
    firings = [firing for firing in server.firings(telling) if firing.slots]
    names = {firing.labels.get("alertname") for firing in firings}
    for alert in alerts:
        if alert.name.value in names and twins[_identity(alert, telling)] == 1 and is_unchanged(alert, server.rules()):
            slots = {slot for firing in firings if is_of(alert, firing.labels) for slot in firing.slots}
            if slots:
                yield alert, _stretches(sorted(slots))


def _identity(alert: Rule, telling: Iterable[str]) -> tuple[str, ...]:
    return (alert.name.value, *(alert.label(label) for label in sorted(telling)))


def is_unchanged(rule: Rule, loaded: LoadedRules | None) -> bool:
    """Tell whether the server evaluates a rule as it is here; also when the server does not say what it evaluates."""
    return loaded is None or running(rule, loaded) is not None


def running(rule: Rule, loaded: LoadedRules) -> LoadedRule | None:
    """Return the server's rule that has the same name, query and `for`."""
    same = (each for each in loaded.get(rule.name.value, ()) if each.is_alert == rule.is_alert)
    return next((each for each in same if each.hold == rule.hold and _normal(each.query) == rule.normal), None)


def _normal(query: str) -> str:
    try:
        return normalise(parse(query).root)
    except PromqlError:
        return ""


def _stretches(slots: Sequence[int]) -> list[Bout]:
    found = [(slots[0], slots[0])]
    for slot in slots[1:]:
        first, last = found[-1]
        if slot == last + 1:
            found[-1] = (first, slot)
        else:
            found.append((slot, slot))
    return found
