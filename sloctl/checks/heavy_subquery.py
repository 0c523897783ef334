"""A subquery that evaluates its expression more than a thousand times.

**What it finds.** Subqueries (`expr[range:step]`) whose range holds more than a thousand steps. Without a step it is
the evaluation interval of the settings.

**Why it wakes people up.** Each evaluation of the rule runs the inner query that often. It slows the whole group down,
and a group that is late fires late.

**What to do.** Give it a larger step (`[1d:5m]`), or record the inner expression and take the range of that.

**Options.** `max_steps`: how many steps a subquery may have; 1000.

**Sources.** Prometheus documentation, subqueries.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.duration import Duration
from sloctl.promql.tree import Subquery

CODE = "P402"
_MAX_STEPS = 1000


def run(rule: Rule, context: Context) -> Iterator[Hit]:
    """Report subqueries with too many steps."""
    for node in rule.nodes:
        if isinstance(node, Subquery):
            step = context.evaluation_interval if node.step_ms is None else Duration(node.step_ms)
            steps = node.range_ms // step.ms
            if steps > int(context.option(CODE, "max_steps", _MAX_STEPS)):
                message = f"this subquery runs {steps:,} times at every evaluation, once for every {step}"
                advice = "give it a larger step, or record what is inside it"
                yield Hit(at=rule.expr.at(node.range_at), message=message, help=advice)


CHECK = Check(
    code=CODE,
    name="heavy-subquery",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    options=(Option("max_steps", _MAX_STEPS, "how many steps a subquery may have"),),
    cases=(
        Bad("""
            - alert: AlwaysSlow
              expr: max_over_time(latency_p99[1d:1m]) > 5
              #                              ^^^^^^^ this subquery runs 1,440 times at every evaluation, once for every 1m
            - record: latency:max
              expr: max_over_time(sum(latency)[12h:])
              #                               ^^^^^^ this subquery runs 1,440 times at every evaluation, once for every 30s
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - alert: AlwaysSlow
              expr: max_over_time(latency_p99[1d:5m]) > 5 or max_over_time(latency_p99[1h:]) > 50
        """),
        Good("""
            - alert: AlwaysSlow
              expr: max_over_time(latency_p99[1d:]) > 5
        """, {"evaluation_interval": Duration.of(minutes=5)}),
    ),
)
