"""A query that looks back further than samples are kept.

**What it finds.** Ranges and offsets that together reach beyond `retention` of the settings. Silent without it.

**Why it wakes people up.** Prometheus answers with what it still has and says nothing: a sum over 30 days is a sum over
15, and its alert fires late or never.

**What to do.** Shorten the window, keep samples longer, or record the series where they are kept.

**Sources.** Prometheus documentation, storage, `--storage.tsdb.retention.time`.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.duration import Duration
from sloctl.promql.tree import Node, Selector, Subquery


def run(rule: Rule, context: Context) -> Iterator[Hit]:
    """Report the parts of an expression that reach too far back."""
    if context.retention is None or rule.root is None:
        return
    for node, reach in _reaches(rule.root, 0):
        if reach > context.retention.ms:
            message = f"this reaches {Duration(reach)} back, but samples are kept for {context.retention}"
            advice = "shorten it, keep samples longer, or record the series"
            yield Hit(at=rule.expr.at(node), message=message, help=advice)


def _reaches(node: Node, so_far: int) -> Iterator[tuple[Selector, int]]:
    """Yield every selector with how far back it looks, in milliseconds; ranges around it add up."""
    if isinstance(node, Selector | Subquery):
        so_far += (node.range_ms or 0) + (node.offset_ms or 0)
    if isinstance(node, Selector):
        yield node, so_far
    for child in node.children:
        yield from _reaches(child, so_far)


CHECK = Check(
    code="C322",
    name="beyond-retention",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    needs="retention",
    cases=(
        Bad("""
            - alert: BudgetGone
              expr: sum(increase(errors_total[30d])) > 5000
              #                  ^^^^^^^^^^^^^^^^^ this reaches 30d back, but samples are kept for 15d
            - record: errors:last_month
              expr: max_over_time(sum(errors offset 10d)[6d:1h])
              #                       ^^^^^^^^^^^^^^^^^ this reaches 16d back, but samples are kept for 15d
        """, {"retention": Duration.of(days=15)}),
        Good("""
            - alert: BudgetGone
              expr: sum(increase(errors_total[15d])) > 5000 and errors_total offset 7d > 5
        """, {"retention": Duration.of(days=15)}),
        Good("""
            - alert: BudgetGone
              expr: sum(increase(errors_total[90d])) > 5000
        """),
    ),
)
