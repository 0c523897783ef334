"""A page on a level that ends at the first sample below it.

**What it finds.** Alerts that page and compare samples (no window of five minutes or more) with a level above or below,
without `keep_firing_for`. Comparisons with 0 and 1 ask for a state and are left alone, and so are ages.

**Why it wakes people up.** A value that hovers at its threshold resolves the page and opens it again, all night long.

**What to do.** Add `keep_firing_for: 10m`, or average over a window.

**Sources.** Prometheus documentation, alerting rules: `keep_firing_for` prevents flapping.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._steady import is_smooth
from sloctl.core.duration import Duration
from sloctl.promql.shape import Comparison, comparisons
from sloctl.promql.tree import Number

_SMOOTH = Duration.of(minutes=5)


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report a page that flaps when its value hovers."""
    if "keep_firing_for" in alert.times or not context.pages(alert):
        return
    levels = (node for node in alert.nodes if isinstance(node, Number) and node.value not in (0, 1))
    if next(levels, None) is None or is_smooth(alert, _SMOOTH):
        return
    for parts in alert.branches:
        crossed = [found[0] for part in parts if (found := comparisons(part)) and _is_level(found[0])]
        if crossed:
            message = f"`{alert.name.value}` ends at the first sample that is back, and pages again at the next"
            advice = "add `keep_firing_for: 10m`, or average over a window"
            yield Hit(at=alert.expr.at(crossed[0].node.op_at), message=message, help=advice)
            return


def _is_level(comparison: Comparison) -> bool:
    return comparison.threshold not in (None, 0, 1) and comparison.op not in ("==", "!=")


CHECK = Check(
    code="N205",
    name="no-hysteresis",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    profile=STRICT,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              #                       ^ `QueueLong` ends at the first sample that is back, and pages again at the next
              for: 10m
              labels: {severity: critical}
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 10m
              keep_firing_for: 10m
              labels: {severity: critical}
        """),
        Good("""
            - alert: QueueLong
              expr: avg_over_time(queue_length[10m]) > 100
              labels: {severity: critical}
        """),
        Good("""
            - alert: ReplicasGone
              expr: min(replicas_ready) < 1
              for: 10m
              labels: {severity: critical}
        """),
    ),
)
