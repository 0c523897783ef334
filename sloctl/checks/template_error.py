"""A template that Prometheus cannot expand.

**What it finds.** Labels and annotations whose templates do not parse, so that Prometheus refuses the file; and those
that parse but fail, or print nonsense, once the alert fires: a field that is not there (`.Label`), a function with the
wrong arguments, `printf` with the wrong verbs, a variable that is out of scope, a broken regular expression in
`match` or `reReplaceAll`.

**Why it wakes people up.** The page says `<error expanding template: …>` where it should say what is broken and where.
Nobody sees it before the first night it matters.

**What to do.** Mend the template at the caret. The data of an alert are `$labels`, `$value`, `$externalLabels` and
`$externalURL`.

**Sources.** Prometheus documentation, template reference and alerting rules; Go documentation, text/template.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import ERROR, MIGRATION, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule, Template
from sloctl.gotemplate.errors import TemplateError
from sloctl.gotemplate.records import Mistake
from sloctl.promql.errors import PromqlError
from sloctl.promql.explain import is_regular_expression, not_a_regular_expression


def run(alert: Rule, _context: Context) -> Iterator[Hit]:
    """Report templates that do not parse (reading a spec has reported its own) and those that will fail."""
    for template in alert.templates:
        for each in _wrong(template, alert):
            yield Hit(at=template.text.at((each.start, each.end)), message=each.message, help=each.help)


def _wrong(template: Template, alert: Rule) -> Iterator[TemplateError | Mistake | PromqlError]:
    read = template.read
    if isinstance(read, TemplateError):
        yield from [read] if alert.service is None else []
        return
    yield from read.mistakes
    for pattern in read.patterns:
        if not is_regular_expression(pattern.name):
            yield not_a_regular_expression(pattern.name, (pattern.start, pattern.end))


CHECK = Check(
    code="C309",
    name="template-error",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    profile=MIGRATION,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: queue_length > 100
              annotations:
                summary: Queue {{ $labels.queue } is long
                #                               ^ unexpected brace in an action
                description: "{{ if gt $value 500.0 }}very{{ end }} long: {{ $value | humanise }}"
                #                                                                     ^^^^^^^^ function `humanise` does not exist
        """),  # noqa: E501 - the message stands under its place
        Bad("""
            - alert: QueueLong
              expr: queue_length > 100
              labels:
                queue: "{{ .Label.queue }}"
                #           ^^^^^ the alert's data has no field `Label`
              annotations:
                summary: '{{ value | humanize }} in the queue'
                #            ^^^^^ `value` takes 1 argument, not 0
        """),
        Bad("""
            - alert: QueueLong
              expr: queue_length > 100
              annotations:
                summary: '{{ reReplaceAll "(.*" "$1" $labels.queue }} is long'
                #                         ^^^^^ `(.*` is not a regular expression
                description: '{{ if match "mail[" $labels.queue }}Mail{{ end }}: {{ reReplaceAll ":.*" "" "a:1" }}'
                #                         ^^^^^^^ `mail[` is not a regular expression
        """),
        Good("""
            - alert: QueueLong
              expr: queue_length > 100
              annotations:
                summary: "{{ $labels.queue }} holds {{ $value | humanize }}"
                description: >-
                  {{ with query "sum(queue_length)" }}{{ . | first | value | printf "%.0f" }} in all{{ end }};
                  {{ range query "topk(3, queue_length)" }}{{ .Labels.queue }}: {{ .Value }} {{ end }}
                graph: '{{ $externalURL }}/graph?g0.expr={{ "queue_length" | urlQueryEscape }}'
        """),
        Good("""
            - record: queue:length:sum
              expr: sum by (queue) (queue_length)
              labels:
                note: "{{ not a template }"
        """),
    ),
)
