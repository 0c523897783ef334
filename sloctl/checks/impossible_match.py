"""An operation whose two sides can never match.

**What it finds.** Arithmetic, comparisons, `and` and `unless` between series of which one side groups by (or pins, or
was scraped with) a label that the other has dropped, without `on`, `ignoring` or a grouping that would bridge it; and
sides that pin one label to different values. Also `on (x)` where both sides have dropped `x`.

**Why it wakes people up.** It does not: series match only when their labels are equal, so the result is always empty,
and the alert cannot fire. Behind `unless` it is the reverse: the exception never applies, and somebody is called for
what was to be left out.

**What to do.** Say which labels must be equal (`on (job)`, `ignoring (code)`), with `group_left` where one series on
the right belongs to many on the left.

**Sources.** Prometheus documentation, vector matching.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.matching import Mismatch, mismatch
from sloctl.promql.tree import Binary

_OTHER = {"left": "right", "right": "left"}


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report operations whose sides never match."""
    for node in rule.nodes:
        if isinstance(node, Binary) and (found := mismatch(node)):
            message = f"`{node.op}` {_effect(node, found)}: {_reason(found)}"
            at = rule.expr.at(node.matching.place if node.matching else node.op_at)
            yield Hit(at=at, message=message, help=_advice(found))


def _effect(node: Binary, found: Mismatch) -> str:
    if found.has == "neither":
        return "cannot tell series apart"
    return "never takes anything away" if node.op == "unless" else "never finds a match"


def _reason(found: Mismatch) -> str:
    if found.has == "neither":
        return f"neither side has `{found.label}`"
    if found.has == "both":
        left, right = found.values
        return f"the left side wants `{found.label}` to be `{left}`, the right one `{right}`"
    return f"the {found.has} side has `{found.label}`, which the {_OTHER[found.has]} one lacks"


def _advice(found: Mismatch) -> str:
    if found.has == "neither":
        return f"keep `{found.label}` on both sides, or take it out of `on (…)`"
    if found.has == "both":
        return f"match without it: `ignoring ({found.label})` or `on (…)`"
    return f"keep `{found.label}` on both sides, or match without it: `ignoring ({found.label})` or `on (…)`"


CHECK = Check(
    code="C312",
    name="impossible-match",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    cases=(
        Bad("""
            - alert: ManyErrors
              expr: sum by (job, code) (rate(errors_total[5m])) / sum by (job) (rate(requests_total[5m])) > 0.1
              #                                                 ^ `/` never finds a match: the left side has `code`, which the right one lacks
            - alert: QueueLong
              expr: queue_length > on (queue) sum(queue_limit{queue="mail"})
        """),  # noqa: E501 - the message stands under its place
        Bad("""
            - record: errors:ratio
              expr: errors{job="api"} / sum(errors)
              #                       ^ `/` never finds a match: the left side has `job`, which the right one lacks
            - alert: QueueLong
              expr: queue_length > vector(5)
              #                  ^ `>` never finds a match: the left side has `instance`, which the right one lacks
        """),
        Bad("""
            - alert: QueueLong
              expr: queue_length{kind="mail"} > 5 unless queue_length{kind="sms"} > 5
              #                                   ^^^^^^ `unless` never takes anything away: the left side wants `kind` to be `mail`, the right one `sms`
        """),  # noqa: E501 - the message stands under its place
        Bad("""
            - alert: ManyErrors
              expr: sum by (job) (errors) / on (queue) sum by (job) (requests) > 0.1
              #                             ^^^^^^^^^^ `/` cannot tell series apart: neither side has `queue`
        """),
        Good("""
            - alert: ManyErrors
              expr: |
                sum by (job, code) (rate(errors_total[5m]))
                  / on (job) group_left sum by (job) (rate(requests_total[5m])) > 0.1
                or sum by (job) (rate(errors_total[5m])) / ignoring (code) sum by (job) (rate(requests_total[5m])) > 0.1
        """),
        Good("""
            - alert: QueueLong
              expr: |
                queue_length{kind="mail"} > 5 unless ignoring (kind) queue_length{kind="sms"} > 5
                or queue_length > scalar(sum(queue_limit))
                or queue_length > 5 and on () hour() > 8
                or job:queue_length:sum > sum(queue_limit)
        """),
        Good("""
            - alert: QueueLong
              expr: |
                (sum by (job) (queue_length) or vector(0)) > sum by (job) (queue_limit)
                or sum by (job) (queue_length) > (sum by (job) (queue_limit) or sum by (queue) (queue_limit))
                or up{job="api"} == 0 unless on () absent(up{job="web"})
        """),
    ),
)
