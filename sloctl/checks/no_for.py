"""An alert without `for` whose query looks at one moment.

**What it finds.** Alerts with no `for` (or one of 0s) whose expression has no window of five minutes or more, so that
a single odd sample fires them. Burn-rate alerts are exempt: their windows do what `for` does. So are alerts on the
age of something (`time() - last_success > 3600`), which cannot flicker, and watchdogs.

**Why it wakes people up.** One failed scrape, one restart, one spike, and somebody is called for what is over before
they have found their glasses.

**What to do.** Give it `for: 5m` or more, or look at a window (`avg_over_time(x[10m])`, `increase(x[1h])`).

**Options.** `min_window`: the window that replaces `for`; 5m.

**Sources.** Prometheus documentation, alerting rules; Rob Ewaschuk, "My Philosophy on Alerting".
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context, is_by_design
from sloctl.checks._rule import Rule
from sloctl.core.duration import Duration
from sloctl.promql.burn import is_burn_rate
from sloctl.promql.tree import Call
from sloctl.promql.usage import effective_windows_ms

CODE = "N201"


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report an alert that fires on a single sample."""
    if alert.hold.ms or alert.root is None or is_by_design(alert):
        return
    least = Duration.parse(context.option(CODE, "min_window", "5m"))
    longest = max(effective_windows_ms(alert.root), default=0)
    if longest >= least.ms or is_burn_rate(alert.root) or _is_age(alert):
        return
    message = f"`{alert.name.value}` has no `for`, and its query looks at less than {least}: one odd sample fires it"
    yield Hit(at=alert.name.at(), message=message, help="add `for: 5m`, or look at a window")


def _is_age(alert: Rule) -> bool:
    return any(isinstance(node, Call) and node.function == "time" for node in alert.nodes)


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
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              for: 10m
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
            - alert: Watchdog
              expr: vector(1)
        """),
    ),
)
