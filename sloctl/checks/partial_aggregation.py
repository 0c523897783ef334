"""Two aggregations in one calculation, and no `for`.

**What it finds.** Alerts without `for` in which an arithmetic operation, or a comparison, has an aggregation on both
sides: `count(up) / count(expected) < 0.9`. Where both look at a window of five minutes or more one late scrape makes no
difference; recorded series have one timestamp; and a burn-rate alert has its two windows.

**Why it wakes people up.** After a restart of Prometheus, or while targets move, one of the two sums is complete and
the other is not yet. For a scrape or two the result is nonsense.

**What to do.** Add a `for` of a few scrape intervals.

**Sources.** Prometheus documentation, alerting rules; targets are scraped at different moments of an interval.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.duration import Duration
from sloctl.promql.burn import is_burn_rate
from sloctl.promql.functions import AGGREGATIONS
from sloctl.promql.grammar import SET_OPERATORS
from sloctl.promql.tree import Aggregate, Binary, Node, Selector, walk
from sloctl.promql.usage import longest_window_ms

_SMOOTH = Duration.of(minutes=5)


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report the outermost calculation with two aggregations."""
    if alert.hold.ms or alert.functions.isdisjoint(AGGREGATIONS) or not context.reaches_human(alert):
        return
    if alert.root is None or is_burn_rate(alert.root):
        return
    if node := next((node for node in alert.nodes if _combines_sums(node)), None):
        message = "without `for`: one of two sums may be incomplete"
        yield Hit(at=alert.expr.at(node), message=message, help="add `for: 2m` or more")


def _combines_sums(node: Node) -> bool:
    if not isinstance(node, Binary) or node.op in SET_OPERATORS:
        return False
    if all(longest_window_ms(side) >= _SMOOTH.ms for side in node.children):
        return False
    return _aggregates_series(node.left) and _aggregates_series(node.right)


def _aggregates_series(node: Node) -> bool:
    found = [part for part in walk(node) if isinstance(part, Aggregate)]
    return any(isinstance(part, Selector) and ":" not in (part.metric or "") for each in found for part in walk(each))


CHECK = Check(
    code="N213",
    name="partial-aggregation",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    profile=STRICT,
    cases=(
        Bad("""
            - alert: NodesMissing
              expr: |-
                count(up{job="node"}) / count(node_expected) < 0.9
              # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ without `for`: one of two sums may be incomplete
        """),
        Good("""
            - alert: NodesMissing
              expr: count(up{job="node"}) / count(node_expected) < 0.9
              for: 5m
        """),
        Good("""
            - alert: ShareFailed
              expr: sum(increase(bad_total[1h])) / sum(increase(all_total[1h])) > 0.1
        """),
        Good("""
            - alert: QueueLong
              expr: sum(avg_over_time(queue_length[10m])) / 60 > 5
        """),
        Good("""
            - alert: QueueLong
              expr: sum(increase(waiting_total[1h])) > 5 and sum(increase(done_total[1h])) < 5
        """),
    ),
)
