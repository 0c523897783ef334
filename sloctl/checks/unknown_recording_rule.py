"""A recorded series that nothing records.

**What it finds.** Metrics named like recorded series (`job:errors:rate5m`) that no recording rule of the linted files
writes. It is silent when the files hold no recording rule at all, because those rules then live elsewhere, and about
series inside `rate` or `increase`: a few exporters use colons in the names of their counters. What a change stops
recording is C325.

**Why it wakes people up.** It does not: the query is empty, and the alert cannot fire. This is how an alert dies when a
recording rule is renamed.

**What to do.** Correct the name, or lint the file with the recording rule too.

**Sources.** Prometheus documentation, recording rules, naming.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.checks._brief import Brief
from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.core.human import nearest


def run(briefs: Sequence[Brief], context: Context) -> Iterator[Hit]:
    """Report reads of recorded series that the files do not record."""
    recorded = {brief.name for brief in briefs if not brief.is_alert and ":" in brief.name}
    for brief in briefs:
        for name, at in brief.recorded_at.items():
            if recorded and name not in recorded and name not in (context.recorded_before or ()):
                near = nearest(name, recorded)
                advice = f"did you mean `{near}`?" if near else "correct the name, or lint the file that records it too"
                yield Hit(at=at, message=f"no rule here records `{name}`", help=advice)


CHECK = Check(
    code="C324",
    name="unknown-recording-rule",
    severity=WARNING,
    scope=Scope.PROJECT,
    run=run,
    cases=(
        Bad("""
            - record: job:errors:rate5m
              expr: sum by (job) (rate(errors_total[5m]))
            - alert: ManyErrors
              expr: job:errors:rate10m > 5
              #     ^^^^^^^^^^^^^^^^^^ no rule here records `job:errors:rate10m`
        """),
        Good("""
            - alert: ManyErrors
              expr: job:errors:rate5m > 5
            - record: job:errors:rate5m
              expr: sum by (job) (rate(errors_total[5m]))
        """),
        Good("""
            - alert: ManyErrors
              expr: job:errors:rate5m > 5
        """),
        Good("""
            - record: job:errors:rate5m
              expr: sum by (job) (rate(server:errors[5m]))
        """),
    ),
)
