"""A quantile of buckets that have lost their bounds.

**What it finds.** `histogram_quantile` over a classic histogram (`…_bucket`) whose label `le` an aggregation inside
has dropped. Native histograms need no `le` and are left alone.

**Why it wakes people up.** It never will: without `le` there are no buckets, the result is empty, and the alert is as
silent in an outage as on a fine day.

**What to do.** Keep the label: `histogram_quantile(0.99, sum by (le, job) (rate(x_bucket[5m])))`.

**Sources.** Prometheus documentation, `histogram_quantile()`.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import ERROR, MIGRATION, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.labels import dropped_by
from sloctl.promql.tree import Aggregate, Call, Node, Selector, walk

_QUANTILE = "histogram_quantile"


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report quantiles over classic buckets that have no `le`."""
    if _QUANTILE not in rule.functions:
        return
    for node in rule.nodes:
        if isinstance(node, Call) and node.function == _QUANTILE and _reads_buckets(node.args[1]):
            blamed = dropped_by(node.args[1], "le")
            if blamed:
                yield _hit(rule, blamed)


def _reads_buckets(node: Node) -> bool:
    return any(isinstance(part, Selector) and (part.metric or "").endswith("_bucket") for part in walk(node))


def _hit(rule: Rule, blamed: Node) -> Hit:
    subject, place = "this", blamed.place
    if isinstance(blamed, Aggregate):
        subject, place = f"`{blamed.op}`", blamed.modifier_at or blamed.op_at
    advice = "keep it in the aggregation: `sum by (le, …) (rate(…_bucket[…]))`"
    return Hit(at=rule.expr.at(place), message=f"{subject} drops `le`, so `{_QUANTILE}` finds no buckets", help=advice)


CHECK = Check(
    code="C307",
    name="quantile-without-le",
    severity=ERROR,
    scope=Scope.RULE,
    run=run,
    profile=MIGRATION,
    cases=(
        Bad("""
            - alert: Slow
              expr: histogram_quantile(0.99, sum by (job) (rate(latency_seconds_bucket[5m]))) > 2
              #                                  ^^^^^^^^ `sum` drops `le`, so `histogram_quantile` finds no buckets
            - record: latency:p99
              expr: histogram_quantile(0.99, sum(rate(latency_seconds_bucket[5m])) without (pod, le))
              #                                                                    ^^^^^^^^^^^^^^^^^ `sum` drops `le`, so `histogram_quantile` finds no buckets
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - alert: Slow
              expr: |
                histogram_quantile(0.99, sum by (job, le) (rate(latency_seconds_bucket[5m]))) > 2
                or histogram_quantile(0.99, sum without (pod) (rate(latency_seconds_bucket[5m]))) > 2
                or histogram_quantile(0.99, rate(latency_seconds_bucket[5m])) > 2
        """),
        Good("""
            - alert: SlowNative
              expr: histogram_quantile(0.99, sum by (job) (rate(latency_seconds[5m]))) > 2
        """),
    ),
)
