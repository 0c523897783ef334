"""A dot in a regular expression that was meant as a dot.

**What it finds.** Matchers with `=~` or `!~` that hold a bare `.` inside what looks like a name or an address
(`instance=~"db1.example.org:.*"`): it matches any character.

**Why it wakes people up.** It seldom does; it quietly takes in series that were not meant, such as `db1-example.org`.

**What to do.** Escape it: `db1\\\\.example\\\\.org` in quotes, `db1\\.example\\.org` in back-ticks. Without any other
special character use `=`.

**Sources.** RE2 syntax; Prometheus documentation, querying basics.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule

_BARE_DOT = re.compile(r"[A-Za-z0-9]{2}\.[A-Za-z0-9]{2}|[0-9]\.[0-9]")


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report matchers with a bare dot between letters."""
    for selector in rule.selectors:
        for matcher in selector.matchers:
            if "~" in matcher.op and _BARE_DOT.search(matcher.value):
                message = f"the dot in `{matcher.value}` matches any character"
                advice = "write `\\\\.` in quotes, or `\\.` in back-ticks"
                yield Hit(at=rule.expr.at(matcher.value_at), message=message, help=advice)


CHECK = Check(
    code="C318",
    name="unescaped-dot",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    profile=STRICT,
    cases=(
        Bad(r"""
            - alert: DbDown
              expr: up{instance=~"db[0-9]+.example.org:.*"} == 0
              #                  ^^^^^^^^^^^^^^^^^^^^^^^^^ the dot in `db[0-9]+.example.org:.*` matches any character
        """),
        Good(r"""
            - alert: DbDown
              expr: up{instance=~"db.*", job=~"a.+b", host=~`db\.example\.org`, zone="eu.west", disk=~"mmc.p.+"} == 0
        """),
    ),
)
