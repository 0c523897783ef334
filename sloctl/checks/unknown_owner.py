"""An alert whose owner does not exist.

**What it finds.** Owners that are not among `owners` in the settings, or, where these list none, among the owners in
the CODEOWNERS file that `lint.codeowners` names: `@acme/sre` there is `sre` here. The check is silent without both.

**Why it wakes people up.** Teams are renamed, their alerts stay behind: routes match owners as text, and the alert goes
to whoever catches the rest.

**What to do.** Name a team that exists, or add it where they are listed.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.human import nearest


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report an owner that neither the settings nor CODEOWNERS list."""
    owner = alert.labels.get(context.owner_label)
    if alert.service or owner is None or not owner.value.strip() or "{{" in owner.value:
        return
    known = context.owners or frozenset()
    if owner.value not in known:
        meant = nearest(owner.value, sorted(known))
        advice = f"did you mean `{meant}`?" if meant else "list it where the others are listed, or name another one"
        message = f"`{owner.value}`, the owner of `{alert.name.value}`, is not among the known owners"
        yield Hit(at=owner.at(), message=message, help=advice)


CHECK = Check(
    code="A116",
    name="unknown-owner",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    needs="owners",
    cases=(
        Bad(
            """
            - alert: QueueLong
              expr: max(queue_length) > 5
              labels:
                owner: team-mial
                #      ^^^^^^^^^ `team-mial`, the owner of `QueueLong`, is not among the known owners
            """,
            options={"owners": frozenset({"team-mail"})},
        ),
        Good(
            """
            - alert: QueueLong
              expr: max(queue_length) > 5
              labels: {owner: team-mail}
            - alert: QueueOld
              expr: queue_age_seconds > 5
              labels: {owner: "{{ $labels.team }}"}
            """,
            options={"owners": frozenset({"team-mail"})},
        ),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 5
              labels: {owner: anybody}
        """),
    ),
)
