"""A regular expression that is plain text.

**What it finds.** Matchers `=~"text"` and `!~"text"` whose text has no special character, so that `=` and `!=` mean the
same; `=~".+"`, which is `!=""`, and `!~".+"`, which is `=""`; and `=~".*"`, which every series meets.

**Why it matters.** The reader looks for the pattern. Prometheus finds equal values by index instead of trying each.

**What to do.** Write `=` or `!=`; `--fix` does it.
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

_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")
_PLAIN = {"=~": "=", "!~": "!="}
_EMPTY = {"=~": "!=", "!~": "="}


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report each matcher that needs no regular expression."""
    if rule.service or "~" not in rule.expr.value:
        return
    for selector in rule.selectors:
        for matcher in selector.matchers:
            if "~" not in matcher.op:
                continue
            if not _SPECIAL.search(matcher.value):
                yield _hit(rule, matcher)
            elif matcher.value == ".+":
                yield _any_value(rule, matcher)
            elif matcher.value == ".*" and matcher.op == "=~" and matcher.label != "__name__":
                message = f"every series meets `{matcher.label}=~`, even one without the label"
                yield Hit(at=rule.expr.at(matcher), message=message, help="leave it out")


def _any_value(rule: Rule, matcher: Matcher) -> Hit:
    old = rule.expr.value[slice(*matcher.value_at)]
    edits = [
        replacing(rule.expr, matcher.op_at, matcher.op, _EMPTY[matcher.op]),
        replacing(rule.expr, matcher.value_at, old, old[0] * 2),
    ]
    plain = f'{matcher.label}{_EMPTY[matcher.op]}""'
    fix = Fix(title=f"write `{plain}`", edits=tuple(edit for edit in edits if edit)) if all(edits) else None
    return Hit(at=rule.expr.at(matcher), message=f"this means `{plain}`", help=f"write `{plain}`", fix=fix)


def _hit(rule: Rule, matcher: Matcher) -> Hit:
    plain = _PLAIN[matcher.op]
    edit = replacing(rule.expr, matcher.op_at, matcher.op, plain)
    title = f"write `{plain}`"
    return Hit(
        at=rule.expr.at(matcher),
        message=f"`{matcher.label}{matcher.op}` compares with plain text, `{plain}` means the same",
        help=title,
        fix=Fix(title=title, edits=(edit,)) if edit else None,
    )


CHECK = Check(
    code="H504",
    name="redundant-regex",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: max(queue_length{queue=~"mail"}) > 5
              #                      ^^^^^^^^^^^^^ `queue=~` compares with plain text, `=` means the same
        """),
        Bad(r"""
            - record: job:queue_length:max
              expr: "max(queue_length{queue!~\"mail\"})"
              #                       ^^^^^^^^^^^^^^ `queue!~` compares with plain text, `!=` means the same
        """),
        Bad("""
            - alert: QueueLong
              expr: max(queue_length{queue=~".+", job=~".*", host!~".+"}) > 5
              #                      ^^^^^^^^^^^ this means `queue!=""`
              #                                   ^^^^^^^^^ every series meets `job=~`, even one without the label
              #                                              ^^^^^^^^^^ this means `host=""`
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length{queue=~"mail|sms", host=~"db.", team!~".*", env="prod"}) > 5
        """),
    ),
)
