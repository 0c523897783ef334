"""A label that a grouped operation is to bring, and that is not there.

**What it finds.** Labels in `group_left (…)` and `group_right (…)` which the side that is to bring them cannot have,
because an aggregation there has dropped them.

**Why it wakes people up.** The label is empty on every alert, even where the other side had it: texts have holes, and
routes that look for the label miss.

**What to do.** Keep the label on that side: `sum by (job, team) (…)`. Or leave it out here.

**Sources.** Prometheus documentation, group modifiers.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.defaults import without_defaults
from sloctl.promql.labels import surviving_labels
from sloctl.promql.shape import alternatives
from sloctl.promql.tree import Binary

_OTHER = {"left": "right", "right": "left"}


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report each included label that nothing brings."""
    if "group_" not in rule.expr.value.lower():
        return
    for node in rule.nodes:
        if isinstance(node, Binary) and node.matching and node.matching.group:
            yield from _lost(rule, node, node.matching.group)


def _lost(rule: Rule, node: Binary, many: str) -> Iterator[Hit]:
    one = node.right if many == "left" else node.left
    branches = [surviving_labels(branch) for branch in alternatives(without_defaults(one))]
    for label in node.matching.include if node.matching else ():
        if not any(labels.may_have(label.name) for labels in branches):
            message = f"the {_OTHER[many]} side has no `{label.name}` that `group_{many}` could bring"
            advice = f"keep `{label.name}` there, or leave it out here"
            yield Hit(at=rule.expr.at(label), message=message, help=advice)


CHECK = Check(
    code="C334",
    name="lost-include",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: queue_length * on (queue) group_left (team) max by (queue) (queue_info) > 100
              #                                           ^^^^ the right side has no `team` that `group_left` could bring
            - record: queue:length:team
              expr: sum(queue_info) * on () group_right (team) queue_length
              #                                          ^^^^ the left side has no `team` that `group_right` could bring
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - alert: QueueLong
              expr: |
                queue_length * on (queue) group_left (team) max by (queue, team) (queue_info) > 100
                or queue_length * on (queue) group_left (team) (queue_info or max by (queue) (queue_age)) > 100
                or queue_length * on (queue) group_left () max by (queue) (queue_info) > 100
        """),
    ),
)
