"""A label without a value.

**What it finds.** Labels of rules with an empty value, which Prometheus treats as no label. Where the expression may
bring the label, or the group sets it, the empty value removes it: that is left alone.

**Why it matters.** It looks like a label to be filled, and nobody did: a route that matches it never does.

**What to do.** Give it a value, or remove it (`--fix` does that).
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._edits import removing_line
from sloctl.checks._rule import Rule
from sloctl.core.finding import Fix
from sloctl.promql.labels import surviving_labels


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report empty labels that have no effect."""
    if rule.service:
        return
    for key, text in rule.labels.items():
        if not text.value and text.path[: len(rule.path)] == rule.path and not _removes(rule, key):
            edit = removing_line(rule, text)
            fix = Fix(title=f"remove `{key}`", edits=(edit,)) if edit else None
            message = f"the label `{key}` of `{rule.name.value}` is empty, which is the same as none"
            yield Hit(at=text.at_key(), message=message, help="give it a value, or remove it", fix=fix)


def _removes(rule: Rule, key: str) -> bool:
    """Tell whether the empty value may take a label away that was there."""
    shared = rule.group.data.get("labels")
    if isinstance(shared, dict) and key in shared:
        return True
    return rule.root is None or surviving_labels(rule.root).may_have(key)


CHECK = Check(
    code="H515",
    name="empty-label",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: max by (queue) (queue_length) > 5
              labels:
                owner: ""
            #   ^^^^^ the label `owner` of `QueueLong` is empty, which is the same as none
                team:
            #   ^^^^ the label `team` of `QueueLong` is empty, which is the same as none
        """),
        Good("""
            groups:
              - name: queues
                labels: {owner: team-mail}
                rules:
                  - alert: QueueLong
                    expr: queue_length > 5
                    labels: {instance: "", owner: ""}
        """),
    ),
)
