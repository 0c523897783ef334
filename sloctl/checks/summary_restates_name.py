"""A summary that only repeats the alert's name.

**What it finds.** Summaries whose letters are those of the name: `summary: Queue too long` on `QueueTooLong`. A summary
with a template action says at least where, and is left alone; so is a whole sentence ("The queue is too long").

**Why it wakes people up.** The one line that the telephone shows says nothing new.

**What to do.** Say what is broken for whom: "Messages wait for more than five minutes".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._texts import SUMMARY_KEYS


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report a summary without news."""
    summary = alert.annotation(*SUMMARY_KEYS)
    if summary is None or len(summary.value) > 2 * len(alert.name.value) or "{{" in summary.value:
        return
    if _letters(summary.value) == _letters(alert.name.value) and context.reaches_human(alert):
        message = f"the summary of `{alert.name.value}` only repeats its name"
        yield Hit(at=summary.at(), message=message, help="say what is broken for whom")


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


CHECK = Check(
    code="A108",
    name="summary-restates-name",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: QueueTooLong
              expr: max(queue_length) > 5
              annotations: {summary: Queue too long.}
            #                        ^^^^^^^^^^^^^^^ the summary of `QueueTooLong` only repeats its name
        """),
        Bad("""
            - alert: HTTPErrorsHigh
              expr: job:errors:ratio5m > 0.1
              annotations:
                summary: HTTPErrorsHigh
                #        ^^^^^^^^^^^^^^ the summary of `HTTPErrorsHigh` only repeats its name
        """),
        Good("""
            - alert: QueueTooLong
              expr: max(queue_length) > 5
              annotations: {summary: Messages wait for more than five minutes}
            - alert: QueueTooSlow
              expr: max(queue_seconds) > 5
              annotations: {summary: The queue is too slow}
            - alert: QueueTooOld
              expr: max(queue_age_seconds) > 5
              annotations: {summary: "Queue too old: {{ $labels.queue }}"}
        """),
    ),
)
