"""An alert below a page that links no runbook.

**What it finds.** Alerts that reach somebody without waking them, and that have no annotation for a runbook
(`runbook_url`, `playbook`, `documentation` and the like). Those that page are `page-without-runbook`. A spec must name
a runbook for every alert.

**Why it costs time.** A ticket that its reader cannot work on is put off until it pages.

**What to do.** Link the page that says what the alert means and what to do, as `runbook_url`.

**Sources.** Google SRE workbook, chapter 8 (On-Call).
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import ERROR, STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._texts import has_runbook


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report an alert that does not page and has no runbook."""
    if context.pages(alert) or has_runbook(alert) or not context.reaches_human(alert):
        return
    message = f"`{alert.name.value}` has no `runbook_url`"
    yield Hit(at=alert.name.at(), message=message, help="link the page that says what to do, as `runbook_url`")


CHECK = Check(
    code="A102",
    name="alert-without-runbook",
    severity=WARNING,
    native_severity=ERROR,
    profile=STRICT,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: CheckoutSlow
            #        ^^^^^^^^^^^^ `CheckoutSlow` has no `runbook_url`
              expr: job:checkout_seconds:p99 > 2
              labels: {severity: warning}
        """),
        Bad("""
            - alert: CheckoutSlow
            #        ^^^^^^^^^^^^ `CheckoutSlow` has no `runbook_url`
              expr: job:checkout_seconds:p99 > 2
        """),
        Good("""
            - alert: CheckoutSlow
              expr: job:checkout_seconds:p99 > 2
              labels: {severity: warning}
              annotations: {runbook_url: https://wiki.acme.net/checkout}
        """),
        Good("""
            - alert: CheckoutFailing
              expr: job:checkout_failures:ratio5m > 0.1
              labels: {severity: critical}
            - alert: Watchdog
              expr: vector(1)
        """),
    ),
)
