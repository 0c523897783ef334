"""A description that says the same as the summary.

**What it finds.** Alerts whose `description` is their `summary` once more, but for case, white space and marks.

**Why it costs time.** Half of the notification is noise, and the place for "how bad, for whom" is taken.

**What to do.** Say the measured against the allowed in the description, or leave it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report a description without news."""
    summary, description = alert.annotation("summary", "title"), alert.annotation("description", "details")
    if summary is None or description is None or len(description.value) > 2 * len(summary.value):
        return
    if _fold(summary.value) == _fold(description.value) and context.reaches_human(alert):
        message = f"the description of `{alert.name.value}` only repeats its summary"
        yield Hit(at=description.at(), message=message, help="say the measured against the allowed")


def _fold(text: str) -> str:
    return re.sub(r"[\s.,:;!'\"]+", "", text).lower()


CHECK = Check(
    code="A109",
    name="description-equals-summary",
    severity=WARNING,
    profile=STRICT,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: QueueTooLong
              expr: max(queue_length) > 5
              annotations:
                summary: Messages wait
                description: messages wait.
                #            ^^^^^^^^^^^^^^ the description of `QueueTooLong` only repeats its summary
        """),
        Good("""
            - alert: QueueTooLong
              expr: max(queue_length) > 5
              annotations:
                summary: Messages wait
                description: "{{ $value }} messages wait; 5 are normal"
        """),
    ),
)
