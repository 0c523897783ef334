"""A page because something restarted.

**What it finds.** Alerts that page on a number of restarts: of containers
(`kube_pod_container_status_restarts_total`), or of processes (`changes(process_start_time_seconds[1h])`). A page on
the share of instances that restart is left alone.

**Why it wakes people up.** Restarting is the cure that the platform applies by itself, and mostly it works. Deploys
and node upgrades restart everything, too.

**What to do.** Page on what users see while things restart. Make the restarts a ticket.

**Sources.** Rob Ewaschuk, "My Philosophy on Alerting": symptoms, not causes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.shape import comparisons
from sloctl.promql.tree import Binary, Node, Selector, walk

_RESTARTS = re.compile(r"(^|_)restarts?(_|$)")
_START = re.compile(r"start_time(_seconds)?$")


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report each page on restarts."""
    if not context.pages(alert):
        return
    for parts in alert.branches:
        if selector := next((found for part in parts if (found := _restarts(alert, part))), None):
            message = f"`{alert.name.value}` pages on restarts"
            advice = "restarts mostly cure themselves: page on what users see, and make them a ticket"
            yield Hit(at=alert.expr.at(selector), message=message, help=advice)


def _restarts(alert: Rule, part: Node) -> Selector | None:
    """Return the selector of restarts, if their number is what a comparison is about."""
    compared = comparisons(part)[:1]
    if not compared or any(isinstance(node, Binary) and node.op == "/" for node in walk(compared[0].subject)):
        return None
    selectors = (node for node in walk(compared[0].subject) if isinstance(node, Selector))
    return next((each for each in selectors if _counts_restarts(each, alert.functions)), None)


def _counts_restarts(selector: Selector, functions: frozenset[str]) -> bool:
    metric = selector.metric or ""
    return bool(_RESTARTS.search(metric) or ("changes" in functions and _START.search(metric)))


CHECK = Check(
    code="N228",
    name="restart-count-page",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: CrashLoop
              expr: increase(kube_pod_container_status_restarts_total[1h]) > 5
              #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `CrashLoop` pages on restarts
              labels: {severity: critical}
        """),
        Bad("""
            - alert: ApiRestarts
              expr: max by (job) (changes(process_start_time_seconds{job="api"}[1h])) > 5
              #                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `ApiRestarts` pages on restarts
              labels: {severity: critical}
        """),
        Good("""
            - alert: CrashLoop
              expr: increase(kube_pod_container_status_restarts_total[1h]) > 5
              labels: {severity: warning}
        """),
        Good("""
            - alert: MostCrashLoop
              expr: count(changes(process_start_time_seconds[10m]) > 4) / count(up) > 0.5
              labels: {severity: critical}
        """),
        Good("""
            - alert: JustStarted
              expr: time() - process_start_time_seconds < 60
              labels: {severity: critical}
        """),
    ),
)
