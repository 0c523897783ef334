"""A share of events, however few they are.

**What it finds.** Conditions on a share of events (`rate(errors_total[5m]) / rate(requests_total[5m]) > 0.05`) that
ask nothing about the number of events, so that one failure among a handful is enough. A `for` as long as the window
takes more than one bad event; burn-rate alerts have their long window; a `clamp_min`, an addend or a level in the
divisor is a floor, and so is any second condition that asks for more than one event. Packets, scheduler periods and
the requests to a Kubernetes API server are never few.

**Why it wakes people up.** At three in the morning there are four requests in five minutes. One fails, that is 25 %.

**What to do.** Ask for a number of bad events as well: `and increase(errors_total[5m]) >= 5`. A floor on bad events
is better than one on all events, which would hide a full outage of a quiet service.

**Sources.** Site Reliability Workbook, chapter 5, "Low-traffic services and error budget alerting".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.duration import Duration
from sloctl.promql.burn import is_burn_rate
from sloctl.promql.metrics import unit
from sloctl.promql.shape import Comparison, comparisons
from sloctl.promql.tree import Binary, Call, Node, Number, unwrap, walk
from sloctl.promql.usage import longest_window_ms, uses

_NEVER_FEW = re.compile(r"packets|periods|^apiserver_")


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report each share without a floor."""
    if alert.functions.isdisjoint(("rate", "increase")) or not context.reaches_human(alert):
        return
    if alert.root is None or not any(map(_divides, alert.nodes)) or is_burn_rate(alert.root):
        return
    for parts in alert.branches:
        compared = [found[0] for part in parts if (found := comparisons(part))]
        if any(map(_is_floor, compared)):
            continue
        for share in filter(None, map(_share, compared)):
            if alert.hold.ms < (window := longest_window_ms(share)):
                message = f"one bad event of few is enough: this {Duration(window)} share has no floor"
                advice = f"ask for a number of bad events too: `and increase(…[{Duration(window)}]) >= 5`"
                yield Hit(at=alert.expr.at(share), message=message, help=advice)


def _divides(node: Node) -> bool:
    return isinstance(node, Binary) and node.op == "/"


def _share(comparison: Comparison) -> Binary | None:
    """Return the division, if what is compared is a share of events."""
    if comparison.threshold is None or comparison.op in ("==", "!="):
        return None
    numbers = {node.value for node in walk(comparison.node) if isinstance(node, Number)}
    if not 0 < comparison.threshold <= (100 if 100 in numbers else 1):
        return None
    divisions = (node for node in walk(comparison.subject) if isinstance(node, Binary) and _divides(node))
    return next((node for node in divisions if _is_share(node)), None)


def _is_share(node: Binary) -> bool:
    return _counts_events(node.left) and _counts_events(node.right) and not _has_floor(node.right)


def _counts_events(node: Node) -> bool:
    found = uses(node)
    return bool(found) and all(use.is_rated and _is_event(use.selector.metric or "") for use in found)


def _is_event(metric: str) -> bool:
    if _NEVER_FEW.search(metric):
        return False
    return metric.endswith(("_count", "_bucket")) or not (metric.endswith("_sum") or unit(metric))


def _has_floor(divisor: Node) -> bool:
    if any(each.threshold is None or each.threshold > 0 for each in comparisons(divisor)):
        return True
    return any(map(_keeps_above, walk(divisor)))


def _keeps_above(node: Node) -> bool:
    if isinstance(node, Binary):
        return node.op == "+" and isinstance(unwrap(node.right), Number)
    return isinstance(node, Call) and node.function in ("clamp_min", "clamp")


def _is_floor(comparison: Comparison) -> bool:
    """Tell whether a condition asks for a level of something that is no share, and for more than one event."""
    if _share(comparison) or comparison.op in ("<", "<="):
        return False
    counts = any(isinstance(node, Call) and node.function == "increase" for node in walk(comparison.subject))
    return comparison.threshold is None or comparison.threshold > (1 if counts else 0)


CHECK = Check(
    code="N211",
    name="ratio-without-floor",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: ShareFailed
              expr: rate(bad_total[5m]) / rate(all_total[5m]) > 0.05
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one bad event of few is enough: this 5m share has no floor
              for: 2m
        """),
        Bad("""
            - alert: ShareFailed
              expr: |-
                100 * (
                  increase(bad_count[1h]) / increase(all[1h])
              #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one bad event of few is enough: this 1h share has no floor
                ) > 5 and increase(all[1h]) >= 1
        """),
        Good("""
            - alert: ShareFailed
              expr: rate(bad_total[5m]) / rate(all_total[5m]) > 0.05 and increase(bad_total[5m]) >= 5
        """),
        Good("""
            - alert: ShareFailed
              expr: rate(bad_total[5m]) / rate(all_total[5m]) > 0.05
              for: 10m
        """),
        Good("""
            - alert: ShareFailed
              expr: rate(bad_total[5m]) / clamp_min(rate(all_total[5m]), 1) > 0.05
        """),
        Good("""
            - alert: Slow
              expr: rate(latency_seconds_sum[5m]) / rate(latency_seconds_count[5m]) > 0.3
        """),
        Good("""
            - alert: PacketsLost
              expr: rate(dropped_packets_total[5m]) / rate(received_packets_total[5m]) > 0.05
        """),
        Good("""
            - alert: ErrorBudgetBurn
              expr: |-
                rate(bad_total[1h]) / rate(all_total[1h]) > 0.0144
                and
                rate(bad_total[5m]) / rate(all_total[5m]) > 0.0144
        """),
    ),
)
