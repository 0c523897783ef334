"""Many alerts that link one page without saying where on it.

**What it finds.** A runbook page that more alerts link than `max_alerts`, all without a heading (`#…`). Alerts of one
name count once.

**Why it costs time.** Whoever is called searches a long page for the name of the alert, or finds out that it is not
there.

**What to do.** Give the page a heading per alert and link it: `…/api.md#apierrorshigh`.

**Options.** `max_alerts`: how many alerts may link one page; 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.checks._brief import Brief
from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context
from sloctl.core.finding import Note
from sloctl.core.source import Location

CODE = "A105"
_KEYS = ("runbook_url", "runbook", "playbook", "playbook_url")


def run(briefs: Sequence[Brief], context: Context) -> Iterator[Hit]:
    """Report each page that is shared by many alerts, at the first of them."""
    most = int(context.option(CODE, "max_alerts", 4))
    pages: dict[str, dict[str, Location]] = {}
    for brief in briefs:
        for url, at in _links(brief):
            pages.setdefault(url, {}).setdefault(brief.name, at)
    for url, alerts in pages.items():
        if len(alerts) > most:
            first, *others = alerts.values()
            message = f"{len(alerts)} alerts link `{url}` without a heading, {most} may"
            notes = tuple(Note("this alert links it too", at) for at in others[:3])
            yield Hit(at=first, message=message, help="link a heading of the page: `…#alert-name`", notes=notes)


def _links(brief: Brief) -> Iterator[tuple[str, Location]]:
    for key in _KEYS:
        url = brief.annotations.get(key, "").strip()
        if brief.is_alert and url and "#" not in url and "{{" not in url:
            yield url, brief.at_annotations[key]


CHECK = Check(
    code=CODE,
    name="shared-runbook",
    severity=WARNING,
    profile=STRICT,
    scope=Scope.PROJECT,
    run=run,
    options=(Option("max_alerts", 4, "how many alerts may link one page without a heading"),),
    cases=(
        Bad(
            """
            - alert: QueueLong
              expr: max(queue_length) > 5
              annotations: {runbook_url: https://acme.net}
            #                            ^^^^^^^^^^^^^^^^ 2 alerts link `https://acme.net` without a heading, 1 may
            - alert: QueueOld
              expr: max(queue_age_seconds) > 5
              annotations: {runbook_url: https://acme.net}
            """,
            options={"max_alerts": 1},
        ),
        Good(
            """
            - alert: QueueLong
              expr: max(queue_length) > 5
              annotations: {runbook_url: https://wiki.acme.net/q#long}
            - alert: QueueOld
              expr: max(queue_age_seconds) > 5
              annotations: {runbook_url: https://wiki.acme.net/q#old}
            - alert: QueueOlder
              expr: max(queue_age_seconds) > 50
              annotations: {runbook_url: https://wiki.acme.net/older}
            - alert: QueueOlder
              expr: max(queue_age_seconds) > 500
              annotations: {runbook_url: https://wiki.acme.net/older}
            """,
            options={"max_alerts": 1},
        ),
    ),
)
