"""One query under two names.

**What it finds.** Alerts in one folder with the same query and different names. A ladder in which the longer `for` is
sent to somebody else (a ticket after 10m, a page after an hour) is left alone, and so are watchdogs.

**Why it wakes people up.** One incident, two alerts: they always fire together and are looked at twice.

**What to do.** Keep the one whose name says what is broken. To tell two teams, route one alert to both.

**Sources.** Site Reliability Engineering, chapter 6: every page should be about something new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.checks._brief import Brief
from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._neighbours import alike
from sloctl.core.finding import Note


def run(briefs: Sequence[Brief], context: Context) -> Iterator[Hit]:  # noqa: ARG001 - every check is called alike
    """Report every further name of a query."""
    for same in alike(briefs, _query):
        first = same[0]
        for other in same[1:]:
            if other.name != first.name and not _is_ladder(first, other):
                message = f"`{other.name}` has the same query as `{first.name}`"
                note = Note(f"`{first.name}` is here", first.at_name)
                yield Hit(about=other, at=other.at_name, message=message, help="keep one of them", notes=(note,))


def _query(brief: Brief) -> str | None:
    return brief.normal if brief.is_alert and brief.metrics and brief.notify != "nobody" else None


def _is_ladder(one: Brief, other: Brief) -> bool:
    return one.hold_ms != other.hold_ms and one.notify != other.notify


CHECK = Check(
    code="N220",
    name="same-expression-two-names",
    severity=WARNING,
    scope=Scope.PROJECT,
    run=run,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: max by (job) (queue_length) > 100
              for: 10m
            - alert: WorkersSlow
            #        ^^^^^^^^^^^ `WorkersSlow` has the same query as `QueueLong`
              expr: max(queue_length) by (job) > 100
              for: 10m
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 10m
              labels: {severity: warning}
            - alert: QueueStuck
              expr: max(queue_length) > 100
              for: 1h
              labels: {severity: critical}
        """),
        Good("""
            - alert: Watchdog
              expr: vector(1)
            - alert: DeadMansSwitch
              expr: vector(1)
        """),
    ),
)
