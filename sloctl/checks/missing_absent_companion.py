"""An alert on `up` that is blind when the target disappears.

**What it finds.** Alerts whose condition is `up == 0` or `probe_success == 0`, where no rule of the linted files
watches over the absence of that metric with `absent(…)` or `absent_over_time(…)`.

**Why it wakes people up.** It does not, and that is the gap: `up` is 0 while a known target fails to answer. When
service discovery forgets the target, there is no `up` at all, and the alert stays quiet.

**What to do.** Add an alert on `absent(up{job="api"})` for what must always be there.

**Sources.** Brian Brazil, "Absent alerting for jobs".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sloctl.checks._brief import Brief
from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context

_ALIVE = ("up", "probe_success")
_NAME = re.compile(r'^\{.*__name__="(up|probe_success)".*\}$')


def run(briefs: Sequence[Brief], _context: Context) -> Iterator[Hit]:
    """Report alerts on targets that answer no more, where nothing notices that they are gone."""
    guarded = {metric for brief in briefs for metric in brief.guards if metric in _ALIVE}
    for brief in briefs:
        metric = _watched(brief)
        if metric and metric not in guarded:
            message = f"when the target disappears, there is no `{metric}`, and this alert stays quiet"
            advice = f"add an alert on `absent({metric}{{…}})`"
            yield Hit(at=brief.at_expr, message=message, help=advice)


def _watched(brief: Brief) -> str:
    """Return the metric whose zero fires an alert, if that is its whole condition."""
    if not brief.is_alert or brief.notify == "nobody" or brief.bound is None:
        return ""
    subject, op, level = brief.bound
    found = _NAME.match(subject)
    return found[1] if found and (op, level) in {("==", 0), ("<", 1), ("!=", 1)} else ""


CHECK = Check(
    code="C317",
    name="missing-absent-companion",
    severity=WARNING,
    scope=Scope.PROJECT,
    run=run,
    profile=STRICT,
    cases=(
        Bad("""
            - alert: ApiDown
              expr: up{job="api"} == 0
              #     ^^^^^^^^^^^^^^^^^^ when the target disappears, there is no `up`, and this alert stays quiet
        """),
        Good("""
            - alert: ApiDown
              expr: up{job="api"} == 0
            - alert: ApiGone
              expr: absent(up{job="api"})
        """),
        Good("""
            - alert: QueueLong
              expr: queue_length > 5 and on () up == 0
        """),
    ),
)
