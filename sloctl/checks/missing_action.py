"""An alert of a spec whose action is none.

**What it finds.** An `action` that only holds the place of one: `TODO`, `none`, `n/a`, "no action". A spec without any
`action` cannot be compiled; this is the same mistake in other words.

**Why it wakes people up.** If there is nothing to do, nobody need be called.

**What to do.** Say what whoever is called shall do first. If there is nothing, make it a panel or a report.

**Sources.** Rob Ewaschuk, "My Philosophy on Alerting": every page should be actionable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._texts import is_placeholder

_NOTHING = re.compile(
    r"\W*(no (further )?actions?( is| are)?( needed| required| necessary)?|nothing( to do)?|fyi|ignore( it)?|"
    r"(only )?for (your )?information( only)?|informational)\W*",
    re.IGNORECASE,
)


def run(alert: Rule, _context: Context) -> Iterator[Hit]:
    """Report an action that asks for nothing."""
    text = alert.annotations.get("action") if alert.service else None
    if text and (is_placeholder(text.value) or _NOTHING.fullmatch(text.value)):
        message = f"the action of `{alert.name.value}` asks for nothing: `{text.value.strip()}`"
        yield Hit(at=text.at(), message=message, help="say what the person who is called shall do first")


_SPEC = """
    apiVersion: sloctl/v1
    kind: Service
    metadata: {name: mail, owner: team-mail}
    defaults: {runbook: https://wiki.acme.net/mail, priority: P3}
    alerts:
      - name: QueueLong
        value: {of: queue_length, above: 5, for: 10m}
"""

CHECK = Check(
    code="A124",
    name="missing-action",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad(
            _SPEC
            + """
        action: TODO
        #       ^^^^ the action of `QueueLong` asks for nothing: `TODO`
            """
        ),
        Bad(
            _SPEC
            + """
        action: No action needed.
        #       ^^^^^^^^^^^^^^^^^ the action of `QueueLong` asks for nothing: `No action needed.`
            """
        ),
        Good(_SPEC + "        action: Nothing helps but adding a worker\n"),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 5
              annotations: {action: TODO}
        """),
    ),
)
