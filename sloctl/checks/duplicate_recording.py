"""A series that two rules record.

**What it finds.** Recording rules in one folder with the same name, the same labels and the same query. The second and
each further one is reported. Rules of one name with different queries are normal: they record different series.

**Why it wakes people up.** Prometheus calculates it twice, and whoever changes one of the two rules finds that nothing
changes, or that the two values take turns and every alert on them flaps.

**What to do.** Delete one of them.

**Sources.** Prometheus documentation, recording rules; `promtool check rules` lists duplicates too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.checks._brief import Brief
from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._neighbours import copies


def run(briefs: Sequence[Brief], context: Context) -> Iterator[Hit]:  # noqa: ARG001 - every check is called alike
    """Report every copy but the first."""
    recordings = (brief for brief in briefs if not brief.is_alert and brief.name)
    return copies(recordings, "recorded")


CHECK = Check(
    code="H519",
    name="duplicate-recording",
    severity=WARNING,
    scope=Scope.PROJECT,
    run=run,
    cases=(
        Bad("""
            - record: job:errors:rate5m
              expr: sum by (job) (rate(errors_total[5m]))
            - record: job:errors:rate5m
              #       ^^^^^^^^^^^^^^^^^ `job:errors:rate5m` is recorded twice, with the same query and labels
              expr: sum(rate(errors_total[5m])) by (job)
        """),
        Good("""
            - record: job:errors:rate5m
              expr: sum by (job) (rate(errors_total[5m]))
            - record: job:errors:rate5m
              expr: sum by (job) (rate(failures_total[5m]))
            - record: job:errors:rate5m
              expr: sum by (job) (rate(errors_total[5m]))
              labels: {zone: a}
        """),
    ),
)
