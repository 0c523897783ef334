"""A regular expression that can begin with anything.

**What it finds.** Matchers with `=~` or `!~` whose value begins with `.*` or `.+` and goes on (`job=~".*api"`).

**Why it wakes people up.** It does not; it costs. Prometheus must try the expression on every value of the label
instead of looking the value up, at each evaluation. It also takes in more than was meant: `.*api` matches `old-api`
too.

**What to do.** List the values (`job=~"api|web-api"`), or begin with what is fixed.

**Sources.** Prometheus documentation, querying basics.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule

_WILDCARDS = (".*", ".+")


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report matchers that begin with a wildcard."""
    for selector in rule.selectors:
        for matcher in selector.matchers:
            if "~" in matcher.op and matcher.value.startswith(_WILDCARDS) and matcher.value not in _WILDCARDS:
                message = f"`{matcher.label}{matcher.op}` begins with a wildcard: every value of the label is tried"
                advice = "list the values, or begin with a fixed part"
                yield Hit(at=rule.expr.at(matcher.value_at), message=message, help=advice)


CHECK = Check(
    code="P405",
    name="leading-wildcard",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    profile=STRICT,
    cases=(
        Bad("""
            - alert: ApiDown
              expr: up{job=~".*api.*"} == 0
              #             ^^^^^^^^^ `job=~` begins with a wildcard: every value of the label is tried
        """),
        Good("""
            - alert: ApiDown
              expr: up{job=~"api.*", zone=~".+", path!~".*", host=".*"} == 0
        """),
    ),
)
