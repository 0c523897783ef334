"""An SLO whose page one failed event trips.

**What it finds.** SLOs with a declared `traffic` that is so low, or with a `min_bad_events` so small, that a single bad
event exceeds what a tier that pages tolerates in its long window. Only for specs: rule files do not say how much
traffic to expect.

**Why it wakes people up.** At 10 requests an hour and 99.9 %, one failure in an hour is a burn rate of 100. Nobody can
act on one failure.

**What to do.** Raise `min_bad_events` (5 is the default for events), count over longer windows (`tiers`), or loosen the
objective to what so few events can show.

**Sources.** Site Reliability Workbook, chapter 5, "Low-Traffic Services and Error Budget Alerting".
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.human import decimal_text
from sloctl.model import names
from sloctl.model.service import PAGE, Slo


def run(alert: Rule, context: Context) -> Iterator[Hit]:  # noqa: ARG001 - every check is called alike
    """Report a tier that a single failure trips."""
    slo = alert.source
    if not isinstance(slo, Slo) or not slo.traffic:
        return
    tier = next((each for each in slo.tiers if each.name == alert.label(names.TIER) and each.notify == PAGE), None)
    if tier is None:
        return
    floor, budget = slo.min_bad_events, slo.error_budget
    if tier.bad_events_needed(budget, min_bad_events=floor, traffic=slo.traffic) <= 1:
        tolerated = decimal_text(tier.threshold(budget) * slo.traffic * tier.long.seconds, 2)
        message = f"one failed event pages: the tier `{tier.name}` tolerates {tolerated} in {tier.long}"
        yield Hit(at=slo.origin.at("traffic"), message=message, help="raise `min_bad_events`, 5 for example")


_SPEC = """
            apiVersion: sloctl/v1
            kind: Service
            metadata: {{name: shop, owner: team-shop, description: Sells things}}
            slos:
              - name: orders
                description: Orders are accepted
                objective: 99.9
                sli:
                  events: {{bad: order_failures_total, total: orders_total}}
                traffic: {traffic}
                alerting:
                  page: {{action: Fail over, runbook: "https://runbooks.example.org/orders"}}
                  ticket: {{action: Look, runbook: "https://runbooks.example.org/orders"}}
                  min_bad_events: {floor}
"""
_DRAWN = """
            #            ^^^^ one failed event pages: the tier `fast` tolerates 0.14 in 1h
            #            ^^^^ one failed event pages: the tier `slow` tolerates 0.36 in 6h"""

CHECK = Check(
    code="N229",
    name="single-failure-pages",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad(_SPEC.format(traffic=f"10/h{_DRAWN}", floor=1)),
        Good(_SPEC.format(traffic="10/h", floor=5)),
        Good(_SPEC.format(traffic="1000/h", floor=1)),
        Good("""
            - alert: ErrorBudgetBurn
              expr: errors:ratio_rate1h > (14.4 * 0.001) and errors:ratio_rate5m > (14.4 * 0.001)
        """),
    ),
)
