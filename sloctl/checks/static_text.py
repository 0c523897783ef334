"""An alert for each of many series whose texts never say which.

**What it finds.** Alerts whose expression keeps labels of its series, so that several of them can fire at once, and
whose annotations use no label, no value and no query: every notification reads the same. A text that names the value
of a label that the expression pins says at least which part it is about, and is left alone.

**Why it costs time.** Five equal messages arrive, and somebody has to find out which five things are broken.

**What to do.** Name the labels that tell the alerts apart: "on {{ $labels.instance }}"; or aggregate them away.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule, Template
from sloctl.checks._texts import DESCRIPTION_KEYS, SUMMARY_KEYS
from sloctl.promql.labels import surviving_labels
from sloctl.promql.selector import fixed_labels


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report an alert of many series with one text for all."""
    text = alert.annotation(*SUMMARY_KEYS, *DESCRIPTION_KEYS)
    if text is None or alert.root is None or not context.reaches_human(alert):
        return
    if any(map(_says_which, alert.templates)) or _names_what_is_pinned(alert):
        return
    labels = surviving_labels(alert.root)
    if labels.is_open or labels.names - labels.certain:
        message = f"no text of `{alert.name.value}` says which series it is about"
        yield Hit(at=text.at(), message=message, help="name the labels that tell the alerts apart")


def _names_what_is_pinned(alert: Rule) -> bool:
    """Tell whether a text holds the value of a label that the expression pins: it says at least which part of all."""
    pinned = {value for selector in alert.selectors for value in fixed_labels(selector).values() if len(value) > 2}
    return any(value in text.value for value in pinned for text in alert.annotations.values())


def _says_which(template: Template) -> bool:
    facts = template.facts
    return facts is None or bool(facts.labels or facts.all_labels or facts.uses_value or facts.queries)


CHECK = Check(
    code="A110",
    name="static-text",
    severity=WARNING,
    profile=STRICT,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: QueueTooLong
              expr: queue_length > 5
              annotations: {summary: Messages wait}
            #                        ^^^^^^^^^^^^^ no text of `QueueTooLong` says which series it is about
        """),
        Bad("""
            - alert: QueueTooLong
              expr: sum by (queue) (queue_length) > 5
              annotations: {title: "See {{ $externalURL }}"}
            #                      ^^^^^^^^^^^^^^^^^^^^^^^^ no text of `QueueTooLong` says which series it is about
        """),
        Good("""
            - alert: QueueTooLong
              expr: queue_length > 5
              annotations: {summary: "Messages wait in {{ $labels.queue }}"}
            - alert: MailQueueTooLong
              expr: queue_length{queue="mail"} > 5
              annotations: {summary: The mail queue is too long}
            - alert: AllQueuesTooLong
              expr: sum(queue_length) > 5
              annotations: {summary: Messages wait}
            - alert: QueueGone
              expr: absent(queue_length{job="mail"})
              annotations: {summary: Nobody knows whether messages wait}
        """),
    ),
)
