"""A threshold that no value can reach.

**What it finds.** Comparisons in alerts that are false whatever happens: `count(x) == 0` (a count of nothing is no
result, not 0), `up > 1`, `rate(x[5m]) < 0`, `absent(x) == 0`, `hour() > 23`. The bounds of a value come from how it is
made; a default inside (`(count(x) or vector(0)) == 0`) is understood.

**Why it wakes people up.** It never will. That is worse: everybody believes that the case is covered.

**What to do.** For a count that may be of nothing use `absent(x)`, or `(count(x) or vector(0)) == 0`. Otherwise correct
the threshold.

**Sources.** Prometheus documentation, aggregation operators and functions.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.bounds import bounds, never_holds
from sloctl.promql.shape import Comparison, comparisons
from sloctl.promql.tree import Aggregate, unwrap

_COUNTS = ("count", "count_values", "group")


def run(alert: Rule, _context: Context) -> Iterator[Hit]:
    """Report comparisons that never hold."""
    if alert.root is None:
        return
    for comparison in comparisons(alert.root):
        if not comparison.node.returns_bool and never_holds(comparison):
            yield _hit(alert, comparison)


def _hit(alert: Rule, comparison: Comparison) -> Hit:
    subject = unwrap(comparison.subject)
    if isinstance(subject, Aggregate) and subject.op in _COUNTS:
        message = f"`{subject.op}` of nothing is no result, not 0, so this is never true"
        advice = "use `absent(…)`, or give it a default: `(count(…) or vector(0)) == 0`"
        return Hit(at=alert.expr.at(comparison.node), message=message, help=advice)
    limits = bounds(subject)
    possible = f"at most {limits.high:g}" if limits.high < float("inf") else f"at least {limits.low:g}"
    if limits.low == limits.high:
        possible = f"always {limits.low:g}"
    message = f"the value is {possible}, so this is never true"
    return Hit(at=alert.expr.at(comparison.node), message=message, help="correct the threshold or the comparison")


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
              #     ^^^^^^^^^^^^^^^^^ the value is at most 1, so this is never true
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
