"""Alerts that fire because something is not there."""

from __future__ import annotations

import re

from sloctl.checks._rule import Rule
from sloctl.promql.shape import alternatives, comparisons, exclusions, has_condition, requirements
from sloctl.promql.tree import Call, Node, Selector, walk

ABSENT = frozenset({"absent", "absent_over_time"})
_GROWTH = frozenset({"rate", "increase", "delta", "changes"})
_MOMENT = re.compile(r"_(time|timestamp)(_seconds)?$")


def absent_calls(alert: Rule) -> tuple[Call, ...]:
    """Return the calls of `absent` that make a branch fire; one that only guards another condition is none."""
    if ABSENT.isdisjoint(alert.functions):
        return ()
    found = (_absent(parts[0]) for parts in alert.branches)
    return tuple(call for call in found if call)


def guarded_metrics(rule: Rule) -> frozenset[str]:
    """Return the metrics inside `absent`, whose disappearance a rule notices."""
    if ABSENT.isdisjoint(rule.functions):
        return frozenset()
    calls = (node for node in rule.nodes if isinstance(node, Call) and node.function in ABSENT)
    inside = (node for call in calls for node in walk(call) if isinstance(node, Selector))
    return frozenset(node.metric for node in inside if node.metric)


def is_absence(alert: Rule) -> bool:
    """Tell whether some branch of a condition fires because something is missing.

    That is a series (`absent(x)`, `x offset 1h unless x`) or an event (`increase(x[3h]) == 0`, `last_timestamp == 0`).
    """
    if alert.root is None:
        return False
    idle = any(_is_idle(part) for parts in alert.branches for part in parts)
    return idle or bool(absent_calls(alert)) or any(map(_is_missed, alternatives(alert.root)))


def _absent(part: Node) -> Call | None:
    return next((node for node in walk(part) if isinstance(node, Call) and node.function in ABSENT), None)


def _is_missed(branch: Node) -> bool:
    return bool(exclusions(branch)) and not any(map(has_condition, requirements(branch)))


def _is_idle(part: Node) -> bool:
    """Tell whether a part asks that nothing has happened."""
    zeros = [found.subject for found in comparisons(part) if found.op in ("==", "<=") and found.threshold == 0]
    return any(map(_tells_of_events, (node for subject in zeros for node in walk(subject))))


def _tells_of_events(node: Node) -> bool:
    if isinstance(node, Call):
        return node.function in _GROWTH
    return isinstance(node, Selector) and bool(_MOMENT.search(node.metric or ""))
