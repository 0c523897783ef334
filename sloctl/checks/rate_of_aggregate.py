"""A rate of a sum instead of a sum of rates.

**What it finds.** `rate`, `irate` or `increase` over an aggregation: over a subquery (`rate(sum(x_total)[5m:1m])`), or
over a recorded series whose name ends with an aggregation (`rate(job:requests_total:sum[5m])`).

**Why it wakes people up.** `rate` sees a counter's restart as a fall to nothing and corrects it. In a sum one restarted
process is a small dip, which is read as a restart of everything: the whole sum counts as new, and a quiet deploy looks
like millions of errors.

**What to do.** Take the rate first: `sum(rate(x_total[5m]))`. Record the rate, not the counter.

**Sources.** Brian Brazil, "Rate then sum, never sum then rate"; Prometheus documentation, `rate()`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.tree import Aggregate, Call, Node, Selector, Subquery, unwrap, walk

_RATES = frozenset({"rate", "irate", "increase"})
_KEEPS_SERIES = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
_RECORDED = re.compile(r":(sum|avg|min|max|count)(_?(i?rate|increase|delta)\w*)?$")


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report rates over aggregations."""
    if _RATES.isdisjoint(rule.functions):
        return
    for node in rule.nodes:
        if isinstance(node, Call) and node.function in _RATES and (what := _aggregated(unwrap(node.args[0]))):
            message = f"`{node.function}` of {what}: every restart of one process counts as a jump of all"
            advice = f"take the rate first: `sum({node.function}(…))`"
            yield Hit(at=rule.expr.at(node), message=message, help=advice)


def _aggregated(over: Node) -> str:
    """Name the aggregation that a rate looks at; nothing if there is none."""
    if isinstance(over, Selector):
        found = _RECORDED.search(over.metric or "")
        return f"the recorded `{found[1]}`" if found else ""
    if not isinstance(over, Subquery):
        return ""
    aggregates = (node for node in walk(over.expr) if isinstance(node, Aggregate) and node.op not in _KEEPS_SERIES)
    first = next(aggregates, None)
    return f"a `{first.op}`" if first else ""


CHECK = Check(
    code="C306",
    name="rate-of-aggregate",
    severity=ERROR,
    scope=Scope.RULE,
    run=run,
    cases=(
        Bad("""
            - alert: ManyErrors
              expr: rate(sum by (job) (errors_total)[10m:1m]) > 5
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `rate` of a `sum`: every restart of one process counts as a jump of all
            - record: job:errors:rate5m
              expr: rate(job:errors_total:sum[5m])
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `rate` of the recorded `sum`: every restart of one process counts as a jump of all
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - alert: ManyErrors
              expr: sum by (job) (rate(errors_total[10m])) > 5
            - alert: QueueGrows
              expr: deriv(sum(queue_length)[1h:5m]) > 5 or delta(sum(queue_length)[1h:5m]) > 500
            - alert: ManyRestarts
              expr: max_over_time(sum(rate(restarts_total[5m]))[1h:]) > 1 or rate(job:restarts_total[5m]) > 1
            - record: errors:rate5m
              expr: rate(topk(5, errors_total)[5m:1m])
        """),
    ),
)
