"""An alert that only fires when another one fires already.

**What it finds.** Two alerts in one folder on the same measure that call the same people, where one has the wider
threshold and no longer `for`: whenever the stricter one fires, the other has fired before.

**Why it wakes people up.** The second alert says nothing new. It is one more notification, one more thing to silence
and one more runbook to keep.

**What to do.** Keep one. If the stricter one matters more, let it call somebody else: make it a page, the other a
ticket.

**Sources.** Site Reliability Engineering, chapter 6: every page should be about something new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from sloctl.checks._brief import Brief
from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._neighbours import alike
from sloctl.core.finding import Note


def run(briefs: Sequence[Brief], context: Context) -> Iterator[Hit]:  # noqa: ARG001 - every check is called alike
    """Report each alert that another one always precedes."""
    for same in alike(briefs, _measure):
        for strict, wide in permutations(same, 2):
            if strict.hold_ms >= wide.hold_ms and _implies(strict, wide):
                message = f"`{strict.name}` fires only after `{wide.name}`, which calls the same people"
                note = Note(f"`{wide.name}` is here", wide.at_name)
                advice = "keep one of them, or let them call different people"
                yield Hit(about=strict, at=strict.at_name, message=message, help=advice, notes=(note,))


def _measure(brief: Brief) -> tuple[str, str, str] | None:
    if brief.bound is None or brief.bound[1] in ("==", "!=") or brief.notify == "nobody":
        return None
    return brief.bound[0], brief.bound[1][0], brief.notify


def _implies(strict: Brief, wide: Brief) -> bool:
    if strict.bound is None or wide.bound is None:
        return False
    limit, other = strict.bound[2], wide.bound[2]
    return limit > other if strict.bound[1].startswith(">") else limit < other


CHECK = Check(
    code="N221",
    name="overlapping-alerts",
    severity=WARNING,
    scope=Scope.PROJECT,
    run=run,
    profile=STRICT,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 10m
              labels: {severity: warning}
            - alert: QueueVeryLong
            #        ^^^^^^^^^^^^^ `QueueVeryLong` fires only after `QueueLong`, which calls the same people
              expr: max(queue_length) >= 500
              for: 10m
              labels: {severity: warning}
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 10m
              labels: {severity: warning}
            - alert: QueueVeryLong
              expr: max(queue_length) > 500
              for: 10m
              labels: {severity: critical}
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 1h
            - alert: QueueVeryLong
              expr: max(queue_length) > 500
              for: 5m
            - alert: QueueEmpty
              expr: max(queue_length) < 1
              for: 1h
        """),
    ),
)
