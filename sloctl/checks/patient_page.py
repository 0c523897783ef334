"""A page that waits half an hour before it calls.

**What it finds.** Alerts that page and have a `for` of 30 minutes or more. Alerts on what is missing may wait, because
it is only missed after a while: series that are gone, and events that do not happen (`increase(x[3h]) == 0`). So may
forecasts, which need a stretch of history. A long `for` on a burn rate is N227.

**Why it wakes people up.** If users can wait half an hour for anybody to be told, they can mostly wait until the
morning. And if they can not, the page comes half an hour too late.

**What to do.** If somebody must get up for it, make the page quicker: a shorter `for`, or a window in the query. If
not, make it a ticket.

**Options.** `max`: the longest `for` of a page; a page with this much or more is reported; 30m.

**Sources.** Site Reliability Workbook, chapter 5: a long duration makes detection slow and resets on one good sample.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._absence import is_absence
from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context, is_by_design
from sloctl.checks._rule import Rule
from sloctl.core.duration import Duration
from sloctl.promql.burn import is_burn_rate

CODE = "N203"
_FORECASTS = frozenset({"predict_linear", "deriv", "holt_winters", "double_exponential_smoothing"})


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report a page that can wait."""
    if alert.hold < Duration.parse(context.option(CODE, "max", "30m")) or not context.pages(alert):
        return
    if alert.root is None or is_by_design(alert) or is_absence(alert):
        return
    if is_burn_rate(alert.root) or not _FORECASTS.isdisjoint(alert.functions):
        return
    message = f"`{alert.name.value}` pages, but only after {alert.hold}: too late for what is urgent"
    advice = "page sooner, or make it a ticket"
    yield Hit(at=alert.times["for"].at(), message=message, help=advice)


CHECK = Check(
    code=CODE,
    name="patient-page",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    options=(Option("max", "30m", "the `for` from which on a page is reported"),),
    cases=(
        Bad("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 30m
            #      ^^^ `QueueLong` pages, but only after 30m: too late for what is urgent
              labels: {severity: critical}
        """),
        Bad("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 20m
            #      ^^^ `QueueLong` pages, but only after 20m: too late for what is urgent
              labels: {severity: critical}
        """, {"max": "15m"}),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 30m
              labels: {severity: warning}
        """),
        Good("""
            - alert: DataMissing
              expr: count_over_time(requests:increase5m[1d:30m]) unless requests:increase5m
              for: 30m
              labels: {severity: critical}
        """),
        Good("""
            - alert: ExporterGone
              expr: absent(up{job="exporter"})
              for: 1h
              labels: {severity: critical}
        """),
        Good("""
            - alert: NoUploads
              expr: sum(increase(uploads_total[3h])) == 0
              for: 3h
              labels: {severity: critical}
        """),
        Good("""
            - alert: DiskFills
              expr: predict_linear(disk_free_bytes[6h], 14400) < 0 and disk_free_bytes < 1e9
              for: 1h
              labels: {severity: critical}
        """),
    ),
)
