"""A page for each series of a metric.

**What it finds.** Alerts that page and whose query aggregates nothing: each series over the threshold is a page of its
own. Recorded series are aggregated already, alerts on missing data have one series by nature, and a selector that pins
an `instance` or `pod` has one as well. Alerts on pods are N209.

**Why it wakes people up.** When a shared dependency fails, all of two hundred series cross the line at once.

**What to do.** Aggregate to what a team owns (`sum by (service) (…)`), and page on the share that is affected.

**Sources.** Rob Ewaschuk, "My Philosophy on Alerting": page on the symptom of the service, not on each part of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._absence import is_absence
from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context, is_by_design
from sloctl.checks._rule import Rule
from sloctl.promql.functions import AGGREGATIONS
from sloctl.promql.tree import Selector

_PINNING = frozenset({"instance", "pod", "target"})


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report a page without aggregation."""
    if not alert.functions.isdisjoint(AGGREGATIONS) or not context.pages(alert):
        return
    if is_by_design(alert) or is_absence(alert) or not any(map(_has_many_series, alert.selectors)):
        return
    message = f"`{alert.name.value}` pages once for each series: its query aggregates nothing"
    yield Hit(at=alert.name.at(), message=message, help="aggregate to what a team owns: `sum by (service) (…)`")


def _has_many_series(selector: Selector) -> bool:
    metric = selector.metric or ""
    if ":" in metric or metric.startswith("kube_pod_"):
        return False
    return not any(matcher.op == "=" and matcher.label in _PINNING for matcher in selector.matchers)


CHECK = Check(
    code="N208",
    name="page-per-series",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    profile=STRICT,
    cases=(
        Bad("""
            - alert: QueueLong
            #        ^^^^^^^^^ `QueueLong` pages once for each series: its query aggregates nothing
              expr: queue_length > 100
              for: 10m
              labels: {severity: critical}
        """),
        Good("""
            - alert: QueueLong
              expr: max by (service) (queue_length) > 100
              for: 10m
              labels: {severity: critical}
        """),
        Good("""
            - alert: QueueLong
              expr: queue_length > 100
              for: 10m
              labels: {severity: warning}
        """),
        Good("""
            - alert: ApiGone
              expr: absent(up{job="api"})
              for: 10m
              labels: {severity: critical}
        """),
        Good("""
            - alert: GatewayBusy
              expr: job:requests:rate5m > 100 or connections{instance="gateway:9100"} > 100
              for: 10m
              labels: {severity: critical}
        """),
    ),
)
