"""An SLO so quiet that not even a full outage pages.

**What it finds.** SLOs with a declared `traffic` of which no tier that pages can ever fire: within each long window
fewer events arrive than `min_bad_events` asks for, so that not even a full outage has as many bad ones. Only for specs:
rule files do not say how much traffic to expect.

**Why it matters.** The SLO looks guarded and is not. At 10 events a day a floor of 5 needs half a day of outage, and no
tier that pages looks at more than 6 hours.

**What to do.** Lower `min_bad_events` to what an outage has within the window, count over longer windows (`tiers`), or
send artificial requests. Where a ticket is soon enough, write `page: off`.

**Sources.** Site Reliability Workbook, chapter 5, "Low-Traffic Services and Error Budget Alerting".
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.human import decimal_text
from sloctl.model import names
from sloctl.model.service import PAGE, Slo

_OUTAGE = Decimal(1)


def run(alert: Rule, context: Context) -> Iterator[Hit]:  # noqa: ARG001 - every check is called alike
    """Report an SLO of which no page can fire, at the alert of its last tier that pages."""
    slo = alert.source
    if not isinstance(slo, Slo) or not slo.traffic:
        return
    pages = [tier for tier in slo.tiers if tier.notify == PAGE]
    if not pages or alert.label(names.TIER) != pages[-1].name:
        return
    floor, traffic = slo.min_bad_events, slo.traffic
    times = (tier.detection_with_floor(slo.error_budget, _OUTAGE, min_bad_events=floor, traffic=traffic)
             for tier in pages)  # fmt: skip
    if all(seconds is None for seconds in times):
        longest = max(tier.long for tier in pages)
        events = decimal_text(traffic * longest.seconds, 2)
        message = f"not even a full outage pages: it has {events} bad events in {longest}, and a page waits for {floor}"
        yield Hit(at=slo.origin.at("traffic"), message=message, help=_advice(int(traffic * longest.seconds)))


def _advice(reachable: int) -> str:
    if not reachable:
        return "write `tiers` with longer windows, or `page: off` if a ticket is soon enough"
    return f"set `min_bad_events` to {reachable} or less, or write `tiers` with longer windows"


_SPEC = """
            apiVersion: sloctl/v1
            kind: Service
            metadata: {{name: shop, owner: team-shop, description: Sells things}}
            slos:
              - name: exports
                description: Exports are delivered
                objective: 99
                sli:
                  events: {{bad: export_failures_total, total: exports_total}}
                traffic: {traffic}
                alerting:
                  page: {page}
                  ticket: {{action: Look, runbook: "https://runbooks.example.org/exports"}}
                  min_bad_events: {floor}
"""
_PAGE = '{action: Fail over, runbook: "https://runbooks.example.org/exports"}'
_DRAWN = """
            #            ^^^^ not even a full outage pages: it has 2.5 bad events in 6h, and a page waits for 5"""

CHECK = Check(
    code="N233",
    name="floor-out-of-reach",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad(_SPEC.format(traffic=f"10/d{_DRAWN}", floor=5, page=_PAGE)),
        Good(_SPEC.format(traffic="10/d", floor=2, page=_PAGE)),
        Good(_SPEC.format(traffic="20/d", floor=5, page=_PAGE)),
        Good(_SPEC.format(traffic="10/d", floor=5, page="off")),
    ),
)
