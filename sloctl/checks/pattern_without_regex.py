"""A pattern that is compared as plain text.

**What it finds.** Matchers with `=` or `!=` whose value reads like a regular expression: `job="api.*"`,
`env!="dev|test"`. Addresses and paths (`route="/api/.*"`) are left alone: some exporters put patterns there.

**Why it wakes people up.** No series has such a value. With `=` the alert never fires; with `!=` it also fires for what
was to be left out.

**What to do.** Write `=~` or `!~`.

**Sources.** Prometheus documentation, time series selectors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._edits import replacing
from sloctl.checks._rule import Rule
from sloctl.core.finding import Fix
from sloctl.promql.tree import Matcher

_PATTERN = re.compile(r"[^/]*\.[*+].*|\^.+|[\w-]+(\|[\w-]+)+")
_REGEX = {"=": "=~", "!=": "!~"}


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report each matcher that was meant as a regular expression."""
    for selector in rule.selectors:
        for matcher in selector.matchers:
            if matcher.op in _REGEX and _PATTERN.fullmatch(matcher.value):
                yield _hit(rule, matcher)


def _hit(rule: Rule, matcher: Matcher) -> Hit:
    regex = _REGEX[matcher.op]
    message = f"`{matcher.op}` compares with the text `{matcher.value}`, not with what it matches"
    title = f"write `{regex}`"
    edit = replacing(rule.expr, matcher.op_at, matcher.op, regex)
    fix = Fix(title=title, edits=(edit,), safe=False) if edit else None
    return Hit(at=rule.expr.at(matcher), message=message, help=title, fix=fix)


CHECK = Check(
    code="C330",
    name="pattern-without-regex",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: max(queue_length{job="mail.*", env!="dev|test"}) > 5
              #                      ^^^^^^^^^^^^ `=` compares with the text `mail.*`, not with what it matches
              #                                    ^^^^^^^^^^^^^^^ `!=` compares with the text `dev|test`, not with what it matches
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - alert: QueueLong
              expr: |
                max(queue_length{job=~"mail.*", env!~"dev|test", host="db.one", route="/a/.*", le="+Inf", x="a || b"})
                > 5
        """),
    ),
)
