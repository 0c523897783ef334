"""The alert's value in one of its labels.

**What it finds.** Labels whose template uses `$value` or `.Value`, also in a comparison
(`{{ if gt $value 90.0 }}critical{{ end }}`).

**Why it wakes people up.** The labels are the identity of an alert. When a label changes, the old alert resolves and a
new one starts: `for` starts again and never ends, or a new notification goes out with each new number.

**What to do.** Move the value to an annotation. For two severities write two alerts with two thresholds.

**Sources.** Prometheus documentation, alerting rules; Alertmanager groups and silences by labels.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule


def run(alert: Rule, context: Context) -> Iterator[Hit]:  # noqa: ARG001 - every check is called alike
    """Report each label that changes with the value."""
    for template in alert.templates:
        if alert.labels.get(template.key) is not template.text or not template.facts or not template.facts.uses_value:
            continue
        printed = template.facts.printed_values
        place = template.text.at((printed[0].start, printed[0].end) if printed else None)
        message = f"the label `{template.key}` changes with the value: each change is a new alert"
        yield Hit(at=place, message=message, help="move the value to an annotation, or write one alert per threshold")


CHECK = Check(
    code="N215",
    name="value-in-labels",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 10m
              labels:
                length: "{{ $value }}"
            #               ^^^^^^ the label `length` changes with the value: each change is a new alert
        """),
        Bad("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 10m
              labels:
                urgent: "{{ gt $value 9.0 }}"
            #           ^^^^^^^^^^^^^^^^^^^^^ the label `urgent` changes with the value: each change is a new alert
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 10m
              labels: {queue: "{{ $labels.queue }}"}
              annotations: {summary: "{{ $value }} are waiting"}
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 10m
              labels: {values: "{{ .Values.severity }}"}
        """),
    ),
)
