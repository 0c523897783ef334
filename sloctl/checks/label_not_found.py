"""A label that no series of the metric has.

**What it finds.** With `--prometheus`: matchers that ask for a label which no series of the metric has had for a week,
so that the selector finds nothing; and labels in `by (…)` which none of the metrics below has. A matcher that an absent
label satisfies too (`env!="test"`, `zone=""`) is left alone. So are series that a linted rule records, whose labels may
be about to change, labels that the expression makes itself (`label_replace`, `count_values`), and in `by (…)` external
labels, which shared rules name on purpose.

**Why it wakes people up.** A wrong matcher makes the query empty: the alert never fires. A wrong label in `by (…)` adds
up what was to be told apart: one page for everything, and none that says where.

**What to do.** Correct the label; the message lists those that the metric has.

**Sources.** Prometheus documentation, querying basics.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._missing import meant
from sloctl.checks._rule import Rule
from sloctl.checks._server import WEEK, Canned, Server
from sloctl.core.human import and_list
from sloctl.promql.tree import Aggregate, Call, Label, Matcher, Node, Selector, String, unwrap, walk

_OF_ALERTS = frozenset({"ALERTS", "ALERTS_FOR_STATE"})
_WRITES_LABEL = {"label_replace": 1, "label_join": 1, "histogram_quantiles": 1}
"""Functions that write a label, and which of their arguments names it."""
_MAKES_LABELS = frozenset({"absent", "absent_over_time", "info"})
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A label that is asked for at a place, and the metrics of which one must have it."""

    label: str
    place: tuple[int, int]
    metrics: tuple[str, ...]


def run(rules: Sequence[Rule], server: Server, context: Context) -> Iterator[Hit]:
    """Report labels that are not there."""
    own = _OF_ALERTS | {rule.name.value for rule in rules if not rule.is_alert}
    wanted = [(rule, each) for rule in rules for each in _wanted(rule, own, context.external_labels)]
    asked = {metric for _, each in wanted for metric in each.metrics}
    known = server.labels(asked & server.metrics()) if asked else {}
    for rule, each in wanted:
        there = [known.get(metric, frozenset()) for metric in each.metrics]
        if all(there) and not any(each.label in labels for labels in there):
            yield _hit(rule, each, frozenset().union(*there))


def _wanted(rule: Rule, own: Collection[str], external: Collection[str]) -> Iterator[_Wanted]:
    """Yield what a rule asks for of series that are not our own, each label of the same metrics once."""
    asked = (each for node in rule.nodes for each in (*_matched(node), *_grouped(node, external)))
    first = {(each.label, each.metrics): each for each in reversed(tuple(asked))}
    yield from (each for each in reversed(first.values()) if not any(metric in own for metric in each.metrics))


def _matched(node: Node) -> Iterator[_Wanted]:
    if isinstance(node, Selector) and node.metric:
        for matcher in node.matchers:
            if not matcher.label.startswith("__") and _needs_label(matcher):
                yield _Wanted(matcher.label, matcher.place, (node.metric,))


def _needs_label(matcher: Matcher) -> bool:
    """Tell whether a matcher refuses series without the label: an absent label counts as an empty one."""
    if matcher.op in {"=", "!="}:
        return (matcher.op == "=") == bool(matcher.value)
    try:
        return (re.fullmatch(matcher.value, "") is None) == (matcher.op == "=~")
    except re.error:
        return False  # Go knows expressions that Python does not


def _grouped(node: Node, external: Collection[str]) -> Iterator[_Wanted]:
    if not isinstance(node, Aggregate) or node.modifier != "by":
        return
    selectors = [each for each in walk(node.arg) if isinstance(each, Selector)]
    metrics = tuple(dict.fromkeys(each.metric for each in selectors if each.metric))
    if metrics and all(each.metric for each in selectors):
        yield from (_Wanted(label.name, label.place, metrics) for label in _read(node, external))


