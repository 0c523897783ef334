"""An alert that does not say whose it is.

**What it finds.** Alerts without an owner: without the label that the settings name (`lint.owner_label`, `owner` unless
said otherwise), on the rule, its group, or by `lint.external_labels`. The check is silent until the settings list the
`owners`. A spec must name its owner.

**Why it wakes people up.** An alert of nobody is somebody else's: it goes to whoever is on call, who cannot mend it.

**What to do.** Add the label. An alert that no team wants can be deleted.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report an alert without an owner."""
    label = context.owner_label
    if alert.service or alert.label(label).strip() or label in context.external_labels:
        return
    if context.reaches_human(alert):
        message = f"`{alert.name.value}` has no label `{label}`, so nobody is named who would be called"
        yield Hit(at=alert.name.at(), message=message, help=f"add `{label}` to its labels, or to those of its group")


CHECK = Check(
    code="A115",
    name="missing-owner",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    needs="owners",
    cases=(
        Bad(
            """
            - alert: QueueLong
            #        ^^^^^^^^^ `QueueLong` has no label `owner`, so nobody is named who would be called
              expr: max(queue_length) > 5
            """,
            options={"owners": frozenset({"team-mail"})},
        ),
        Good(
            """
            groups:
              - name: queues
                labels: {team: mail}
                rules:
                  - alert: QueueLong
                    expr: max(queue_length) > 5
            """,
            options={"owners": frozenset({"mail"}), "owner_label": "team"},
        ),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 5
        """),
    ),
)
