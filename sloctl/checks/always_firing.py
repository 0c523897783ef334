"""An alert that fires whatever the values are.

**What it finds.** Branches of an alert's query without any condition: no comparison, `> bool` (which gives 0 or 1, and
an alert fires on both), `or vector(0)`, `absent(x) or x`, or a comparison that every value meets
(`rate(x[5m]) >= 0`). Left alone are series that exist only in one state (`…_info{ready="false"}`, `ALERTS{…}`),
recorded series named for a condition, watchdogs and heartbeats, and alerts that call nobody.

**Why it wakes people up.** It fires as soon as its series exist and never stops. It is silenced for good within a day,
and from then on it says nothing when something is wrong.

**What to do.** Compare with a threshold. A default for missing series belongs inside the comparison:
`(sum(x) or vector(0)) > 5`.

**Sources.** Prometheus documentation, alerting rules and comparison binary operators.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.bounds import always_holds
from sloctl.promql.grammar import COMPARISONS
from sloctl.promql.shape import Comparison, comparisons, has_condition, selects_state, unconditional
from sloctl.promql.tree import Aggregate, Binary, Call, Node, Number, Selector, walk

# A recording rule may hold the comparison: `node:disk_full:alert`, `slo:burn_rate:firing`.
_RECORDED_CONDITION = re.compile(r":.*(alert|firing|condition|breach|violat|exceed|unhealthy|is_|anomal)")


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report the branches of an alert that nothing can make empty."""
    if alert.root is None or not context.reaches_human(alert):
        return
    for branch in unconditional(alert.root):
        if not _is_about_a_state(branch):
            yield _hit(alert, branch)
    for parts in alert.branches:
        if len(parts) == 1 and (met := _met_by_all(parts[0])):
            at = alert.expr.at(met.node)
            yield Hit(at=at, message=f"every value is `{met.op} {met.threshold:g}`", help="correct the threshold")


def _met_by_all(part: Node) -> Comparison | None:
    """Return the only comparison of a branch if every value meets it; counts ask whether there is anything to count."""
    found = comparisons(part)
    if len(found) != 1 or found[0].node is not part or not always_holds(found[0]):
        return None
    counted = any(isinstance(node, Aggregate) and node.op in ("count", "group") for node in walk(part))
    return None if counted or has_condition(found[0].subject) or selects_state(found[0].subject) else found[0]


def _is_about_a_state(branch: Node) -> bool:
    if selects_state(branch):
        return True
    names = [node.metric or "" for node in walk(branch) if isinstance(node, Selector)]
    return any(map(_RECORDED_CONDITION.search, names))


def _hit(alert: Rule, branch: Node) -> Hit:
    part = "the query" if len(alert.branches) == 1 else "this branch"
    with_bool = next((node for node in walk(branch) if isinstance(node, Binary) and _gives_bool(node)), None)
    if with_bool:
        message = f"`{with_bool.op} bool` gives 0 or 1, and the alert fires on both"
        return Hit(at=alert.expr.at(with_bool.op_at), message=message, help="remove `bool`")
    if isinstance(branch, Number) or (isinstance(branch, Call) and branch.function == "vector"):
        message = f"{part} always has a value, so the alert always fires"
        advice = "put the default inside the comparison: `(… or vector(0)) > threshold`"
        return Hit(at=alert.expr.at(branch), message=message, help=advice)
    message = f"{part} has no condition: the alert fires whenever its series exist"
    return Hit(at=alert.expr.at(branch), message=message, help="compare it with a threshold")


def _gives_bool(node: Binary) -> bool:
    return node.op in COMPARISONS and node.returns_bool


CHECK = Check(
    code="C302",
    name="always-firing",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: ManyErrors
              expr: sum(rate(errors_total[5m]))
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ the query has no condition: the alert fires whenever its series exist
            - alert: QueueLong
              expr: queue_length > bool 100
              #                  ^ `> bool` gives 0 or 1, and the alert fires on both
        """),
        Bad("""
            - alert: ManyErrors
              expr: sum(rate(errors_total[5m])) > 5 or vector(0)
              #                                        ^^^^^^^^^ this branch always has a value, so the alert always fires
            - alert: QueueGone
              expr: absent(queue_length) or queue_length{queue="mail"}
              #                             ^^^^^^^^^^^^^^^^^^^^^^^^^^ this branch has no condition: the alert fires whenever its series exist
            - alert: AnyErrors
              expr: sum(rate(errors_total[5m])) >= 0
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ every value is `>= 0`
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - alert: ManyErrors
              expr: (sum(rate(errors_total[5m])) or vector(0)) > 5
            - alert: QueueLong
              expr: (queue_length > bool 100) * on (queue) queue_enabled == 1
            - alert: QueueLongest
              expr: max by (queue) (queue_length > 100) and on () hour() > 8
            - alert: QueueUnknown
              expr: queue_length unless on (queue) queue_owner_info
            - alert: QueuesBlocked
              expr: count(queue_blocked{state="full"}) > 0 or absent(queue_length) == 1 or queue_length >= 0
        """),
        Good("""
            - alert: NodeNotReady
              expr: kube_node_condition_info{ready="false"}
            - alert: OtherAlert
              expr: count(ALERTS{alertname="QueueLong", alertstate="firing"})
            - alert: BudgetBurns
              expr: slo:burn_rate:firing{job="api"}
        """),
        Good("""
            - alert: Watchdog
              expr: vector(1)
            - alert: DeadMansSwitch
              expr: vector(1)
            - alert: AllFine
              expr: vector(1)
              labels: {severity: none}
        """),
    ),
)
