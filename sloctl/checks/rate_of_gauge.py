"""A rate of something that goes up and down.

**What it finds.** `rate`, `irate` and `increase` of metrics whose names say that they are gauges: temperatures, ratios,
timestamps, free and used bytes, lengths of queues, `up`.

**Why it wakes people up.** These functions take every fall for a restart of a counter that began at 0 again, and add
what came after it. A gauge that swings between 90 and 100 seems to grow by hundreds.

**What to do.** Use `delta` or `deriv`, or compare the level itself.

**Sources.** Prometheus documentation: `rate` should only be used with counters, `delta` only with gauges.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._counters import is_level
from sloctl.checks._rule import Rule
from sloctl.promql.tree import Call, Selector

_INSTEAD = {"rate": "deriv", "irate": "deriv", "increase": "delta"}


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report rates of gauges."""
    if rule.functions.isdisjoint(_INSTEAD):
        return
    for node in rule.nodes:
        if isinstance(node, Call) and node.function in _INSTEAD and isinstance(node.args[0], Selector):
            metric = node.args[0].metric or ""
            if is_level(metric):
                message = f"`{node.function}` of `{metric}`, which goes up and down: every fall counts as a restart"
                advice = f"use `{_INSTEAD[node.function]}`, or compare the level"
                yield Hit(at=rule.expr.at(node.name_at), message=message, help=advice)


CHECK = Check(
    code="C331",
    name="rate-of-gauge",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    cases=(
        Bad("""
            - alert: DiskFills
              expr: rate(node_filesystem_avail_bytes[1h]) > 1e6
              #     ^^^^ `rate` of `node_filesystem_avail_bytes`, which goes up and down: every fall counts as a restart
            - record: room:celsius:increase1h
              expr: increase(room_temperature_celsius[1h])
              #     ^^^^^^^^ `increase` of `room_temperature_celsius`, which goes up and down: every fall counts as a restart
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - alert: ManyErrors
              expr: |
                rate(errors_total[5m]) > 5 or rate(node_network_receive_bytes[5m]) > 1e6
                or deriv(node_filesystem_avail_bytes[1h]) < -1e6 or rate(jobs_queue_length_sum[5m]) > 5
                or histogram_quantile(0.9, rate(request_size_bytes[5m])) > 1e6
                or changes(up[1h]) > 5
        """),
    ),
)
