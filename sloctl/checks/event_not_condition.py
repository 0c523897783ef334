"""An alert on something that happened, not on something that is wrong.

**What it finds.** Alerts that fire because something changed or started: `changes(…) > 0`, `resets(…) > 0`, a start
time, boot time or uptime of a few minutes. A limit above one event (flapping, a crash loop) is a condition, and so is
an event that only guards another condition.

**Why it wakes people up.** An event is over when the alert arrives, and the alert resolves by the passing of time,
whatever anybody does.

**What to do.** Show events as annotations on the dashboard, or report them. Alert on the state that the event may leave
behind: errors, too few instances, a crash loop.

**Sources.** Rob Ewaschuk, "My Philosophy on Alerting".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.shape import Comparison, comparisons
from sloctl.promql.tree import Call, Node, Selector, walk

_CHANGES = frozenset({"changes", "resets"})
_START = re.compile(r"(^|[_:])(start|boot|creat(ed|ion)|restart|deploy\w*)_?(time|timestamp)?([_:]|$)", re.IGNORECASE)
_UPTIME = re.compile(r"(^|[_:])up_?time([_:]|$)", re.IGNORECASE)
_ONE_EVENT = {(">", 0.0), (">=", 1.0), ("!=", 0.0), (">", 0.5)}


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report an alert on an event."""
    if alert.root is None or not (alert.functions & {"changes", "resets", "time"} or _UPTIME.search(alert.expr.value)):
        return
    for parts in alert.branches:
        event = _event(parts)
        if event and context.reaches_human(alert):
            message = f"`{alert.name.value}` fires on something that happened, not on a state"
            advice = "alert on the state that it may leave behind; show the event on a dashboard"
            yield Hit(at=alert.expr.at(event.node), message=message, help=advice)
            return


def _event(parts: Sequence[Node]) -> Comparison | None:
    """Return the comparison that is true because of an event, if the branch compares nothing else."""
    compared = [comparison for part in parts for comparison in comparisons(part)]
    event = next((comparison for comparison in compared if _is_event(comparison)), None)
    if event is None:
        return None
    metrics = _metrics(event.node)
    is_all = all(_metrics(comparison.node) <= metrics for comparison in compared)
    return event if is_all else None


def _metrics(node: Node) -> set[str]:
    return {part.metric or "" for part in walk(node) if isinstance(part, Selector)}


def _is_event(comparison: Comparison) -> bool:
    inner = list(walk(comparison.subject))
    calls = {node.function for node in inner if isinstance(node, Call)}
    if calls & _CHANGES:
        return (comparison.op, comparison.threshold) in _ONE_EVENT
    names = [node.metric or "" for node in inner if isinstance(node, Selector)]
    if not names or comparison.threshold is None or comparison.threshold <= 0 or comparison.op not in ("<", "<="):
        return False
    since = "time" in calls and all(map(_START.search, names))
    return since or (calls <= {"time"} and all(map(_UPTIME.search, names)))


CHECK = Check(
    code="A119",
    name="event-not-condition",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: ConfigChanged
              expr: changes(config_hash[5m]) > 0
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `ConfigChanged` fires on something that happened, not on a state
        """),
        Bad("""
            - alert: Restarted
              expr: time() - start_time_seconds < 300
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `Restarted` fires on something that happened, not on a state
            - alert: Rebooted
              expr: node_uptime_seconds < 600
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^ `Rebooted` fires on something that happened, not on a state
        """),
        Good("""
            - alert: CrashLoop
              expr: changes(process_start_time_seconds[30m]) > 3
            - alert: Stuck
              expr: replicas_wanted > replicas_ready and changes(replicas_ready[10m]) == 0
            - alert: SlowAfterChange
              expr: job:request_seconds:p99 > 2 and changes(config_hash[10m]) > 0
            - alert: BackupTooOld
              expr: time() - backup_start_time_seconds > 86400
            - alert: JobRunsTooLong
              expr: time() - job_start_time > 3600
            - alert: Changed
              expr: changes(config_hash[5m]) > 0
              labels: {severity: info}
        """),
    ),
)