def _read(node: Aggregate, external: Collection[str]) -> Iterator[Label]:
    """Yield the grouping labels that can only come from the series."""
    inside = list(walk(node.arg))
    if not any(isinstance(each, Call) and each.function in _MAKES_LABELS for each in inside):
        made = {label for each in inside for label in _made(each)}
        yield from (label for label in node.labels if label.name not in made and label.name not in external)


def _made(node: Node) -> Iterator[str]:
    """Yield the labels that a node writes itself."""
    names: list[Node | None] = []
    if isinstance(node, Call) and node.function in _WRITES_LABEL:
        names = [unwrap(node.args[_WRITES_LABEL[node.function]])]
    elif isinstance(node, Aggregate) and node.op == "count_values" and node.param:
        names = [unwrap(node.param)]
    yield from (name.value for name in names if isinstance(name, String))


def _hit(rule: Rule, wanted: _Wanted, there: Collection[str]) -> Hit:
    labels = sorted(set(there) - {"__name__"})
    near = meant(wanted.label, frozenset(labels))
    few = f"{', '.join(labels[:_SHOWN])}{', …' if len(labels) > _SHOWN else ''}" or "none"
    advice = f"did you mean `{near}`?" if near else f"labels that are there: {few}"
    metrics = and_list([f"`{metric}`" for metric in wanted.metrics])
    message = f"no series of {metrics} has had the label `{wanted.label}` for {WEEK}"
    return Hit(at=rule.expr.at(wanted.place), message=message, help=advice, about=rule)


_KNOWN = Canned(has={
    "http_requests_total": ("__name__", "code", "instance", "job"),
    "http_errors_total": ("__name__", "instance", "job"),
    "up": ("__name__", "instance", "job"),
})  # fmt: skip

CHECK = Check(
    code="L602",
    name="label-not-found",
    severity=WARNING,
    scope=Scope.ONLINE,
    run=run,
    cases=(
        Bad("""
            - alert: ManyErrors
              expr: |
                sum(rate(http_errors_total{jobs=~"a.+"}[5m])) > 5
                #                          ^^^^^^^^^^^ no series of `http_errors_total` has had the label `jobs` for 7d
              for: 10m
        """, server=_KNOWN),
        Bad("""
            - alert: ManyErrors
              expr: |
                sum by (job, code) (rate(http_errors_total[5m]))
                #            ^^^^ no series of `http_errors_total` has had the label `code` for 7d
                / sum by (job, status) (rate(http_requests_total[5m])) > 5
                #              ^^^^^^ no series of `http_requests_total` has had the label `status` for 7d
              for: 10m
        """, server=_KNOWN),
        Bad("""
            - record: zone:up:sum
              expr: sum by (zone) (up * on (job) group_left () http_errors_total)
              #             ^^^^ no series of `up` and `http_errors_total` has had the label `zone` for 7d
        """, server=_KNOWN),
        Good("""
            - alert: ManyErrors
              expr: sum(rate(http_requests_total{code=~"5..", env!="test", zone="", shard=~"|1"}[5m])) > 5
              for: 10m
        """, server=_KNOWN),
        Good("""
            - alert: ManyErrors
              expr: sum by (code, host) (label_replace(http_requests_total, "host", "$1", "instance", "(.*):.*")) > 5
              for: 10m
        """, server=_KNOWN),
        Good("""
            - record: job:errors:rate5m
              expr: sum by (job) (rate(http_errors_total[5m]))
            - alert: ManyErrors
              expr: sum by (zone) (job:errors:rate5m{zone="a"}) > 5
              for: 10m
        """, server=Canned(has={**_KNOWN.has, "job:errors:rate5m": ("__name__", "job")})),
        Good("""
            - alert: ManyErrors
              expr: sum by (cluster) (rate(http_errors_total[5m])) > 5
              for: 10m
        """, {"external_labels": frozenset({"cluster"})}, server=_KNOWN),
        Good("""
            - alert: Gone
              expr: sum by (zone) (not_there{zone="a"}) > 5 or sum by (zone) ({zone="a"}) > 5
              for: 10m
        """, server=_KNOWN),
    ),
)  # fmt: skip
