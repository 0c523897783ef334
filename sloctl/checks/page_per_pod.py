"""A page for each pod.

**What it finds.** Alerts that page and whose result has the label `pod`: it is in the `by` of their aggregation, or
their metric (`kube_pod_…`) has it by nature and nothing is aggregated. A selector that pins one pod is left alone.

**Why it wakes people up.** Pods come and go; that is what they are for. One that fails is replaced, and if all fail
there is a page for each.

**What to do.** Page on what users see of the service, or on the share of its pods that fail
(`count by (service) (… == 0) / count by (service) (…) > 0.5`). Make the single pod a ticket.

**Options.** `labels`: the labels that name a pod; `pod`, `pod_name`, `container_id`.

**Sources.** Site Reliability Engineering, chapter 6, "Symptoms Versus Causes".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context, is_by_design
from sloctl.checks._identity import grouped_by
from sloctl.checks._rule import Rule
from sloctl.promql.functions import AGGREGATIONS
from sloctl.promql.tree import Selector, Spanned

CODE = "N209"
_LABELS = ("pod", "pod_name", "container_id")


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report a page whose series are pods."""
    if not context.pages(alert) or is_by_design(alert):
        return
    if culprit := _culprit(alert, context.option(CODE, "labels", _LABELS)):
        message = f"`{alert.name.value}` pages once for each pod"
        advice = "page on the service or on the share of its pods that fail; make one pod a ticket"
        yield Hit(at=alert.expr.at(culprit), message=message, help=advice)


def _culprit(alert: Rule, names: Sequence[str]) -> Spanned | None:
    """Return what makes the result one of pods: the label in a `by`, or the selector of a pod's metric."""
    if alert.functions.isdisjoint(AGGREGATIONS):
        return next((each for each in alert.selectors if _is_of_pods(each, names)), None)
    return grouped_by(alert, names)


def _is_of_pods(selector: Selector, names: Sequence[str]) -> bool:
    pinned = any(matcher.label in names and matcher.op == "=" for matcher in selector.matchers)
    return (selector.metric or "").startswith("kube_pod_") and not pinned


CHECK = Check(
    code=CODE,
    name="page-per-pod",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    options=(Option("labels", _LABELS, "the labels that name a pod"),),
    cases=(
        Bad("""
            - alert: PodErrors
              expr: sum by (namespace, pod) (rate(errors_total[10m])) > 5
              #                        ^^^ `PodErrors` pages once for each pod
              labels: {severity: critical}
        """),
        Bad("""
            - alert: PodWaits
              expr: kube_pod_container_status_waiting{namespace="shop"} > 0
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `PodWaits` pages once for each pod
              for: 15m
              labels: {severity: page}
        """),
        Good("""
            - alert: ServiceErrors
              expr: count by (service) (sum by (service, pod) (rate(errors_total[10m])) > 5) > 3
              labels: {severity: critical}
        """),
        Good("""
            - alert: PodErrors
              expr: sum by (namespace, pod) (rate(errors_total[10m])) > 5
              labels: {severity: warning}
        """),
        Good("""
            - alert: LeaderWaits
              expr: kube_pod_container_status_waiting{pod="leader-0"} > 0
              for: 15m
              labels: {severity: page}
        """),
    ),
)
