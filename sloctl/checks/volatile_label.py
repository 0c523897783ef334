"""A label of the alert that changes while the alert fires.

**What it finds.** Labels whose template runs a query (`{{ query "…" }}`), and labels that copy one which is different
for each copy of a thing or for each release: `$labels.uid`, `$labels.container_id`, `$labels.version` and the like.

**Why it wakes people up.** The labels are the identity of an alert. When one changes, the old alert resolves and a new
one starts: a second page for the same trouble.

**What to do.** Move it to an annotation.

**Options.** `labels`: the names of such labels.

**Sources.** Prometheus documentation, alerting rules: labels identify an alert, annotations describe it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule, Text
from sloctl.core.source import Location
from sloctl.gotemplate.records import Facts

CODE = "N216"
_LABELS = (
    "uid", "pod_uid", "container_id", "image_id", "image", "image_spec", "version", "revision", "build", "commit",
    "pid", "request_id", "trace_id", "session_id", "pod_ip",
)  # fmt: skip


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report each label that does not stay the same."""
    for template in alert.templates:
        if alert.labels.get(template.key) is not template.text or not template.facts:
            continue
        names = context.option(CODE, "labels", _LABELS)
        if place := _place(template.text, template.facts, names):
            message = f"the label `{template.key}` may change while the alert fires"
            yield Hit(at=place, message=message, help="move it to an annotation: each change is a new alert")


def _place(text: Text, found: Facts, names: Sequence[str]) -> Location | None:
    """Return where the template says something that changes."""
    if found.queries:
        return text.at((found.queries[0].start, found.queries[0].end))
    return next((text.at((use.start, use.end)) for use in found.labels if use.name in names), None)


CHECK = Check(
    code=CODE,
    name="volatile-label",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    profile=STRICT,
    options=(Option("labels", _LABELS, "labels that change with each copy or release"),),
    cases=(
        Bad("""
            - alert: QueueLong
              expr: queue_length > 100
              for: 10m
              labels:
                release: "{{ $labels.version }}"
            #                        ^^^^^^^ the label `release` may change while the alert fires
        """),
        Good("""
            - alert: QueueLong
              expr: queue_length > 100
              for: 10m
              labels: {queue: "{{ $labels.queue }}"}
              annotations: {description: "Version {{ $labels.version }}"}
        """),
    ),
)
