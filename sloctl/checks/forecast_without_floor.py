"""A forecast that fires while there is plenty left.

**What it finds.** Conditions on `predict_linear(…)` with no condition on today's level beside it.

**Why it wakes people up.** A backup, a compaction or a log rotation is a steep line for an hour. Drawn on for a day it
fills any disk; in fact the disk is half empty, and the line ends before anybody has logged in.

**What to do.** Ask for the level as well: `predict_linear(free[6h], 86400) < 0 and free / size < 0.2`.

**Sources.** The alerts on file systems of the Prometheus node exporter, which have such a guard.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.shape import comparisons
from sloctl.promql.tree import Call, Node, walk

_FORECAST = "predict_linear"


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report each branch that is only a forecast."""
    if _FORECAST not in alert.functions or not context.reaches_human(alert):
        return
    for parts in alert.branches:
        forecasts = [call for part in parts if (call := _forecast(part))]
        if forecasts and not any(map(_asks_for_level, parts)):
            message = "this forecast fires alone, however much is left today"
            advice = "ask for the level as well: `… and free / size < 0.2`"
            yield Hit(at=alert.expr.at(forecasts[0].name_at), message=message, help=advice)


def _forecast(node: Node) -> Call | None:
    return next((each for each in walk(node) if isinstance(each, Call) and each.function == _FORECAST), None)


def _asks_for_level(part: Node) -> bool:
    return any(_forecast(each.node) is None for each in comparisons(part))


CHECK = Check(
    code="N218",
    name="forecast-without-floor",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: DiskFills
              expr: predict_linear(free_bytes[6h], 86400) < 0
              #     ^^^^^^^^^^^^^^ this forecast fires alone, however much is left today
              for: 1h
        """),
        Bad("""
            - alert: DiskFills
              expr: free < 1e9 or sum(predict_linear(free_bytes[6h], 86400)) < 0
              #                       ^^^^^^^^^^^^^^ this forecast fires alone, however much is left today
              for: 1h
        """),
        Good("""
            - alert: DiskFills
              expr: predict_linear(free_bytes[6h], 86400) < 0 and free_bytes / size_bytes < 0.2
              for: 1h
        """),
        Good("""
            - alert: DiskFills
              expr: predict_linear((free_bytes < 1e10)[6h:5m], 86400) < 0
              for: 1h
        """),
    ),
)
