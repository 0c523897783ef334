"""The same alert twice.

**What it finds.** Alerts in one folder with the same name, the same labels and the same query, whatever their white
space, comments, order of matchers and annotations. The second and each further one is reported. The same name with
another query or other labels is normal, and so are copies in different folders, which different servers load.

**Why it wakes people up.** Two alerts with the same labels are one to Alertmanager, with texts that change back and
forth; and once one copy is mended, the other still fires.

**What to do.** Delete one of them.

**Sources.** Alertmanager documentation: alerts are identified by their labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.checks._brief import Brief
from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._neighbours import copies


def run(briefs: Sequence[Brief], context: Context) -> Iterator[Hit]:  # noqa: ARG001 - every check is called alike
    """Report every copy but the first."""
    alerts = (brief for brief in briefs if brief.is_alert)
    return copies(alerts, "written")


CHECK = Check(
    code="N219",
    name="duplicate-alert",
    severity=ERROR,
    scope=Scope.PROJECT,
    run=run,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: max(queue_length{job="a", env="prod"}) > 100
              for: 10m
            - alert: QueueLong
            #        ^^^^^^^^^ `QueueLong` is written twice, with the same query and labels
              expr: (max(queue_length{env="prod",job="a"})) > 1e2 # again
              for: 15m
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              labels: {severity: warning}
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 1h
              labels: {severity: critical}
            - alert: QueueLong
              expr: max(queue_length) > 500
              labels: {severity: critical}
        """),
        Good("""
            - record: queue:max
              expr: max(queue_length)
            - record: queue:max
              expr: max(queue_length)
        """),
    ),
)
