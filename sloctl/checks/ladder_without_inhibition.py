"""A ticket and a page for the same measure that fire together.

**What it finds.** Two alerts in one folder on the same measure with different names and severities, where the milder
has no upper limit: it goes on firing beside the page. With the same name one inhibition rule in Alertmanager
(`equal: [alertname, …]`) holds for all ladders; with different names it takes one for each.

**Why it wakes people up.** In the incident everybody gets both.

**What to do.** Give both alerts one name and different severities, and inhibit by `alertname`; or cap the milder one
(`> 100 < 500`). If Alertmanager has a rule for this pair, suppress this with that as the reason.

**Sources.** Alertmanager documentation, inhibition; the alerts of kube-prometheus share names for this.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from sloctl.checks._brief import Brief
from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._neighbours import alike
from sloctl.core.finding import Note


def run(briefs: Sequence[Brief], context: Context) -> Iterator[Hit]:  # noqa: ARG001 - every check is called alike
    """Report each milder step of a ladder."""
    for same in alike(briefs, _measure):
        tickets = [brief for brief in same if brief.notify == "ticket"]
        pages = [brief for brief in same if brief.notify == "page"]
        for ticket, page in product(tickets, pages):
            if ticket.name != page.name:
                message = f"`{ticket.name}` goes on firing beside the page `{page.name}`"
                note = Note(f"`{page.name}` is here", page.at_name)
                advice = "give both one name, so that Alertmanager can inhibit by `alertname`"
                yield Hit(about=ticket, at=ticket.at_name, message=message, help=advice, notes=(note,))


def _measure(brief: Brief) -> tuple[str, str] | None:
    if brief.bound is None or brief.bound[1] in ("==", "!="):
        return None
    return brief.bound[0], brief.bound[1][0]


CHECK = Check(
    code="N222",
    name="ladder-without-inhibition",
    severity=WARNING,
    scope=Scope.PROJECT,
    run=run,
    profile=STRICT,
    cases=(
        Bad("""
            - alert: QueueLong
            #        ^^^^^^^^^ `QueueLong` goes on firing beside the page `QueueVeryLong`
              expr: max(queue_length) > 100
              for: 10m
              labels: {severity: warning}
            - alert: QueueVeryLong
              expr: 500 < max(queue_length)
              for: 10m
              labels: {severity: critical}
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              labels: {severity: warning}
            - alert: QueueLong
              expr: max(queue_length) > 500
              labels: {severity: critical}
        """),
        Good("""
            - alert: ClusterYellow
              expr: max(cluster_health) == 1
              labels: {severity: warning}
            - alert: ClusterRed
              expr: max(cluster_health) == 2
              labels: {severity: critical}
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100 < 500
              labels: {severity: warning}
            - alert: QueueVeryLong
              expr: max(queue_length) > 500
              labels: {severity: critical}
        """),
    ),
)
