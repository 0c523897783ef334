"""Recognising burn-rate alerts, whoever wrote them.

The multi-window form (SRE workbook, chapter 5) demands the same threshold over a long and a short window:
`burn:1h > 14.4 and burn:5m > 14.4`. The windows stand in ranges or in the names of recorded series.
"""

from dataclasses import dataclass

from sloctl.promql.normal import normalise
from sloctl.promql.shape import Comparison, alternatives, comparisons, constant, requirements
from sloctl.promql.tree import Binary, Node, Number, Selector, unwrap, walk
from sloctl.promql.usage import RECORDED_WINDOW, effective_windows_ms

_NAMED = ("burn", "error_budget", "slo:sli_error")


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnLimit:
    """A comparison with `factor` times an error budget, as in `errors > (14.4 * 0.001)`.

    `full` is the error ratio of a full outage on the scale of the comparison: 1, or 100 where it is in percent.
    """

    comparison: Comparison
    limit: Node
    factor: float
    budget: float
    full: float


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


def burn_limits(node: Node) -> tuple[BurnLimit, ...]:
    """Return every comparison of an expression with a product of two numbers, of which one is an error budget.

    The budget is the number written as `1 - objective` or `100 - objective`, else the smaller one.
    """
    return tuple(limit for each in comparisons(node) if (limit := _burn_limit(each)))


def _burn_limit(comparison: Comparison) -> BurnLimit | None:
    limit = comparison.node.left if comparison.other is comparison.node.left else comparison.node.right
    numbers = [part for part in _factors(limit) if constant(part) is not None]
    if len(numbers) != 2:
        return None
    first, second = sorted(numbers, key=lambda part: (_objective_scale(part) is None, constant(part)))
    budget, factor = constant(first) or 0.0, constant(second) or 0.0
    scale = _objective_scale(first) or (100.0 if _is_percent(comparison.subject) else 1.0)
    if not 0 < budget < scale or factor <= 0:
        return None
    return BurnLimit(comparison=comparison, limit=limit, factor=factor, budget=budget, full=scale)


def _factors(node: Node) -> tuple[Node, ...]:
    bare = unwrap(node)
    if isinstance(bare, Binary) and bare.op == "*":
        return *_factors(bare.left), *_factors(bare.right)
    return (bare,)


def _objective_scale(node: Node) -> float | None:
    """Return 1 for `1 - 0.999`, 100 for `100 - 99.9`, None for any other expression."""
    bare = unwrap(node)
    if isinstance(bare, Binary) and bare.op == "-" and isinstance(whole := unwrap(bare.left), Number):
        return whole.value if whole.value in (1, 100) else None
    return None


def _is_percent(node: Node) -> bool:
    return any(isinstance(part, Number) and part.value == 100 for part in walk(node))
