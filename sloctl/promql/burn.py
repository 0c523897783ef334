"""Recognising burn-rate alerts, whoever wrote them.

The multi-window form (SRE workbook, chapter 5) demands the same threshold over a long and a short window:
`burn:1h > 14.4 and burn:5m > 14.4`. The windows stand in ranges or in the names of recorded series.
"""

from sloctl.promql.normal import normalise
from sloctl.promql.shape import Comparison, alternatives, comparisons, requirements
from sloctl.promql.tree import Node, Selector, walk
from sloctl.promql.usage import RECORDED_WINDOW, effective_windows_ms

_NAMED = ("burn", "error_budget", "slo:sli_error")


def is_burn_rate(node: Node) -> bool:
    """Tell whether a condition is a burn-rate alert: one with two windows, or one over a metric named for it."""
    return is_multi_window(node) or names_burn_rate(node)


def names_burn_rate(node: Node) -> bool:
    """Tell whether a metric of an expression is named for burn rates or error budgets."""
    names = [part.metric or "" for part in walk(node) if isinstance(part, Selector)]
    return any(word in name.lower() for name in names for word in _NAMED)


def is_multi_window(node: Node) -> bool:
    """Tell whether every branch of a condition holds the same metrics against one threshold over different windows."""
    return all(map(_has_two_windows, alternatives(node)))


def _has_two_windows(branch: Node) -> bool:
    windows: dict[tuple[str, str, frozenset[str]], set[frozenset[int]]] = {}
    for part in requirements(branch):
        for comparison in comparisons(part):
            found = effective_windows_ms(comparison.subject)
            if found and (comparison.threshold is None or comparison.threshold > 0):
                windows.setdefault(_measured(comparison), set()).add(found)
    return any(len(found) > 1 for found in windows.values())


def _measured(comparison: Comparison) -> tuple[str, str, frozenset[str]]:
    """Return what is the same in both halves of the pair: operator, threshold, metric names without their windows."""
    threshold = comparison.threshold
    limit = normalise(comparison.other) if threshold is None else f"{threshold:.9g}"
    selectors = [part for part in walk(comparison.subject) if isinstance(part, Selector)]
    names = frozenset(RECORDED_WINDOW.sub(r"\1", part.metric or "") for part in selectors)
    return comparison.op, limit, names
