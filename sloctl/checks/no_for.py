"""An alert without `for` whose query looks at one moment.

**What it finds.** Alerts with no `for` (or one of 0s) of which some branch looks at no window of five minutes or more,
so that a single odd sample fires them. A window in the name of a recorded series counts (`job:errors:rate5m`). Exempt
are burn-rate alerts, whose windows do what `for` does; ages and remaining times (`time() - last_success > 3600`,
`certificate_ttl_seconds < 86400`), which do not flicker; alerts on other alerts; watchdogs; and alerts that call
nobody. An `absent(…)` without `for` is N214.

**Why it wakes people up.** One failed scrape, one restart, one spike, and somebody is called for what is over before
they have found their glasses.

**What to do.** Give it `for: 5m` or more, or look at a window (`avg_over_time(x[10m])`, `increase(x[1h])`).

**Options.** `min_window`: the window that replaces `for`; 5m.

**Sources.** Prometheus documentation, alerting rules; Rob Ewaschuk, "My Philosophy on Alerting".
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._absence import absent_calls
from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._steady import is_smooth
from sloctl.core.duration import Duration

CODE = "N201"


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report an alert that fires on a single sample."""
    is_written = alert.times.get("for") and alert.time("for") is None  # no duration: C321 says so
    if alert.hold.ms or is_written or not context.reaches_human(alert):
        return
    least = Duration.parse(context.option(CODE, "min_window", "5m"))
    if is_smooth(alert, least) or absent_calls(alert):
        return
    message = f"`{alert.name.value}` has no `for`, and its query looks at less than {least}: one odd sample fires it"
    yield Hit(at=alert.name.at(), message=message, help="add `for: 5m`, or look at a window")


CHECK = Check(
    code=CODE,
    name="no-for",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    options=(Option("min_window", "5m", "the window in the query that replaces `for`"),),
    cases=(
        Bad("""
            - alert: QueueLong
            #        ^^^^^^^^^ `QueueLong` has no `for`, and its query looks at less than 5m: one odd sample fires it
              expr: max(queue_length) > 100
        """),
        Bad("""
            - alert: Crowded
            #        ^^^^^^^ `Crowded` has no `for`, and its query looks at less than 5m: one odd sample fires it
              expr: queue_length > 100 or rate(slow_jobs_total[10m]) > 5
              for: 0s
        """),
        Bad("""
            - alert: ManyErrors
            #        ^^^^^^^^^^ `ManyErrors` has no `for`, and its query looks at less than 10m: one odd sample fires it
              expr: sum(rate(errors_total[5m])) > 100
        """, {"min_window": "10m"}),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 10m
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 10 minutes
        """),
        Good("""
            - alert: ManyFailures
              expr: sum(increase(failures_total[1h])) > 100
        """),
        Good("""
            - alert: BackupTooOld
              expr: time() - max(backup_last_success_timestamp_seconds) > 86400
        """),
        Good("""
            - alert: CertificateExpires
              expr: client_certificate_ttl_seconds < 604800
        """),
        Good("""
            - alert: ManyErrors
              expr: job:errors:rate5m > 100
        """),
        Good("""
            - alert: ErrorBudgetBurn
              expr: job:errors:ratio1h > (14.4 * 0.001) and job:errors:ratio5m > (14.4 * 0.001)
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              labels: {severity: info}
        """),
        Good("""
            - alert: Watchdog
              expr: vector(1)
        """),
    ),
)
