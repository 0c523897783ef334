"""An `absent` whose alert cannot say what is gone.

**What it finds.** `absent` and `absent_over_time` over a selector without a single `=` matcher, in an alert whose own
labels say nothing but how bad it is. `absent` copies `=` matchers into the labels of its result, and nothing else: a
regular expression (`job=~".*api.*"`) gives no label.

**Why it wakes people up.** The alert has no `job`, no `namespace` and no `cluster`: the routes that look at them send
it to the default receiver, and inhibitions and silences miss it. Without any matcher one series of that name anywhere
also keeps it quiet.

**What to do.** Pin what is expected: `absent(up{job="api"})`, one alert for each. Or give the alert a label of its own.

**Sources.** Prometheus documentation, `absent()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sloctl.checks._absence import absent_calls
from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import SEVERITY_LABELS, Rule
from sloctl.promql.defaults import without_defaults
from sloctl.promql.selector import fixed_labels
from sloctl.promql.tree import Call, Selector, walk


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report an `absent` that pins no label."""
    calls = absent_calls(alert)
    if not calls or not context.reaches_human(alert) or not alert.labels.keys() <= set(SEVERITY_LABELS):
        return
    for call in filter(partial(_decides, alert), calls):
        selectors = [node for node in walk(call) if isinstance(node, Selector)]
        if selectors and not any(map(fixed_labels, selectors)):
            yield _hit(alert, call, selectors[0])


def _decides(alert: Rule, call: Call) -> bool:
    """Tell whether a call is more than a default for missing series, such as `or 0 * absent(x)`."""
    parts = (walk(without_defaults(parts[0])) for parts in alert.branches)
    return any(node.place == call.place for nodes in parts for node in nodes)


def _hit(alert: Rule, call: Call, selector: Selector) -> Hit:
    what = "only regular expressions" if selector.matchers else "no matchers"
    message = f"`{call.function}` has {what}, so this alert has no label that says what is gone"
    advice = 'pin it with `=`, such as `absent(up{job="api"})`, or give the alert a label'
    return Hit(at=alert.expr.at(selector), message=message, help=advice)


CHECK = Check(
    code="C316",
    name="absent-without-matchers",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: ApiIsDown
              expr: absent(up{job=~".*api.*"} == 1)
              #            ^^^^^^^^^^^^^^^^^^ `absent` has only regular expressions, so this alert has no label that says what is gone
              for: 5m
              labels: {severity: critical}
            - alert: QueueGone
              expr: absent_over_time(queue_length[10m])
              #                      ^^^^^^^^^^^^^^^^^ `absent_over_time` has no matchers, so this alert has no label that says what is gone
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - alert: ApiIsDown
              expr: absent(up{job="api"} == 1) or absent(up{job="web", pod!~"canary.*"})
              for: 5m
            - alert: QueueGone
              expr: absent(queue_length)
              labels: {severity: page, team: mail}
        """),
        Good("""
            - alert: QueueLong
              expr: queue_length > 100 unless on () absent(up)
            - alert: QueueGrows
              expr: (sum(queue_length) or 0 * absent(queue_length)) > 100
        """),
    ),
)
