"""Anchors in a regular expression that is anchored anyway.

**What it finds.** Matchers whose regular expression begins with `^` or ends with `$`. Prometheus always matches the
whole value.

**Why it matters.** It tells the reader that patterns without anchors match parts. They do not, and the next one is
written without `.*` where it was needed.

**What to do.** Leave them out; `--fix` does it.

**Sources.** Prometheus documentation, querying basics ("Regex matches are fully anchored").
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._edits import replacing
from sloctl.checks._rule import Rule
from sloctl.core.finding import Fix
from sloctl.promql.tree import Matcher


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report each matcher with anchors at its ends."""
    if rule.service or "~" not in rule.expr.value:
        return
    for selector in rule.selectors:
        for matcher in selector.matchers:
            if "~" in matcher.op and (anchors := _anchors(matcher.value)):
                yield _hit(rule, matcher, anchors)


def _anchors(pattern: str) -> tuple[str, ...]:
    """Return the anchors at the ends of a pattern, as far as they are anchors."""
    starts = pattern.startswith("^") and pattern[1:2] not in tuple("*+?{")
    slashes = len(pattern) - 1 - len(pattern[:-1].rstrip("\\"))
    ends = pattern.endswith("$") and slashes % 2 == 0
    return ("^",) * starts + ("$",) * ends


def _hit(rule: Rule, matcher: Matcher, anchors: tuple[str, ...]) -> Hit:
    start, end = matcher.value_at
    places = {"^": (start + 1, start + 2), "$": (end - 2, end - 1)}
    edits = tuple(edit for anchor in anchors if (edit := replacing(rule.expr, places[anchor], anchor, "")))
    names = " and ".join(f"`{anchor}`" for anchor in anchors)
    change = "change" if len(anchors) > 1 else "changes"
    return Hit(
        at=rule.expr.at(matcher.value_at),
        message=f"{names} {change} nothing: the whole value must match anyway",
        help="leave the anchors out",
        fix=Fix(title=f"remove {names}", edits=edits) if len(edits) == len(anchors) else None,
    )


CHECK = Check(
    code="H505",
    name="redundant-anchors",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: max(queue_length{queue=~"^mail|sms$"}) > 5
              #                             ^^^^^^^^^^^^ `^` and `$` change nothing: the whole value must match anyway
        """),
        Bad("""
            - alert: QueueLong
              expr: |
                max(queue_length{queue!~'mail.*$'}) > 5
            #                           ^^^^^^^^^ `$` changes nothing: the whole value must match anyway
        """),
        Good(r"""
            - alert: PriceWrong
              expr: max(price{currency=~".*\\$", name!~"[^a].*", day=~"(^a|b).+"}) > 5
        """),
    ),
)
