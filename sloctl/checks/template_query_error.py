"""A query inside a template that Prometheus cannot run.

**What it finds.** `{{ query "…" }}` in a label or an annotation whose text is not valid PromQL, also where `printf`
puts labels into it.

**Why it wakes people up.** Prometheus looks at the query only when the alert fires. Then the whole text is replaced by
the error, and the reader of the page learns nothing.

**What to do.** Mend the query at the caret. Quotes inside it are the usual reason: write it in back-ticks, or give
`printf` the verb `%q`.

**Sources.** Prometheus documentation, template reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import ERROR, MIGRATION, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._templates import readable
from sloctl.promql.errors import PromqlError
from sloctl.promql.parse import parse


def run(alert: Rule, _context: Context) -> Iterator[Hit]:
    """Report the queries of templates that do not parse."""
    for template, facts in readable(alert):
        for query in facts.queries:
            try:
                parse(query.text, later=True)
            except PromqlError as error:
                message = f"the query of this template fails: {error.message}"
                yield Hit(at=template.text.at((query.start, query.end)), message=message, help=error.help)


CHECK = Check(
    code="C310",
    name="template-query-error",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    profile=MIGRATION,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: queue_length > 100
              annotations:
                summary: '{{ query "sum(queue_length" | first | value }} in all'
                #                  ^^^^^^^^^^^^^^^^^^ the query of this template fails: `(` is never closed
        """),
        Bad("""
            - alert: QueueLong
              expr: queue_length > 100
              annotations:
                summary: '{{ printf "sum(queue_length{queue=%s})" $labels.queue | query | first | value }} in all'
                #                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the query of this template fails: the value of `queue` needs quotes
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - alert: QueueLong
              expr: queue_length > 100
              annotations:
                summary: '{{ printf "sum(queue_length{queue=%q})" $labels.queue | query | first | value }} in all'
                description: '{{ with query "max(queue_age)" }}{{ . | first | value | humanizeDuration }}{{ end }}'
        """),
    ),
)
