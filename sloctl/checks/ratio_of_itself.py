"""A share in which each series is divided by itself.

**What it finds.** Divisions whose sides read the same series, one of them with more matchers, while the labels of these
matchers stay on both sides: `rate(x{code="500"}[5m]) / rate(x[5m])`.

**Why it wakes people up.** The failures with `code="500"` are divided by the requests with `code="500"`, for only these
have equal labels. The share is always 1: the alert fires at the first failure, or for ever.

**What to do.** Add up the labels away on both sides: `sum without (code) (…) / sum without (code) (…)`.

**Sources.** Prometheus documentation, vector matching.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.labels import surviving_labels
from sloctl.promql.matching import takes_part
from sloctl.promql.normal import normalise
from sloctl.promql.selector import matchers_of
from sloctl.promql.tree import Binary, Node, Selector, rebuilt, walk


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report divisions whose result is always 1."""
    if "/" not in rule.expr.value:
        return
    for node in rule.nodes:
        if isinstance(node, Binary) and node.op == "/" and _is_one(node):
            kept = sorted(_extra_labels(node))
            names = ", ".join(f"`{label}`" for label in kept)
            what = f"with {names} on both sides, each series is" if kept else "each series is"
            advice = f"use `sum without ({', '.join(kept)}) (…)` on both sides" if kept else "correct one of the sides"
            yield Hit(at=rule.expr.at(node.op_at), message=f"{what} divided by itself: this is always 1", help=advice)


def _is_one(node: Binary) -> bool:
    if node.matching and node.matching.group:
        return False
    if not any(isinstance(part, Selector) for part in walk(node.left)) or _bare(node.left) != _bare(node.right):
        return False
    sides = [surviving_labels(side) for side in node.children]
    return all(takes_part(node, label) and side.may_have(label) for label in _extra_labels(node) for side in sides)


def _bare(node: Node) -> str:
    """Return the canonical text of an expression without its matchers."""
    return normalise(_without_matchers(node))


def _without_matchers(node: Node) -> Node:
    if isinstance(node, Selector):
        return replace(node, name=node.metric, matchers=())
    return rebuilt(node, _without_matchers)


def _extra_labels(node: Binary) -> frozenset[str]:
    """Return the labels that one side asks for otherwise than the other."""
    left, right = (
        [matchers_of(part) for part in walk(side) if isinstance(part, Selector)] for side in node.children
    )
    return frozenset(label for ours, theirs in zip(left, right, strict=True) for label, _, _ in ours ^ theirs)


CHECK = Check(
    code="C328",
    name="ratio-of-itself",
    severity=ERROR,
    scope=Scope.RULE,
    run=run,
    cases=(
        Bad("""
            - alert: ManyErrors
              expr: rate(requests_total{code="500"}[5m]) / rate(requests_total[5m]) > 0.1
              #                                          ^ with `code` on both sides, each series is divided by itself: this is always 1
            - record: job:errors:ratio5m
              expr: sum by (job, code) (rate(requests_total{code=~"5.."}[5m])) / sum by (job, code) (rate(requests_total[5m]))
              #                                                                ^ with `code` on both sides, each series is divided by itself: this is always 1
            - alert: QueueFull
              expr: sum(queue_length) / sum(queue_length) > 0.9
              #                       ^ each series is divided by itself: this is always 1
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - alert: ManyErrors
              expr: |
                sum by (job) (rate(requests_total{code=~"5.."}[5m])) / sum by (job) (rate(requests_total[5m])) > 0.1
                or rate(requests_total{code="500"}[5m]) / ignoring (code) group_left rate(requests_total[5m]) > 0.1
                or disk_bytes{state="free"} / ignoring (state) disk_bytes{state="all"} > 0.1
                or requests:rate5m / requests:rate5m offset 1w > 2
                or rate(latency_sum[5m]) / rate(latency_count[5m]) > 2 or 10 / 5 * queue_length > 3
        """),
    ),
)
