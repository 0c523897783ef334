"""A recorded series that a change removes although rules still read it.

**What it finds.** With `--changed-since REF`: recorded series that some rule wrote at that revision, that no rule
writes now, and that rules still read. All files are looked at, not only the changed ones.

**Why it wakes people up.** It does not: the alert that reads the series goes silent on the day of the merge, and nobody
is told.

**What to do.** Keep the recording rule, or change its readers in the same merge.

**Sources.** Prometheus documentation, recording rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.checks._brief import Brief
from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context


def run(briefs: Sequence[Brief], context: Context) -> Iterator[Hit]:
    """Report reads of series that were recorded and are no more."""
    removed = (context.recorded_before or frozenset()) - {brief.name for brief in briefs if not brief.is_alert}
    for brief in briefs:
        for name, at in brief.recorded_at.items():
            if name in removed:
                message = f"this reads `{name}`, which the change stops recording"
                yield Hit(at=at, message=message, help="keep the recording rule, or change what reads it")


CHECK = Check(
    code="C325",
    name="removed-dependency",
    severity=ERROR,
    scope=Scope.PROJECT,
    run=run,
    needs="recorded_before",
    cases=(
        Bad(
            """
            - alert: ManyErrors
              expr: job:errors:rate5m > 5
              #     ^^^^^^^^^^^^^^^^^ this reads `job:errors:rate5m`, which the change stops recording
            """,
            options={"recorded_before": frozenset({"job:errors:rate5m"})},
        ),
        Good(
            """
            - record: job:errors:rate5m
              expr: sum by (job) (rate(errors_total[5m]))
            - alert: ManyErrors
              expr: job:errors:rate5m > 5 and job:others:rate5m > 5
            """,
            options={"recorded_before": frozenset({"job:errors:rate5m", "job:unread:rate5m"})},
        ),
    ),
)
