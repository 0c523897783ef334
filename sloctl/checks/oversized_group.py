"""A group with so many rules that it is late.

**What it finds.** Groups with more than 50 rules.

**Why it wakes people up.** The rules of a group are evaluated one after the other. When all of them together take
longer than the interval, evaluations are skipped, rates have gaps, and alerts fire late. Mimir refuses large groups
altogether.

**What to do.** Split it where no rule reads another's result.

**Options.** `max_rules`: how many rules a group may have; 50.

**Sources.** Prometheus documentation, recording rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Option, RuleGroupView, Scope
from sloctl.checks._context import Context

CODE = "P407"
_MAX_RULES = 50


def run(group: RuleGroupView, context: Context) -> Iterator[Hit]:
    """Report a group with too many rules."""
    most = int(context.option(CODE, "max_rules", _MAX_RULES))
    if len(group.rules) > most:
        name = group.rules[0].group.name
        message = f"the group `{name.value}` has {len(group.rules)} rules, more than {most}, one after the other"
        yield Hit(at=name.at(), message=message, help="split it where no rule reads another's result")


CHECK = Check(
    code=CODE,
    name="oversized-group",
    severity=WARNING,
    scope=Scope.GROUP,
    run=run,
    options=(Option("max_rules", _MAX_RULES, "how many rules a group may have"),),
    cases=(
        Bad("""
            groups:
              - name: queues
              #       ^^^^^^ the group `queues` has 2 rules, more than 1, one after the other
                rules:
                  - {record: "queue:length:sum", expr: sum(queue_length)}
                  - {record: "queue:length:max", expr: max(queue_length)}
        """, {"max_rules": 1}),
        Good("""
            groups:
              - name: queues
                rules:
                  - {record: "queue:length:sum", expr: sum(queue_length)}
                  - {record: "queue:length:max", expr: max(queue_length)}
        """),
    ),
)
