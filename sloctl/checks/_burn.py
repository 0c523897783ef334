"""Burn-rate alerts of any generator: their limits, and the windows they compare."""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._rule import Rule
from sloctl.promql.burn import BurnLimit, burn_limits, is_multi_window, names_burn_rate
from sloctl.promql.shape import comparisons
from sloctl.promql.tree import Binary, Node
from sloctl.promql.usage import effective_windows_ms

_NAMES = ("burn", "errorbudget", "error_budget")
_LABELS = frozenset({"slo", "slo_name", "slo_service", "sloth_slo"})


def limits(alert: Rule) -> tuple[BurnLimit, ...]:
    """Return the comparisons with `factor * budget` of a burn-rate alert; none for any other alert.

    It is one if its name, its labels or its metrics say so, or if it compares two windows with one limit.
    """
    if alert.root is None or not any(isinstance(node, Binary) and node.op == "*" for node in alert.nodes):
        return ()
    found = burn_limits(alert.root)
    return found if found and (_is_named(alert, alert.root) or is_multi_window(alert.root)) else ()


def _is_named(alert: Rule, root: Node) -> bool:
    name = alert.name.value.lower()
    return any(word in name for word in _NAMES) or not _LABELS.isdisjoint(alert.labels) or names_burn_rate(root)


def branch_windows(alert: Rule) -> Iterator[tuple[Node, frozenset[int]]]:
    """Yield, for each branch, its first comparison and the time spans in ms that its comparisons look at."""
    for parts in alert.branches:
        compared = [found[0].node for part in parts if (found := comparisons(part))]
        if compared:
            yield compared[0], frozenset().union(*map(effective_windows_ms, compared))
