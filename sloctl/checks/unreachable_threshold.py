"""A threshold that no value can reach.

**What it finds.** Comparisons in alerts that are false whatever happens: `count(x) == 0` (a count of nothing is no
result, not 0), `up > 1`, `rate(x[5m]) < 0`, `absent(x) == 0`, `hour() > 23`, `x == NaN`; and conditions that exclude
each other: `x > 5 and x < 3`. The bounds of a value come from how it is made; a default inside
(`(count(x) or vector(0)) == 0`) is understood.

**Why it wakes people up.** It never will. That is worse: everybody believes that the case is covered.

**What to do.** For a count that may be of nothing use `absent(x)`, or `(count(x) or vector(0)) == 0`. Otherwise correct
the threshold.

**Sources.** Prometheus documentation, aggregation operators and functions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.finding import Note
from sloctl.promql.bounds import Bounds, bounds, never_holds
from sloctl.promql.grammar import COMPARISONS
from sloctl.promql.normal import normalise
from sloctl.promql.shape import Comparison, comparisons
from sloctl.promql.tree import Aggregate, Binary, Node, unwrap

_OF_NOTHING = ("count", "count_values", "group", "sum")


def run(alert: Rule, _context: Context) -> Iterator[Hit]:
    """Report comparisons that never hold, or never together."""
    if alert.root is None:
        return
    for comparison in comparisons(alert.root):
        if not comparison.node.returns_bool and never_holds(comparison):
            yield _hit(alert, comparison)
    if not any(isinstance(node, Binary) and node.op == "and" and node.matching for node in alert.nodes):
        for parts in alert.branches:
            yield from _contradictions(alert, parts) if len(parts) > 1 else ()


def _contradictions(alert: Rule, parts: tuple[Node, ...]) -> Iterator[Hit]:
    """Report two conditions on one value that no value meets both."""
    first: dict[str, Comparison] = {}
    for part in parts:
        second = _comparison_of(part)
        if second is None or second.threshold is None or never_holds(second):
            continue
        known = first.setdefault(normalise(second.subject), second)
        if Bounds().narrowed(known.op, known.threshold or 0).never(second.op, second.threshold):
            both = f"`{known.op} {known.threshold:g}` and `{second.op} {second.threshold:g}`"
            note = Note("the other condition is here", alert.expr.at(known.node))
            yield Hit(at=alert.expr.at(second.node), message=f"no value is both {both}, so this is never true",
                      help="correct one of the two; for either of them write `or`", notes=(note,))  # fmt: skip


def _comparison_of(part: Node) -> Comparison | None:
    is_filter = isinstance(part, Binary) and part.op in COMPARISONS and not part.returns_bool
    return comparisons(part)[0] if is_filter else None


def _hit(alert: Rule, comparison: Comparison) -> Hit:
    subject = unwrap(comparison.subject)
    at = alert.expr.at(comparison.node)
    if isinstance(subject, Aggregate) and subject.op in _OF_NOTHING and _wants_none(comparison):
        message = f"`{subject.op}` of nothing is no result, not 0, so this is never true"
        advice = f"use `absent(…)`, or give it a default: `({subject.op}(…) or vector(0)) == 0`"
        return Hit(at=at, message=message, help=advice)
    if math.isnan(comparison.threshold or 0):
        return Hit(at=at, message="nothing compares with NaN, so this is never true", help="`x != x` finds NaN")
    message = f"the value is {_possible(comparison)}, so this is never true"
    return Hit(at=at, message=message, help="correct the threshold or the comparison")


def _wants_none(comparison: Comparison) -> bool:
    """Tell whether a comparison asks for less than the first thing that is counted makes."""
    least, level = bounds(comparison.subject).low, comparison.threshold or 0
    return comparison.op not in (">", ">=") and least > 0 and 0 <= level <= least


def _possible(comparison: Comparison) -> str:
    """Say on which side of the threshold all values lie."""
    limits, level = bounds(comparison.subject), comparison.threshold or 0
    if limits.low == limits.high:
        return f"always {limits.low:g}"
    is_below = comparison.op in (">", ">=") or (comparison.op == "==" and level > limits.high)
    return f"at most {limits.high:g}" if is_below else f"at least {limits.low:g}"


CHECK = Check(
    code="C313",
    name="unreachable-threshold",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: NoWorkers
              expr: count(up{job="worker"} == 1) == 0
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `count` of nothing is no result, not 0, so this is never true
            - alert: ApiDown
              expr: up{job="api"} < 0 or avg(up) > 1
              #     ^^^^^^^^^^^^^^^^^ the value is at least 0, so this is never true
              #                          ^^^^^^^^^^^ the value is at most 1, so this is never true
        """),
        Bad("""
            - alert: NoTraffic
              expr: sum(rate(requests_total[5m])) < 0
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the value is at least 0, so this is never true
            - alert: Gone
              expr: absent(up{job="api"}) == 0 and on () hour() >= 24
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^ the value is always 1, so this is never true
              #                                          ^^^^^^^^^^^^ the value is at most 23, so this is never true
        """),
        Bad("""
            - alert: NoWorkers
              expr: sum(up{job="worker"} == 1) == 0
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `sum` of nothing is no result, not 0, so this is never true
            - alert: QueueOdd
              expr: queue_length > 5 and (queue_length < 3) or (queue_age > 100) < 50 or queue_size == NaN
              #                           ^^^^^^^^^^^^^^^^ no value is both `> 5` and `< 3`, so this is never true
              #                                                ^^^^^^^^^^^^^^^^^^^^^^ the value is at least 100, so this is never true
              #                                                                          ^^^^^^^^^^^^^^^^^ nothing compares with NaN, so this is never true
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - alert: QueueUneven
              expr: max by (job) (queue_length) > 5 and on (job) (queue_length > 5 and on (job) queue_length < 3)
            - alert: QueueBand
              expr: queue_length > 3 and queue_length < 5 and queue_length != 4 or queue_age > 5 or queue_age < 3
        """),
        Good("""
            - alert: NoWorkers
              expr: (count(up{job="worker"} == 1) or vector(0)) == 0 or sum(up{job="worker"}) == 0
            - alert: NoTraffic
              expr: sum(rate(requests_total[5m])) <= 0 or deriv(queue_length[5m]) < 0
            - alert: Gone
              expr: absent(up{job="api"}) == 1 and on () hour() >= 9
        """),
        Good("""
            - alert: Low
              expr: 100 * avg(up) < 50 or 1 - avg(up) > 0.5 or clamp_max(queue_length, 5) == 5 or -queue_length < -5
        """),
    ),
)
