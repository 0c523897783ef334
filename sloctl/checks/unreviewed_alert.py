"""An alert that nobody has looked at for a long time.

**What it finds.** Alerts of specs without `reviewed`, or with a date further back than `lint.review_after`. The check
is silent until that is set. Alerts of SLOs are reviewed with their SLO, and are left alone.

**Why it wakes people up.** Alerts outlive what they were written for. Nobody deletes one that somebody may need.

**What to do.** Ask whether it fired, whether it was right, and whether what it asks for helped. Then set `reviewed` to
today's date, or delete the alert.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.duration import Duration
from sloctl.model.service import Alert


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report an alert that is due for a review."""
    source = alert.source
    if not isinstance(source, Alert) or context.review_after is None:
        return
    advice = "ask whether it was right when it fired; then date it, or delete it"
    if not source.reviewed:
        message = f"`{source.name}` has never been reviewed; it must be every {context.review_after}"
        yield Hit(at=alert.name.at(), message=message, help=advice)
    elif (age := _age(source.reviewed, context.today)) and age > context.review_after:
        message = f"`{source.name}` was last reviewed {age} ago; {context.review_after} are allowed"
        yield Hit(at=source.origin.at("reviewed"), message=message, help=advice)


def _age(reviewed: str, today: date) -> Duration | None:
    try:
        return Duration.of(days=(today - date.fromisoformat(reviewed)).days)
    except ValueError:
        return None


_SPEC = """
    apiVersion: sloctl/v1
    kind: Service
    metadata: {name: mail, owner: team-mail}
    defaults: {runbook: https://wiki.acme.net/mail, priority: P3}
    alerts:
      - name: QueueLong
      REVIEWED
        value: {of: queue_length, above: 5, for: 10m}
        action: Add a worker
"""


def _spec(*lines: str) -> str:
    return _SPEC.replace("      REVIEWED\n", "".join(f"      {line}\n" for line in lines))


CHECK = Check(
    code="A121",
    name="unreviewed-alert",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    needs="review_after",
    cases=(
        Bad(
            _spec("#       ^^^^^^^^^ `QueueLong` has never been reviewed; it must be every 180d"),
            options={"review_after": Duration.of(days=180)},
        ),
        Bad(
            _spec(
                "  reviewed: 2026-01-01",
                "#           ^^^^^^^^^^ `QueueLong` was last reviewed 326d ago; 180d are allowed",
            ),
            options={"review_after": Duration.of(days=180)},
        ),
        Good(_spec("  reviewed: 2026-11-01"), options={"review_after": Duration.of(days=180)}),
        Good(_spec()),
    ),
)
