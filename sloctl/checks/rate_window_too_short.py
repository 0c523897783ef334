"""A rate over fewer than four scrapes.

**What it finds.** Alerts with `rate`, `increase`, `delta` or `deriv` over a window shorter than four scrape intervals.
The interval is `scrape_interval` of the settings; for recorded series it is the one at which they are evaluated. With
`--prometheus` the server says it: that of the job if the selector has `job="…"`, else the shortest one of all jobs. Of
several such windows in an alert the first is reported.

**Why it wakes people up.** A rate needs two samples. Over two scrape intervals one missed scrape leaves it without a
result: the alert resolves, comes back and calls again; or it is silent when it is needed.

**What to do.** Widen the window to four scrape intervals or more. If the scrapes are closer together than the settings
say, say so there (`scrape_interval: 15s`).

**Options.** `scrapes`: how many scrape intervals a window must span; 4.

**Sources.** Prometheus documentation, `rate()`; Brian Brazil, "What range should I use with rate()?".
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._steady import evaluation_interval
from sloctl.core.duration import Duration
from sloctl.promql.selector import fixed_labels
from sloctl.promql.tree import Call, Selector, unwrap

CODE = "N206"
_SLOPES = frozenset({"rate", "increase", "delta", "deriv"})


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report a rate whose window holds too few samples."""
    if _SLOPES.isdisjoint(alert.functions) or not context.reaches_human(alert):
        return
    scrapes = int(context.option(CODE, "scrapes", 4))
    for node in alert.nodes:
        if isinstance(node, Call) and node.function in _SLOPES and isinstance(over := unwrap(node.args[0]), Selector):
            interval = _sampled_every(over, alert, context)
            if over.range_ms and over.range_ms < scrapes * interval.ms:
                yield _hit(alert, node, over, interval, scrapes)
                return


def _sampled_every(over: Selector, alert: Rule, context: Context) -> Duration:
    is_recorded = ":" in (over.metric or "")
    if is_recorded:
        return evaluation_interval(alert, context)
    return context.job_intervals.get(fixed_labels(over).get("job", ""), context.scrape_interval)


def _hit(alert: Rule, call: Call, over: Selector, interval: Duration, scrapes: int) -> Hit:
    window = Duration(over.range_ms or 0)
    message = f"`{call.function}` over {window} holds less than {scrapes} samples, one every {interval}"
    advice = f"use `[{_round(interval * scrapes)}]` or more, so that a missed scrape does not break it"
    return Hit(at=alert.expr.at(over.range_at), message=message, help=advice)


def _round(least: Duration) -> Duration:
    """Round up to whole minutes, as people write windows."""
    return Duration(-(-least.ms // 60_000) * 60_000)


CHECK = Check(
    code=CODE,
    name="rate-window-too-short",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    options=(Option("scrapes", 4, "how many scrape intervals a window must span"),),
    cases=(
        Bad("""
            - alert: ManyErrors
              expr: sum(rate(errors_total{job="api"}[1m])) > 5
              #                                     ^^^^ `rate` over 1m holds less than 4 samples, one every 30s
              for: 10m
        """),
        Bad("""
            - alert: ManyErrors
              expr: sum(increase(errors_total[3m])) > 5 and sum(rate(requests_total[1m])) > 1
              #                              ^^^^ `increase` over 3m holds less than 4 samples, one every 1m
        """, {"scrape_interval": Duration.of(minutes=1)}),
        Bad("""
            - alert: ManyErrors
              expr: |
                sum(rate(errors_total{job="api"}[5m])) > 5
                or sum(rate(errors_total{job="batch"}[5m])) > 5
                #                                    ^^^^ `rate` over 5m holds less than 4 samples, one every 2m
              for: 10m
        """, {"job_intervals": {"batch": Duration.of(minutes=2)}}),
        Good("""
            - alert: ManyErrors
              expr: sum(rate(errors_total{job="api"}[2m])) > 5
              for: 10m
        """),
        Good("""
            - alert: ManyErrors
              expr: sum(rate(errors_total{job="api"}[1m])) > 5
              for: 10m
        """, {"scrape_interval": Duration.of(seconds=15)}),
        Good("""
            - alert: Flapping
              expr: changes(link_up[1m]) > 2 or max_over_time(errors_total[30s]) > 5
              for: 10m
        """),
        Good("""
            - record: job:errors:rate1m
              expr: sum by (job) (rate(errors_total[1m]))
        """),
    ),
)
