"""PromQL that a server refuses unless a feature is switched on.

**What it finds.** Functions and aggregations that need `--enable-feature=promql-experimental-functions`, such as
`limitk`, `mad_over_time` or `sort_by_label`.

**Why it wakes people up.** On a server without the flag the rule file does not load, and every alert in it is gone.
What is experimental may also be renamed or removed by any release.

**What to do.** Use a stable function. If all your servers have the flag, name the functions you rely on in the option.

**Options.** `allowed`: the names of experimental functions that may be used; none.

**Sources.** Prometheus documentation, feature flags.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.functions import EXPERIMENTAL
from sloctl.promql.tree import Aggregate, Call

CODE = "C323"


def run(rule: Rule, context: Context) -> Iterator[Hit]:
    """Report experimental functions and aggregations."""
    used = rule.functions & EXPERIMENTAL
    unwanted = used.difference(context.option(CODE, "allowed", ())) if used else used
    for node in rule.nodes if unwanted else ():
        if isinstance(node, Call | Aggregate):
            name, place = (node.function, node.name_at) if isinstance(node, Call) else (node.op, node.op_at)
            if name in unwanted:
                message = f"`{name}` is experimental: a server without the feature flag refuses the file"
                advice = "use a stable function, or allow it in the settings"
                yield Hit(at=rule.expr.at(place), message=message, help=advice)


CHECK = Check(
    code=CODE,
    name="experimental-promql",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    options=(Option("allowed", [], "experimental functions that may be used"),),
    cases=(
        Bad("""
            - alert: Noisy
              expr: mad_over_time(latency[5m]) > 5
              #     ^^^^^^^^^^^^^ `mad_over_time` is experimental: a server without the feature flag refuses the file
            - record: queues:some
              expr: limitk(5, queue_length)
              #     ^^^^^^ `limitk` is experimental: a server without the feature flag refuses the file
        """),
        Good("""
            - alert: Noisy
              expr: stddev_over_time(latency[5m]) > 5
        """),
        Good("""
            - alert: Noisy
              expr: mad_over_time(latency[5m]) > 5
        """, {"allowed": ["mad_over_time"]}),
    ),
)
