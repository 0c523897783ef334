"""A selector without the name of a metric.

**What it finds.** Selectors that name no metric (`{job="api"}`), or only by a regular expression that can begin with
anything (`{__name__=~".+_total"}`).

**Why it wakes people up.** Prometheus must go through every series that the other matchers leave, of all metrics. The
evaluation is slow when the server is busy, and a new metric of the job changes what the rule means.

**What to do.** Name the metric. For several, list them: `{__name__=~"errors_total|failures_total"}`.

**Sources.** Prometheus documentation, querying basics.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.tree import Matcher


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report selectors over metrics of any name."""
    for selector in rule.selectors:
        if selector.metric is None and not any(map(_names, selector.matchers)):
            message = "this selector names no metric, so it goes through all of them"
            yield Hit(at=rule.expr.at(selector.vector_at), message=message, help="name the metric")


def _names(matcher: Matcher) -> bool:
    return matcher.label == "__name__" and matcher.op == "=~" and matcher.value[:2] not in (".*", ".+")


CHECK = Check(
    code="P404",
    name="no-metric-name",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    cases=(
        Bad("""
            - alert: Gone
              expr: absent({job="api"})
              #            ^^^^^^^^^^^ this selector names no metric, so it goes through all of them
            - record: series:count
              expr: count({__name__=~".+"})
              #           ^^^^^^^^^^^^^^^^ this selector names no metric, so it goes through all of them
        """),
        Good("""
            - alert: Gone
              expr: absent({__name__="queue_length"}) or sum({__name__=~"errors_total|failures_total"}) > 5
        """),
    ),
)
