"""A service, or an owner, with more pages than anybody can know.

**What it finds.** More alerts that page than `lint.max_pages_per_service` (10). They are counted per service (the label
`slo_service` or `service`); those without one, per owner (`lint.owner_label`). The tiers of one SLO count once, and so
do alerts of one name.

**Why it wakes people up.** Every page must be known by heart at three in the morning. What is not known is acknowledged
and slept over; and one outage sets off half of them.

**What to do.** Keep the few that say that users suffer, make the others tickets.

**Sources.** Google SRE book, chapter 6 ("Monitoring distributed systems"), chapter 11 (at most two incidents a shift).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.checks._brief import Brief
from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context

_SERVICE_LABELS = ("slo_service", "service")


def run(briefs: Sequence[Brief], context: Context) -> Iterator[Hit]:
    """Report each service or owner with too many pages, at the first page beyond the limit."""
    pages: dict[str, dict[tuple[str, str], Brief]] = {}
    for brief in briefs:
        if brief.is_alert and brief.notify == "page" and (whose := _whose(brief, context)):
            pages.setdefault(whose, {}).setdefault((brief.name, brief.labels.get("slo", "")), brief)
    most = context.max_pages_per_service
    for whose, alerts in pages.items():
        if len(alerts) > most:
            first = list(alerts.values())[most]
            message = f"{whose} has {len(alerts)} alerts that page; {most} are allowed"
            yield Hit(at=first.at_name, message=message, help="keep those that say that users suffer as pages")


def _whose(brief: Brief, context: Context) -> str:
    for label in (*_SERVICE_LABELS, context.owner_label):
        value = brief.labels.get(label, "").strip()
        if value and "{{" not in value:
            return f"the {'owner' if label == context.owner_label else 'service'} `{value}`"
    return ""


CHECK = Check(
    code="A122",
    name="too-many-pages",
    severity=ERROR,
    scope=Scope.PROJECT,
    run=run,
    cases=(
        Bad(
            """
            - alert: CheckoutFailing
              expr: job:checkout_failures:ratio5m > 0.1
              labels: {severity: critical, service: shop}
            - alert: CheckoutSlow
            #        ^^^^^^^^^^^^ the service `shop` has 2 alerts that page; 1 are allowed
              expr: job:checkout_seconds:p99 > 2
              labels: {severity: critical, service: shop}
            """,
            options={"max_pages_per_service": 1},
        ),
        Bad(
            """
            groups:
              - name: queues
                labels: {owner: team-mail, severity: page}
                rules:
                  - alert: QueueLong
                    expr: max(queue_length) > 5
                  - alert: QueueOld
                    expr: max(queue_age_seconds) > 5
                  - alert: QueueGone
                  #        ^^^^^^^^^ the owner `team-mail` has 3 alerts that page; 2 are allowed
                    expr: absent(queue_length{job="mail"})
            """,
            options={"max_pages_per_service": 2},
        ),
        Good(
            """
            - alert: ErrorBudgetBurn
              expr: job:burn:1h > 14 and job:burn:5m > 14
              labels: {severity: critical, service: shop, tier: fast}
            - alert: ErrorBudgetBurn
              expr: job:burn:6h > 6 and job:burn:30m > 6
              labels: {severity: critical, service: shop, tier: slow}
            - alert: CheckoutSlow
              expr: job:checkout_seconds:p99 > 2
              labels: {severity: warning, service: shop}
            - alert: QueueLong
              expr: max(queue_length) > 5
              labels: {severity: critical, service: mail}
            - alert: NobodysQueueLong
              expr: max(queue_length) > 5
              labels: {severity: critical}
            """,
            options={"max_pages_per_service": 1},
        ),
    ),
)
