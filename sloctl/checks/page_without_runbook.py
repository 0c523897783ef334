"""An alert that pages and links no runbook.

**What it finds.** Alerts whose severity pages somebody and that have no annotation for a runbook (`runbook_url`,
`playbook`, `documentation` and the like), nor a link to one in another text.

**Why it wakes people up.** Whoever is called at three in the morning has to work out alone what the alert means, who
is hurt and what may be done. The night is not the time to find that out for the first time.

**What to do.** Write one page with meaning, impact, diagnosis and mitigation, and link it as `runbook_url`. If there
is nothing to write on it, the alert should not page.

**Sources.** Google SRE workbook, chapter 8 (On-Call); Prometheus documentation, alerting.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context, is_by_design
from sloctl.checks._rule import Rule
from sloctl.checks._texts import has_runbook


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report a page without a runbook."""
    if context.pages(alert) and not has_runbook(alert) and not is_by_design(alert):
        message = f"`{alert.name.value}` pages and has no `runbook_url`"
        yield Hit(at=alert.name.at(), message=message, help="link the page that says what to do, as `runbook_url`")


CHECK = Check(
    code="A101",
    name="page-without-runbook",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: CheckoutFailing
            #        ^^^^^^^^^^^^^^^ `CheckoutFailing` pages and has no `runbook_url`
              expr: job:checkout_failures:ratio5m > 0.1
              labels: {severity: critical}
              annotations: {summary: Customers cannot pay}
        """),
        Bad("""
            - alert: CheckoutFailing
            #        ^^^^^^^^^^^^^^^ `CheckoutFailing` pages and has no `runbook_url`
              expr: job:checkout_failures:ratio5m > 0.1
              labels: {severity: page}
              annotations: {runbook_url: "  "}
        """),
        Good("""
            - alert: CheckoutFailing
              expr: job:checkout_failures:ratio5m > 0.1
              labels: {severity: critical}
              annotations: {playbook: https://wiki.acme.net/checkout}
        """),
        Good("""
            - alert: CheckoutFailing
              expr: job:checkout_failures:ratio5m > 0.1
              labels: {severity: critical}
              annotations: {description: "Customers cannot pay. Runbook: https://wiki.acme.net/checkout"}
        """),
        Good("""
            - alert: CheckoutSlow
              expr: job:checkout_seconds:p99 > 2
              labels: {severity: warning}
            - alert: Watchdog
              expr: vector(1)
              labels: {severity: critical}
        """),
    ),
)
