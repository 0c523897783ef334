"""A query that looks back further than samples are kept.

**What it finds.** Ranges and offsets that together reach beyond `retention` of the settings. Silent without it.
Of an SLO its period is reported, which its longest sums reach back to.

**Why it wakes people up.** Prometheus answers with what it still has and says nothing: a sum over 30 days is a sum over
15, and its alert fires late or never.

**What to do.** Shorten the window, keep samples longer, or record the series where they are kept.

**Sources.** Prometheus documentation, storage, `--storage.tsdb.retention.time`.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.duration import Duration
from sloctl.model import names
from sloctl.model.service import Slo
from sloctl.promql.tree import Node, Selector, Subquery


def run(rule: Rule, context: Context) -> Iterator[Hit]:
    """Report the parts of an expression that reach too far back."""
    if context.retention is None or rule.root is None:
        return
    reaches = [(node, reach) for node, reach in _reaches(rule.root, 0) if reach > context.retention.ms]
    if isinstance(rule.source, Slo) and rule.name.value not in _of_base(rule.source):
        yield from _period(rule, rule.source, max((reach for _, reach in reaches), default=0), context.retention)
        return
    for node, reach in reaches:
        message = f"this reaches {Duration(reach)} back, but samples are kept for {context.retention}"
        yield Hit(at=rule.expr.at(node), message=message, help="shorten it, keep samples longer, or record the series")


def _of_base(slo: Slo) -> tuple[str, str]:
    """Name the two rules of an SLO that hold the user's own selectors."""
    return names.total_events(slo.base), names.bad_events(slo.base)


def _period(rule: Rule, slo: Slo, reach: int, kept: Duration) -> Iterator[Hit]:
    """Report the rule that adds up the period: shorter windows reach less far, and the bad events as far."""
    if reach and rule.name.value == names.total_events(slo.period):
        written = rule.document.node(slo.origin.path)
        keys = [key.value for key, _ in written.value] if isinstance(written, yaml.MappingNode) else []
        at = slo.origin.at("period") if "period" in keys else slo.origin.at("name")
        message = f"the period of {slo.period} reaches {Duration(reach)} back, but samples are kept for {kept}"
        advice = f"keep samples for {slo.period}, or shorten the period: the budget knows the last {kept} only"
        yield Hit(at=at, message=message, help=advice)


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
        Bad(
            """
            - alert: BudgetGone
              expr: sum(increase(errors_total[30d])) > 5000
              #                  ^^^^^^^^^^^^^^^^^ this reaches 30d back, but samples are kept for 15d
            - record: errors:last_month
              expr: max_over_time(sum(errors offset 10d)[6d:1h])
              #                       ^^^^^^^^^^^^^^^^^ this reaches 16d back, but samples are kept for 15d
        """,
            {"retention": Duration.of(days=15)},
        ),
        Good(
            """
            - alert: BudgetGone
              expr: sum(increase(errors_total[15d])) > 5000 and errors_total offset 7d > 5
        """,
            {"retention": Duration.of(days=15)},
        ),
        Good("""
            - alert: BudgetGone
              expr: sum(increase(errors_total[90d])) > 5000
        """),
    ),
)
