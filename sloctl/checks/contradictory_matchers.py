"""A selector whose matchers exclude each other.

**What it finds.** Selectors that pin a label to a value which another matcher of theirs refuses:
`{env="prod", env="dev"}`, `{env="prod", env!~"prod|dev"}`; and matchers that refuse every value: `env!~".*"`.

**Why it wakes people up.** It does not: no series can be selected, so the alert never fires. Inside `unless` or
`absent` it is the reverse.

**What to do.** Correct the matcher. For one of several values write `env=~"prod|dev"`.

**Sources.** Prometheus documentation, time series selectors: all matchers must hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.finding import Note
from sloctl.promql.tree import Matcher, Selector

_EVERYTHING = (".*", "(.*)", "^.*$")
# Patterns that Python and RE2 read alike, and that cannot take long: no groups, few repeats.
_SIMPLE = re.compile(r"[^()\[\]{}\\*+?]*([*+?][^()\[\]{}\\*+?]*){0,3}")


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report the first matcher of a selector that leaves nothing to select."""
    for selector in rule.selectors:
        if len(selector.matchers) > 1 or (selector.matchers and selector.matchers[0].op == "!~"):
            yield from _contradictions(rule, selector)


def _contradictions(rule: Rule, selector: Selector) -> Iterator[Hit]:
    pinned: dict[str, Matcher] = {}
    for matcher in selector.matchers:
        if matcher.op == "=":
            pinned.setdefault(matcher.label, matcher)
    for matcher in selector.matchers:
        if matcher.op == "!~" and matcher.value in _EVERYTHING:
            advice = f'for series without the label write `{matcher.label}=""`'
            yield Hit(at=rule.expr.at(matcher), message="this refuses every value, so nothing is selected", help=advice)
            return
        first = pinned.get(matcher.label)
        if first and not _allows(matcher, first.value):
            message = f"`{matcher.label}` must be `{first.value}` too, so nothing is selected"
            notes = (Note("the other matcher is here", rule.expr.at(first)),)
            yield Hit(at=rule.expr.at(matcher), message=message, help="correct one of the two", notes=notes)
            return


def _allows(matcher: Matcher, value: str) -> bool:
    """Tell whether a matcher may accept a value."""
    if "~" not in matcher.op:
        return (matcher.value == value) == (matcher.op == "=")
    if not _SIMPLE.fullmatch(matcher.value):
        return True
    try:
        return bool(re.fullmatch(matcher.value, value)) == (matcher.op == "=~")
    except re.error:  # RE2 reads more than Python does
        return True


CHECK = Check(
    code="C327",
    name="contradictory-matchers",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: max(queue_length{env="prod", env="dev"}) > 100
              #                                  ^^^^^^^^^ `env` must be `prod` too, so nothing is selected
            - alert: QueueOld
              expr: max(queue_age_seconds{env!~"prod|dev", env="prod"}) > 100
              #                           ^^^^^^^^^^^^^^^ `env` must be `prod` too, so nothing is selected
        """),
        Bad("""
            - record: queue:length:max
              expr: max(queue_length{env!~".*"})
              #                      ^^^^^^^^^ this refuses every value, so nothing is selected
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length{env=~"prod|dev", env!="dev", job="mail", job=~"m.*", job!~"(sms|fax)+", zone!~"a"}) > 5
        """),  # noqa: E501 - one selector with everything that is fine
    ),
)
