"""A selector that takes in every series of a name.

**What it finds.** Selectors in alerts with a metric name and no matcher (`http_requests_total`). Recorded series and
`ALERTS` are left alone: who records a series has chosen it.

**Why it wakes people up.** The day another team exports a metric of that name, the alert is about their service too,
and you are called for it.

**What to do.** Say whose series are meant: `http_requests_total{job="api"}`.

**Sources.** Prometheus documentation, querying basics.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.tree import Selector


def run(alert: Rule, _context: Context) -> Iterator[Hit]:
    """Report each metric that an alert reads without a matcher, at its first place."""
    seen: set[str] = set()
    for selector in alert.selectors:
        metric = selector.metric
        if metric and metric not in seen and _is_unscoped(selector, metric):
            seen.add(metric)
            message = f"`{metric}` without a matcher takes in the series of everybody"
            yield Hit(at=alert.expr.at(selector), message=message, help=f'say whose are meant: `{metric}{{job="…"}}`')


def _is_unscoped(selector: Selector, metric: str) -> bool:
    is_shared = ":" not in metric and not metric.startswith("ALERTS")
    return is_shared and all(matcher.label == "__name__" for matcher in selector.matchers)


CHECK = Check(
    code="P403",
    name="unscoped-selector",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    profile=STRICT,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: queue_length > 5 and rate(jobs_total{}[5m]) == 0
              #     ^^^^^^^^^^^^ `queue_length` without a matcher takes in the series of everybody
              #                               ^^^^^^^^^^^^^^^^ `jobs_total` without a matcher takes in the series of everybody
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - alert: QueueLong
              expr: queue_length{job="mail"} > 5 and on () job:queue_length:sum > 5 and on () ALERTS
            - record: queue:length
              expr: sum(queue_length)
        """),
    ),
)
