"""A recorded series whose name looks like a scraped one.

**What it finds.** Recording rules whose name has no colon. The convention is `level:metric:operations`.

**Why it matters.** The colon tells the reader that the series is computed by a rule, at which level of aggregation, and
how. Without it the search begins in the wrong place.

**What to do.** `job:http_requests:rate5m`. Queries that use the old name must follow.

**Sources.** Prometheus documentation, best practices, recording rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report a recorded name without a colon."""
    if not rule.is_alert and rule.name.value and ":" not in rule.name.value:
        message = f"`{rule.name.value}` is recorded, and its name does not say so"
        yield Hit(at=rule.name.at(), message=message, help="name it `level:metric:operations`")


CHECK = Check(
    code="H511",
    name="recording-name",
    severity=WARNING,
    profile=STRICT,
    scope=Scope.RULE,
    run=run,
    cases=(
        Bad("""
            - record: queue_length_max
            #         ^^^^^^^^^^^^^^^^ `queue_length_max` is recorded, and its name does not say so
              expr: max(queue_length)
        """),
        Good("""
            - record: job:queue_length:max
              expr: max by (job) (queue_length)
            - alert: QueueLong
              expr: max(queue_length) > 5
        """),
    ),
)
