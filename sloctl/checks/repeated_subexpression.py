"""An expensive part that is calculated twice.

**What it finds.** Aggregations and functions over a range that stand in an expression more than once, the same but for
white space and order. The second place is reported. Two idioms need the repetition and are left alone: a default
(`x or 0 * y`), and a floor under a ratio (`errors / total > 0.05 and total > 100`).

**Why it wakes people up.** It does not; it costs, at every evaluation. And one day only one of the two is changed.

**What to do.** Record the part, and read the recorded series twice.

**Sources.** Prometheus documentation, recording rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.finding import Note
from sloctl.promql.defaults import is_default
from sloctl.promql.normal import normalise
from sloctl.promql.shape import constant
from sloctl.promql.tree import Aggregate, Binary, Call, Node
from sloctl.promql.usage import windows


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report the outermost parts that stand there a second time."""
    ranged = [node for node in rule.nodes if isinstance(node, Aggregate | Call) and windows(node)]
    first: dict[str, Node] = {}
    skipped = list(_idioms(rule)) if len(ranged) > 1 else []
    for node in ranged if len(ranged) > 1 else ():
        if any(around.start <= node.start and node.end <= around.end for around in skipped):
            continue
        before = first.setdefault(normalise(node), node)
        if before is not node:
            skipped.append(node)
            note = Note("it stands here first", rule.expr.at(before))
            message, advice = "this part is calculated a second time", "record it, and read the series twice"
            yield Hit(at=rule.expr.at(node), message=message, help=advice, notes=(note,))


def _idioms(rule: Rule) -> Iterator[Node]:
    """Yield the parts that may repeat others: defaults, and floors beside another condition."""
    for node in rule.nodes:
        if isinstance(node, Binary) and node.op == "or" and is_default(node.right):
            yield node.right
    for parts in rule.branches:
        yield from (part for part in parts[1:] if isinstance(part, Binary) and constant(part.right) is not None)


CHECK = Check(
    code="P406",
    name="repeated-subexpression",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    profile=STRICT,
    cases=(
        Bad("""
            - alert: ManyErrors
              expr: sum by (job) (rate(errors_total[5m])) / (1 + sum(rate(errors_total[5m])) by (job)) > 0.1
              #                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this part is calculated a second time
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - record: job:good:rate5m
              expr: sum(rate(requests_total[5m])) - (sum(rate(errors_total[5m])) or 0 * sum(rate(requests_total[5m])))
            - alert: ManyErrors
              expr: |
                sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) > 0.05
                and sum(rate(requests_total[5m])) > 100
        """),
        Good("""
            - alert: ManyErrors
              expr: sum(rate(errors_total[5m])) > 5 and sum(rate(errors_total[1h])) > 5 and max(up) == max(up)
        """),
    ),
)
