"""What only Prometheus 2 loads, or only Prometheus 3.

**What it finds.** What versions before 3 refuse: names of metrics, labels and annotations with other characters than
letters, digits and `_` (and `:` in metrics), whether as keys, as `record` or in quotes inside an expression, and
durations where a number belongs (`time() - built > 1d`), ranges without a unit or that are computed (`[5m + 1m]`),
`anchored`, `smoothed`, `fill`. What versions from 3 on refuse: `holt_winters`.

**Why it wakes people up.** A version that does not know it refuses the whole file, so that every alert in it is gone.
That is noticed on the day of an upgrade, or of a way back.

**What to do.** Write it as both versions read it. If all your servers are of version 3, ignore the check in the
settings, or with `--ignore C335`.

**Sources.** Prometheus documentation, UTF-8 names and the guide to migrate to version 3; its parser of 2.42 and 3.16.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._names import OWN_ANNOTATION, is_legacy_label, is_legacy_metric
from sloctl.checks._rule import Rule, Text
from sloctl.core.source import Location
from sloctl.promql.tree import Aggregate, Binary, Call, Node, Number, Place, Selector

_LATER = "Prometheus before version 3 refuses"
_REPLACED = {"holt_winters": "it is `double_exponential_smoothing` there, and needs a feature flag"}
_RANGE = re.compile(r"\[[^\[\]]*\]")
_MAYBE = re.compile(r"""[{(,]\s*["'`]|[0-9][smhdwy]|holt_winters""")
_QUOTES = frozenset("\"'`")


def run(rule: Rule, _: Context) -> Iterator[Hit]:
    """Report names and parts of the expression that belong to one major version."""
    yield from _names(rule)
    for part in rule.later:
        yield _later(rule.expr.at(part), part.what, part.help)
    if _MAYBE.search(_RANGE.sub("", rule.expr.value)):  # few expressions hold any of it, and walks over trees take time
        for node in rule.nodes:
            yield from _in_expression(node, rule.expr)


def _names(rule: Rule) -> Iterator[Hit]:
    name = rule.name.value
    if not rule.is_alert and name and "{" not in name and not is_legacy_metric(name):
        yield _later(rule.name.at(), f"`{name}` as the name of a metric", "use letters, digits, `_` and `:`")
    for kind, texts in (("a label", rule.labels), ("an annotation", rule.annotations)):
        for key, text in texts.items():
            if key and key != OWN_ANNOTATION and not is_legacy_label(key):
                yield _later(text.at_key(), f"`{key}` as the name of {kind}", "use letters, digits and `_`")


def _later(at: Location, what: str, advice: str) -> Hit:
    return Hit(at=at, message=f"{_LATER} {what}", help=advice)


def _in_expression(node: Node, expr: Text) -> Iterator[Hit]:
    if isinstance(node, Number) and node.text[-1] in "smhdwy":
        advice = f"write seconds: `{node.value:.15g}`"
        yield _later(expr.at(node), f"a duration where a number belongs: `{node.text}`", advice)
    if isinstance(node, Call) and (now := _REPLACED.get(node.function)):
        message = f"Prometheus from version 3 on refuses `{node.function}`"
        yield Hit(at=expr.at(node.name_at), message=message, help=now)
    for place in _names_of(node):
        if expr.value[place[0]] in _QUOTES:
            yield _later(expr.at(place), "a name in quotes", "use a name that needs none")


def _names_of(node: Node) -> Iterator[Place]:
    """Yield where the names of a metric and of labels stand."""
    if isinstance(node, Selector):
        yield from [node.name_at] if node.name_at else []
        yield from ((matcher.start, matcher.op_at[0]) for matcher in node.matchers)
    elif isinstance(node, Aggregate):
        yield from (label.place for label in node.labels)
    elif isinstance(node, Binary) and node.matching:
        yield from (label.place for label in (*node.matching.labels, *node.matching.include))


CHECK = Check(
    code="C335",
    name="one-major-version",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: queue_length > 100
              labels: {team-name: mail}
              #        ^^^^^^^^^ Prometheus before version 3 refuses `team-name` as the name of a label
              annotations: {mail.summary: The queue is long}
              #             ^^^^^^^^^^^^ Prometheus before version 3 refuses `mail.summary` as the name of an annotation
            - record: queue.length
              #       ^^^^^^^^^^^^ Prometheus before version 3 refuses `queue.length` as the name of a metric
              expr: sum by ("k8s.pod") ({"queue.length"})
              #             ^^^^^^^^^ Prometheus before version 3 refuses a name in quotes
              #                          ^^^^^^^^^^^^^^ Prometheus before version 3 refuses a name in quotes
        """),
        Bad("""
            - alert: BuildOld
              expr: time() - built{"k8s.pod"="a"} > 1d
              #                    ^^^^^^^^^ Prometheus before version 3 refuses a name in quotes
              #                                     ^^ Prometheus before version 3 refuses a duration where a number belongs: `1d`
            - alert: QueueLong
              expr: holt_winters(queue_length[1h], 0.5, 0.5) > 100
              #     ^^^^^^^^^^^^ Prometheus from version 3 on refuses `holt_winters`
            - alert: Slow
              expr: latency / on ("k8s.pod") group_left ("k8s.node") pods > 5
              #                   ^^^^^^^^^ Prometheus before version 3 refuses a name in quotes
              #                                          ^^^^^^^^^^ Prometheus before version 3 refuses a name in quotes
        """),  # noqa: E501 - drawn to scale
        Bad("""
            - record: queue:length:sum
              expr: sum(sum_over_time(queue_length[5m + 1m] anchored)) > 1_000
              #                                    ^^^^^^^ Prometheus before version 3 refuses a duration that is computed
              #                                             ^^^^^^^^ Prometheus before version 3 refuses `anchored`
              #                                                          ^^^^^ Prometheus before version 3 refuses `_` in a number
            - record: queue:growth:rate5m
              expr: rate(added[300]) - fill(0) rate(taken[5m] offset 60)
              #                ^^^ Prometheus before version 3 refuses `300` without a unit
              #                        ^^^^^^^ Prometheus before version 3 refuses `fill`
              #                                                      ^^ Prometheus before version 3 refuses `60` without a unit
        """),  # noqa: E501 - as above
        Good("""
            - alert: QueueLong
              expr: sum by (pod) (queue:length:max5m{pod=~"a|b", job='mail'} offset 5m) > 100
              labels: {team_name: mail}
              annotations: {sloctl/ignore: "ignore[N201] -- slow anyway"}
            - record: queue:length:max5m
              expr: label_replace(max_over_time(queue_length[5m]), "pod", "$1", "instance", "(.*)")
        """),
    ),
)
