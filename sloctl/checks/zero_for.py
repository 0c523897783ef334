"""A `for` of zero.

**What it finds.** `for: 0s` and `keep_firing_for: 0s` in rule files, which mean the same as leaving them out.

**Why it matters.** It looks like a decision and is a left-over.

**What to do.** Remove the line (`--fix` does it), or give the alert time: `for: 5m`.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._edits import removing_line
from sloctl.checks._rule import Rule
from sloctl.core.finding import Fix


def run(alert: Rule, _context: Context) -> Iterator[Hit]:
    """Report times of zero. In a spec they override a default, so they are not left-overs there."""
    if alert.service:
        return
    for key, text in alert.times.items():
        time = alert.time(key)
        if text.value == "0" or (time is not None and time.ms == 0):
            edit = removing_line(alert, text)
            fix = Fix(title=f"remove `{key}`", edits=(edit,)) if edit else None
            yield Hit(at=text.at(), message=f"`{key}: {text.value}` is the same as none", help="remove it", fix=fix)


CHECK = Check(
    code="H506",
    name="zero-for",
    severity=WARNING,
    profile=STRICT,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: max(queue_length) > 5
              for: 0m
              #    ^^ `for: 0m` is the same as none
              keep_firing_for: 0
              #                ^ `keep_firing_for: 0` is the same as none
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 5
              for: 5m
            - alert: QueueOld
              expr: max(queue_age_seconds) > 5
        """),
    ),
)
