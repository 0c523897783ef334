"""A single event fires the alert.

**What it finds.** Conditions that one event makes true: `increase(failures_total[1h]) > 0`, or a rate above less than
one event in its window (`rate(failures_total[5m]) > 0.001`). With a `for` as long as the window it takes more than one
event, which is fine; so it is where a second condition must hold as well, and for alerts that call nobody. Counters of
seconds or bytes do not count events, and corrupted data is never over by itself.

**Why it wakes people up.** In any system of some size single failures happen every day, are retried, and are over. The
one that matters looks like all others.

**What to do.** Ask for as many events as need a person (`increase(failures_total[1h]) > 5`), for a share of all events
(an SLO), or for events that go on (`for` at least as long as the window). If each single event really needs a person,
suppress this with that as the reason.

**Sources.** Rob Ewaschuk, "My Philosophy on Alerting"; Site Reliability Workbook, chapter 5.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.duration import Duration
from sloctl.promql.metrics import unit
from sloctl.promql.shape import Comparison, comparisons
from sloctl.promql.tree import Aggregate, Call, Node, Selector, unwrap

_COUNTED = frozenset({"increase", "rate"})
_PASSING = frozenset({"sum", "max", "round", "ceil"})


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report each branch that one event makes true."""
    if _COUNTED.isdisjoint(alert.functions) or not context.reaches_human(alert):
        return
    for parts in alert.branches:
        if len(parts) == 1 and (found := _single(parts[0], alert.hold)):
            comparison, call, window = found
            message = f"one event in {window} fires this: `{call.function}` {_asked(comparison)}"
            advice = f"ask for more events, or for events that go on (`for: {window}` or more)"
            yield Hit(at=alert.expr.at(comparison.node), message=message, help=advice)


def _asked(comparison: Comparison) -> str:
    return f"{comparison.op} {comparison.threshold:g}"


def _single(part: Node, hold: Duration) -> tuple[Comparison, Call, Duration] | None:
    comparison = next(iter(comparisons(part)), None)
    if comparison is None or comparison.node is not part or comparison.threshold is None:
        return None
    call, factor = _counted(comparison.subject, 1.0)
    over = call and unwrap(call.args[0])
    if call is None or not isinstance(over, Selector) or not over.range_ms or hold.ms >= over.range_ms:
        return None
    if not over.metric or unit(over.metric) or over.metric.endswith("_sum") or "corrupt" in over.metric:
        return None
    events = factor if call.function == "increase" else factor * 1000 / over.range_ms
    return (comparison, call, Duration(over.range_ms)) if _is_passed(comparison, events) else None


def _is_passed(comparison: Comparison, value: float) -> bool:
    """Tell whether the value that one event gives passes the comparison, which no event would not."""
    threshold = comparison.threshold or 0.0
    if comparison.op == ">=":
        return 0 < threshold <= value
    return (comparison.op == ">" and 0 <= threshold < value) or (comparison.op == "!=" and threshold == 0)


def _counted(node: Node, factor: float) -> tuple[Call | None, float]:
    """Return the rate or increase inside sums and roundings."""
    bare = unwrap(node)
    if isinstance(bare, Aggregate) and bare.op in _PASSING:
        return _counted(bare.arg, factor)
    if isinstance(bare, Call) and bare.function in _PASSING:
        return _counted(bare.args[0], factor)
    return (bare, factor) if isinstance(bare, Call) and bare.function in _COUNTED else (None, factor)


CHECK = Check(
    code="N210",
    name="single-event",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: DeliveryFailed
              expr: sum(increase(failures_total[1h])) > 0
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one event in 1h fires this: `increase` > 0
        """),
        Bad("""
            - alert: DeliveryFailed
              expr: rate(failures_total[5m]) > 0.001
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one event in 5m fires this: `rate` > 0.001
        """),
        Bad("""
            - alert: DeliveryFailed
              expr: queue > 500 or round(increase(lost_total[10m])) >= 1
              #                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one event in 10m fires this: `increase` >= 1
              for: 1m
        """),
        Good("""
            - alert: DeliveryFailing
              expr: sum(increase(failures_total[5m])) > 0
              for: 15m
        """),
        Good("""
            - alert: ManyFailures
              expr: sum(increase(failures_total[1h])) > 5 or sum(rate(lost[5m])) > 0.01
        """),
        Good("""
            - alert: Throttled
              expr: sum(rate(throttled_seconds_total[5m])) > 0
        """),
        Good("""
            - alert: ShareFailed
              expr: rate(failed_total[5m]) / rate(all_total[5m]) > 0.1 and rate(all_total[5m]) > 0
        """),
    ),
)
