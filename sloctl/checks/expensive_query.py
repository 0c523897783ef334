"""An expression that costs the server too much.

**What it finds.** With `--prometheus`: expressions of which one evaluation takes longer than `max_time` or reads more
than `max_samples`, or which the server gives up. For a rule that the server evaluates already, the time of its last
evaluation counts, and nothing is asked. Any other expression is evaluated once, up to 300 of them in a run; a server
that does not count samples (VictoriaMetrics) leaves them unmeasured.

**Why it wakes people up.** The expression runs every 30 seconds for years. A few like it make every other rule late,
and alerts that come late or not at all are found out in an outage.

**What to do.** Record the expensive part, narrow the selector, or shorten the range. `sloctl explain P401` shows how.

**Options.** `max_time`: how long an evaluation may take; 1s. `max_samples`: how many samples it may read; 1,000,000.

**Sources.** Prometheus documentation, HTTP API (`stats`), recording rules.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context
from sloctl.checks._history import running
from sloctl.checks._rule import Rule
from sloctl.checks._server import Canned, Server
from sloctl.core.duration import Duration
from sloctl.core.human import plural
from sloctl.promapi.answers import Cost, LoadedRule

CODE = "L606"


def run(rules: Sequence[Rule], server: Server, context: Context) -> Iterator[Hit]:
    """Report rules whose evaluation is expensive."""
    time = Duration.parse(context.option(CODE, "max_time", "1s"))
    samples = int(context.option(CODE, "max_samples", 1_000_000))
    loaded = server.rules() or {}
    sound = [(rule, running(rule, loaded)) for rule in rules if rule.root]
    costs = server.costs(rule.expr.value for rule, known in sound if known is None)
    for rule, known in sound:
        cost = Cost(0, known.seconds) if known else costs.get(rule.expr.value)
        if cost and (too_much := _judged(cost, time, samples)):
            advice = "record the expensive part, narrow the selector or shorten the range"
            yield Hit(at=rule.expr.at(), message=too_much, help=advice, about=rule)


def _judged(cost: Cost, time: Duration, samples: int) -> str:
    if math.isinf(cost.seconds):
        return "the server gives this up: it takes too long, or reads too many samples"
    if cost.seconds > time.seconds:
        return f"an evaluation of this takes {cost.seconds:.1f}s; up to {time} is allowed"
    if cost.samples > samples:
        return f"an evaluation of this reads {plural(cost.samples, 'sample')}; up to {samples:,} are allowed"
    return ""


_QUERY = "sum(errors_total) > 5"
_RULE = f"""
    - alert: ManyErrors
      expr: {_QUERY}
"""


def _loaded(query: str, seconds: float) -> tuple[LoadedRule, ...]:
    return (LoadedRule(name="ManyErrors", is_alert=True, query=query, seconds=seconds),)


CHECK = Check(
    code=CODE,
    name="expensive-query",
    severity=WARNING,
    scope=Scope.ONLINE,
    run=run,
    options=(
        Option("max_time", "1s", "how long an evaluation may take"),
        Option("max_samples", 1_000_000, "how many samples an evaluation may read"),
    ),
    cases=(
        Bad("""
            - alert: ManyErrors
              expr: sum(errors_total) > 5
              #     ^^^^^^^^^^^^^^^^^^^^^ an evaluation of this reads 4,200,000 samples; up to 1,000,000 are allowed
        """, server=Canned(cost={_QUERY: Cost(4_200_000, 0.9)})),
        Bad("""
            - alert: ManyErrors
              expr: sum(errors_total) > 5
              #     ^^^^^^^^^^^^^^^^^^^^^ an evaluation of this takes 2.3s; up to 500ms is allowed
        """, {"max_time": "500ms"}, server=Canned(loaded=_loaded(_QUERY, 2.34))),
        Bad("""
            - alert: ManyErrors
              expr: sum(errors_total) > 5
              #     ^^^^^^^^^^^^^^^^^^^^^ the server gives this up: it takes too long, or reads too many samples
        """, server=Canned(cost={_QUERY: Cost(0, math.inf)})),
        Good(_RULE, server=Canned(cost={_QUERY: Cost(1_000_000, 1.0)})),
        Good(_RULE, server=Canned(loaded=_loaded(_QUERY, 0.2), cost={_QUERY: Cost(0, 5.0)})),
        Good(_RULE, server=Canned(loaded=_loaded("sum(errors_total) > 50", 7.0))),
    ),
)  # fmt: skip
