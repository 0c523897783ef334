"""An alert that does not say how urgent it is.

**What it finds.** Alerts without any label that tells urgency: `severity`, `priority`, `level`, `notify` and their
kin. A label of the group counts, and so does an external label or one that the expression sets by `label_replace`.

**Why it wakes people up.** Routing falls back to a default: either everything without a severity pages, or a page is
lost among the tickets.

**What to do.** Add `severity`: one word for "wake somebody" and one for "work on it tomorrow" are enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context, is_by_design
from sloctl.checks._rule import SEVERITY_LABELS, Rule
from sloctl.promql.labels import surviving_labels

_URGENCY = re.compile(r"sev|prio|level|urgen|notif|critical|page|escalat|channel|receiver|tier|class", re.IGNORECASE)


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report an alert without a label for its urgency."""
    if any(_URGENCY.search(label) and alert.labels[label].value.strip() for label in alert.labels):
        return
    if is_by_design(alert) or not context.external_labels.isdisjoint(SEVERITY_LABELS) or _is_set_by_query(alert):
        return
    message = f"`{alert.name.value}` has no `severity`"
    yield Hit(at=alert.name.at(), message=message, help="add a label that says whether it wakes somebody")


def _is_set_by_query(alert: Rule) -> bool:
    """Tell whether the expression names the label, so that its result has it."""
    if alert.root is None:
        return True
    names = [label for label in SEVERITY_LABELS if label in alert.expr.value]
    return any(surviving_labels(alert.root).may_have(label) for label in names)


CHECK = Check(
    code="A111",
    name="missing-severity",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: CheckoutFailing
            #        ^^^^^^^^^^^^^^^ `CheckoutFailing` has no `severity`
              expr: job:checkout_failures:ratio5m > 0.1
              labels: {owner: team-shop}
        """),
        Bad("""
            - alert: CheckoutFailing
            #        ^^^^^^^^^^^^^^^ `CheckoutFailing` has no `severity`
              expr: sum without (severity) (failures) > 5
        """),
        Good("""
            groups:
              - name: shop
                labels: {severity: page}
                rules:
                  - alert: CheckoutFailing
                    expr: job:checkout_failures:ratio5m > 0.1
        """),
        Good("""
            - alert: Watchdog
              expr: vector(1)
            - alert: QueueLong
              expr: label_replace(queue_length > 5, "severity", "$1", "queue", "(.*)-queue")
            - alert: QueueOld
              expr: max(queue_age_seconds) > 5
              labels: {urgency: low}
        """),
        Good(
            """
            - alert: QueueOld
              expr: max(queue_age_seconds) > 5
            """,
            options={"external_labels": frozenset({"severity"})},
        ),
    ),
)
