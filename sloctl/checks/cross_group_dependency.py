"""A rule that reads what another group records.

**What it finds.** Rules that read a recorded series which only other groups record.

**Why it wakes people up.** Prometheus evaluates the rules of a group in their order, but groups side by side. A rule
that reads from another group sees the value of the evaluation before, up to one interval old; for alerts it is that
much later, and after a restart it misses.

**What to do.** Move both into one group if the delay matters. It seldom does where the windows are long.

**Sources.** Prometheus documentation, recording rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.checks._brief import Brief
from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.core.finding import Note


def run(briefs: Sequence[Brief], _context: Context) -> Iterator[Hit]:
    """Report reads across groups."""
    recording: dict[str, list[Brief]] = {}
    for brief in briefs:
        if not brief.is_alert:
            recording.setdefault(brief.name, []).append(brief)
    for brief in briefs:
        for name, at in brief.recorded_at.items():
            sources = recording.get(name, [])
            if sources and all(_group(source) != _group(brief) for source in sources):
                first = sources[0]
                note = Note(f"`{name}` is recorded here", first.at_name)
                message = f"the group `{first.group}` records `{name}`: this reads what it was an evaluation ago"
                yield Hit(at=at, message=message, help="move both into one group, if the delay matters", notes=(note,))


def _group(brief: Brief) -> tuple[str, str]:
    return brief.file, brief.group


CHECK = Check(
    code="C326",
    name="cross-group-dependency",
    severity=WARNING,
    scope=Scope.PROJECT,
    run=run,
    profile=STRICT,
    cases=(
        Bad("""
            groups:
              - name: records
                rules:
                  - record: job:errors:rate5m
                    expr: sum by (job) (rate(errors_total[5m]))
              - name: alerts
                rules:
                  - alert: ManyErrors
                    expr: job:errors:rate5m > 5
                    #     ^^^^^^^^^^^^^^^^^ the group `records` records `job:errors:rate5m`: this reads what it was an evaluation ago
        """),  # noqa: E501 - the message stands under its place
        Good("""
            groups:
              - name: errors
                rules:
                  - record: job:errors:rate5m
                    expr: sum by (job) (rate(errors_total[5m]))
                  - alert: ManyErrors
                    expr: job:errors:rate5m > 5 and other:errors:rate5m > 5
        """),
    ),
)
