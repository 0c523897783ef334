"""The bare samples of a gauge against a level, held for less than five minutes.

**What it finds.** Alerts in which nothing but a bare gauge is compared with a constant (`memory_used_bytes > 8e9`),
with a `for` of two evaluations or more but under five minutes. Comparisons with 0 and 1 are left alone, because they
ask for a state and not for a level; so are `==` and `!=`, ages and remaining times, load averages and temperatures,
which are slow by nature, and recorded series, which somebody has smoothed already. No `for` at all is N201, a shorter
one N202.

**Why it wakes people up.** A gauge is one sample every half minute, and levels are crossed by spikes that nobody
notices.

**What to do.** Average over a window (`avg_over_time(x[10m]) > 8e9`), or hold the condition for 5m or more.

**Options.** `min_for`: the shortest `for` that a bare gauge needs; 5m.

**Sources.** Prometheus documentation, alerting practices: allow slack for small blips.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._steady import cannot_flicker, evaluation_interval
from sloctl.core.duration import Duration
from sloctl.promql.metrics import counting
from sloctl.promql.shape import Comparison, comparisons
from sloctl.promql.tree import Binary, Node

CODE = "N204"
_SMOOTHED = re.compile(r":|(^|_)load(1|5|15|_?average|_avg)?$|_avg(_|$)|_mean$|temperature|celsius")


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report a gauge whose spikes fire the alert."""
    least = Duration.parse(context.option(CODE, "min_for", "5m"))
    if not 0 < alert.hold.ms < least.ms or alert.hold < evaluation_interval(alert, context) * 2:
        return
    if not context.reaches_human(alert):
        return
    for parts in alert.branches:
        levels = [_level(part) for part in parts]
        if levels and (level := levels[0]) and all(levels):
            yield Hit(at=alert.expr.at(level.subject), message=_message(level, alert),
                      help=f"average it over a window, or hold it `for: {least}`")  # fmt: skip


def _message(level: Comparison, alert: Rule) -> str:
    metric = level.bare_selector.metric if level.bare_selector else ""
    return f"bare samples of `{metric}` fire this after only {alert.hold}"


def _level(part: Node) -> Comparison | None:
    """Return the comparison of a bare gauge with a level, if that is all this part is."""
    if not isinstance(part, Binary):
        return None
    found = comparisons(part)
    first = found[0] if found else None
    if first is None or first.node is not part or first.threshold in (None, 0, 1) or first.op in ("==", "!="):
        return None
    metric = first.bare_selector.metric if first.bare_selector else None
    if not metric or counting(metric) != "no" or _SMOOTHED.search(metric) or cannot_flicker(part):
        return None
    return first


CHECK = Check(
    code=CODE,
    name="raw-gauge-threshold",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    options=(Option("min_for", "5m", "the shortest `for` that a bare gauge needs"),),
    cases=(
        Bad("""
            - alert: MemoryHigh
              expr: memory_used_bytes{job="api"} > 8e9
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ bare samples of `memory_used_bytes` fire this after only 2m
              for: 2m
        """),
        Bad("""
            - alert: QueueOdd
              expr: queue_length > 100 or 5 > queue_length
              #     ^^^^^^^^^^^^ bare samples of `queue_length` fire this after only 1m
              #                               ^^^^^^^^^^^^ bare samples of `queue_length` fire this after only 1m
              for: 1m
        """),
        Good("""
            - alert: MemoryHigh
              expr: avg_over_time(memory_used_bytes[10m]) > 8e9
              for: 2m
        """),
        Good("""
            - alert: ReplicaDown
              expr: replica_up == 0 or replicas_ready < 1
              for: 1m
        """),
        Good("""
            - alert: MemoryHigh
              expr: memory_used_bytes > 8e9 and rate(requests_total[10m]) > 5
              for: 1m
        """),
        Good("""
            - alert: Rebooting
              expr: node_uptime_seconds < 600 or instance:cpu:ratio > 0.9 or node_load15 > 40 or chip_celsius > 80
              for: 1m
        """),
    ),
)
