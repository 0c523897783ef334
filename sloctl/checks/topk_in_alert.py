"""`topk`, `bottomk` or `limitk` decides which series are alerts.

**What it finds.** Alerts whose series are chosen by `topk`, `bottomk`, `limitk` or `limit_ratio`. Inside an
aggregation or in a condition beside it the choice does no harm, nor does `topk by (…) (1, …)` joined on the labels of
its `by`, which is an idiom for dropping duplicates.

**Why it wakes people up.** Each time two series change places one alert ends and another begins. `for` starts again, or
a second page goes out for the same trouble.

**What to do.** Compare all series with a threshold. To list the worst ones, put a query into the annotation:
`{{ range query "topk(3, …)" }}`.

**Sources.** Prometheus documentation, aggregation operators: topk may choose other series at each evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.tree import Aggregate, Binary, Call, Node, unwrap

_CHOOSING = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
_FORGET_LABELS = frozenset({"scalar", "absent", "absent_over_time"})


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report each choice of series that shows in the alert's labels."""
    if _CHOOSING.isdisjoint(alert.functions) or alert.root is None or not context.reaches_human(alert):
        return
    for node in _choices(alert.root):
        message = f"`{node.op}` chooses which series fire: a new order means new alerts"
        yield Hit(at=alert.expr.at(node.op_at), message=message, help="compare all series with a threshold")


def _choices(node: Node) -> Iterator[Aggregate]:
    """Yield the choosing aggregations whose labels reach the result."""
    match unwrap(node):
        case Aggregate() as choice if choice.op in _CHOOSING:
            yield choice
        case Aggregate():
            return
        case Call() as call if call.function in _FORGET_LABELS:
            return
        case Binary(op="and" | "unless") as filtered:
            yield from _choices(filtered.left)
        case Binary() as joined:
            yield from (choice for side in joined.children for choice in _choices(side) if not _is_join(joined, choice))
        case inner:
            yield from (choice for child in inner.children for choice in _choices(child))


def _is_join(joined: Binary, choice: Aggregate) -> bool:
    """Tell whether the choice keeps one series for each value of the labels it is joined on."""
    if joined.matching is None or joined.matching.kind != "on" or choice.modifier != "by":
        return False
    return {label.name for label in joined.matching.labels} <= {label.name for label in choice.labels}


CHECK = Check(
    code="N212",
    name="topk-in-alert",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: Slowest
              expr: topk(3, sum by (path) (rate(slow_total[10m]))) > 5
              #     ^^^^ `topk` chooses which series fire: a new order means new alerts
        """),
        Bad("""
            - alert: Emptiest
              expr: free_bytes < 1e9 or 2 * bottomk by (job) (1, free_bytes) < 1e9
              #                             ^^^^^^^ `bottomk` chooses which series fire: a new order means new alerts
              for: 10m
        """),
        Good("""
            - alert: WorstAreBad
              expr: sum(topk(3, rate(slow_total[10m]))) > 5
        """),
        Good("""
            - alert: Full
              expr: |-
                topk by (quota) (1, used) / on (quota) group_left topk by (quota, host) (1, hard) > 0.9
              for: 10m
        """),
        Good("""
            - alert: Full
              expr: used > 5 and on (job) topk(1, used) or scalar(bottomk(1, free)) - free > 5
              for: 10m
        """),
        Good("""
            - record: slow:top3
              expr: topk(3, rate(slow_total[10m]))
        """),
    ),
)
