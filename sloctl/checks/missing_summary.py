"""An alert that does not say in a line what is wrong.

**What it finds.** Alerts that reach somebody and have none of the annotations that notifications show first:
`summary`, `message`, `title`, `headline`.

**Why it wakes people up.** A telephone shows one line. Without it, the reader has the alert's name and a dozen labels
to decide whether to get up.

**What to do.** Add a `summary` that says what is broken for whom: "Customers in {{ $labels.region }} cannot pay".
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._texts import SUMMARY_KEYS


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report an alert without a line that says what is wrong."""
    if alert.annotation(*SUMMARY_KEYS) is None and context.reaches_human(alert):
        advice = "say in one line what is broken for whom"
        yield Hit(at=alert.name.at(), message=f"`{alert.name.value}` has no `summary`", help=advice)


CHECK = Check(
    code="A106",
    name="missing-summary",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: CheckoutFailing
            #        ^^^^^^^^^^^^^^^ `CheckoutFailing` has no `summary`
              expr: job:checkout_failures:ratio5m > 0.1
              annotations: {description: "In the last five minutes, {{ $value | humanizePercentage }} failed."}
        """),
        Bad("""
            - alert: CheckoutFailing
            #        ^^^^^^^^^^^^^^^ `CheckoutFailing` has no `summary`
              expr: job:checkout_failures:ratio5m > 0.1
              annotations: {summary: " "}
        """),
        Good("""
            - alert: CheckoutFailing
              expr: job:checkout_failures:ratio5m > 0.1
              annotations: {summary: Customers cannot pay}
            - alert: CheckoutSlow
              expr: job:checkout_seconds:p99 > 2
              annotations: {message: Paying takes more than two seconds}
        """),
        Good("""
            - alert: Watchdog
              expr: vector(1)
        """),
    ),
)
