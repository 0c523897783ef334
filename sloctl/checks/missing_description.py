"""An alert that does not say how bad it is.

**What it finds.** Alerts that reach somebody and have neither a `description` nor `details` or a `message`.

**Why it costs time.** The summary says what is wrong. How far from normal it is, and what it does to whom, must be
looked up without a description.

**What to do.** Add a `description` with the measured against the allowed: "{{ $value | humanizePercentage }} of the
payments failed; 1 % is tolerated".
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._texts import DESCRIPTION_KEYS


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report an alert without a description."""
    if alert.annotation(*DESCRIPTION_KEYS) is None and context.reaches_human(alert):
        advice = "say the measured against the allowed, and what it does to whom"
        yield Hit(at=alert.name.at(), message=f"`{alert.name.value}` has no `description`", help=advice)


CHECK = Check(
    code="A107",
    name="missing-description",
    severity=WARNING,
    profile=STRICT,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: CheckoutFailing
            #        ^^^^^^^^^^^^^^^ `CheckoutFailing` has no `description`
              expr: job:checkout_failures:ratio5m > 0.1
              annotations: {summary: Customers cannot pay}
        """),
        Good("""
            - alert: CheckoutFailing
              expr: job:checkout_failures:ratio5m > 0.1
              annotations: {description: "{{ $value | humanizePercentage }} of the payments failed"}
            - alert: CheckoutSlow
              expr: job:checkout_seconds:p99 > 2
              annotations: {message: "Paying takes {{ $value }} s"}
        """),
    ),
)
