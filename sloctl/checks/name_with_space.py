"""An alert name with a space in it.

**What it finds.** Alert names with white space: `Queue too long`.

**Why it matters.** Such a name must be quoted in every query, silence, route and shell line, and somebody forgets.

**What to do.** Write the name in one word, `QueueTooLong`, and the sentence in `summary`.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule


def run(alert: Rule, _context: Context) -> Iterator[Hit]:
    """Report a name of several words."""
    words = alert.name.value.split()
    if len(words) > 1 or alert.name.value.strip() != alert.name.value:
        better = "".join(word[0].upper() + word[1:] for word in words)
        message = f"the name `{alert.name.value}` has a space in it"
        yield Hit(at=alert.name.at(), message=message, help=f"write `{better}`, and the sentence as `summary`")


CHECK = Check(
    code="H502",
    name="name-with-space",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: Queue too long
            #        ^^^^^^^^^^^^^^ the name `Queue too long` has a space in it
              expr: max(queue_length) > 5
        """),
        Good("""
            - alert: QueueTooLong
              expr: max(queue_length) > 5
              annotations: {summary: Queue too long}
        """),
    ),
)
