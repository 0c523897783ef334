"""An `absent(…)` without `for`.

**What it finds.** Alerts with no `for` that fire because `absent(…)` returns something. A guard (`x > 5 and on ()
absent(maintenance)`) is none, and `absent_over_time(x[10m])` waits by itself when its window is five minutes or more.

**Why it wakes people up.** Series are absent whenever Prometheus starts, a target is redeployed or one scrape fails.
Without `for` each of these is a call.

**What to do.** Give it `for: 10m`, or ask for `absent_over_time(x[10m])`.

**Sources.** Prometheus documentation, alerting rules and `absent()`.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._absence import absent_calls
from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.duration import Duration
from sloctl.promql.usage import longest_window_ms

_LEAST = Duration.of(minutes=5)


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report each `absent(…)` that fires at once."""
    if alert.hold.ms or not context.reaches_human(alert):
        return
    for call in absent_calls(alert):
        if longest_window_ms(call) < _LEAST.ms:
            message = f"`{call.function}` without `for` fires at every restart of its target"
            yield Hit(at=alert.expr.at(call.name_at), message=message, help="add `for: 10m`")


CHECK = Check(
    code="N214",
    name="absent-without-for",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: ApiGone
              expr: absent(up{job="api"})
              #     ^^^^^^ `absent` without `for` fires at every restart of its target
        """),
        Bad("""
            - alert: ApiDown
              expr: up{job="api"} == 0 or absent(up{job="api"}) == 1
              #                           ^^^^^^ `absent` without `for` fires at every restart of its target
        """),
        Bad("""
            - alert: ApiGone
              expr: absent_over_time(up{job="api"}[1m])
              #     ^^^^^^^^^^^^^^^^ `absent_over_time` without `for` fires at every restart of its target
        """),
        Good("""
            - alert: ApiGone
              expr: absent(up{job="api"})
              for: 10m
        """),
        Good("""
            - alert: ApiGone
              expr: absent_over_time(up{job="api"}[15m])
        """),
        Good("""
            - alert: ManyErrors
              expr: sum(rate(errors_total[10m])) > 5 and on () absent(maintenance)
        """),
    ),
)
