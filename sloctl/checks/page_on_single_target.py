"""A page because one target cannot be scraped.

**What it finds.** Alerts that page on `up == 0` (or `< 1`, `!= 1`, also through `…_over_time`) without an aggregation:
one instance, pod or exporter that is gone.

**Why it wakes people up.** Restarts, rollouts and lost nodes are daily bread where there is more than one instance.
`up` also says only that the scrape failed, not that anybody was not served.

**What to do.** Page on the share of a job that is down (`avg by (job) (up) < 0.5`), on the symptom, or on
`absent(up{job="…"} == 1)` when all are gone; make the single target a ticket.

**Sources.** Rob Ewaschuk, "My Philosophy on Alerting".
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.shape import Comparison, comparisons
from sloctl.promql.tree import Aggregate, Call, Node, Selector, unwrap

_DOWN = {("==", 0.0), ("<", 1.0), ("!=", 1.0), ("<=", 0.0), ("<", 0.5)}


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report a page on the `up` of single targets."""
    if "up" not in alert.expr.value or not context.pages(alert):
        return
    if any(isinstance(node, Aggregate) for node in alert.nodes):
        return
    for parts in alert.branches:
        found = next((each for part in parts for each in comparisons(part) if _is_target_down(each)), None)
        if found:
            message = f"`{alert.name.value}` pages when a single target of the job cannot be scraped"
            advice = "page on the share that is down, `avg by (job) (up) < 0.5`, or on what users feel"
            yield Hit(at=alert.expr.at(found.node), message=message, help=advice)
            return


def _is_target_down(comparison: Comparison) -> bool:
    measured = _measured(comparison.subject)
    is_up = isinstance(measured, Selector) and measured.metric == "up"
    return is_up and (comparison.op, comparison.threshold) in _DOWN


def _measured(node: Node) -> Node:
    """Return what is measured, without brackets and without smoothing over time."""
    bare = unwrap(node)
    if isinstance(bare, Call) and bare.function in ("avg_over_time", "max_over_time", "min_over_time", "sum_over_time"):
        return _measured(bare.args[-1])
    return bare


CHECK = Check(
    code="A118",
    name="page-on-single-target",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: ShopDown
              expr: up{job="shop"} == 0
              #     ^^^^^^^^^^^^^^^^^^^ `ShopDown` pages when a single target of the job cannot be scraped
              labels: {severity: critical}
        """),
        Bad("""
            - alert: ShopDown
              expr: >
                max_over_time(up{job="shop"}[5m]) < 1
            #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `ShopDown` pages when a single target of the job cannot be scraped
              labels: {severity: page}
        """),
        Good("""
            - alert: ShopDown
              expr: avg by (job) (up{job="shop"}) < 0.5
              labels: {severity: critical}
            - alert: ShopGone
              expr: absent(up{job="shop"} == 1)
              labels: {severity: critical}
            - alert: ShopInstanceDown
              expr: up{job="shop"} == 0
              labels: {severity: warning}
            - alert: UploadsStopped
              expr: (up{job="shop"} - 1) + on (job) job:uploads:rate5m == 0
              labels: {severity: critical}
        """),
    ),
)
