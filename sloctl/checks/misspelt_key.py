"""A key with a slip of the pen.

**What it finds.** Keys of rules and groups that are nearly one that Prometheus knows (`anotations`, `lables`), and
annotations and labels that are nearly a usual one (`runbok_url`, `sumary`, `serverity`) where that is missing.

**Why it wakes people up.** Prometheus refuses a rule with an unknown key, and an operator may drop the key without a
word: labels and texts are gone. A misspelt annotation is loaded, and no notification shows it; a misspelt severity
reaches no pager.

**What to do.** Mend the spelling.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, RuleGroupView, Scope
from sloctl.checks._context import Context
from sloctl.checks._keys import GROUP_KEYS, RULE_KEYS, meant
from sloctl.checks._rule import Rule
from sloctl.core.document import Document, Path

_ANNOTATIONS = frozenset({"runbook_url", "summary", "description", "dashboard_url", "runbook", "dashboard", "message"})
_LABELS = frozenset({"severity"})


def run(group: RuleGroupView, _context: Context) -> Iterator[Hit]:
    """Report misspelt keys of a group and of its rules."""
    yield from _in(group.document, group.path, group.data, GROUP_KEYS)
    for rule in group.rules:
        if not rule.service:
            yield from _in_rule(rule)


def _in_rule(rule: Rule) -> Iterator[Hit]:
    yield from _in(rule.document, rule.path, rule.data, RULE_KEYS)
    for field, known in (("annotations", _ANNOTATIONS), ("labels", _LABELS)):
        data = rule.data.get(field)
        if isinstance(data, dict):
            yield from _in(rule.document, (*rule.path, field), data, known)


def _in(document: Document, path: Path, data: Mapping[str, object], known: frozenset[str]) -> Iterator[Hit]:
    for key in data:
        word = None if key in known else _meant(key, known)
        if word and word not in data:
            at = document.at_key((*path, key))
            yield Hit(at=at, message=f"`{key}` is probably a misspelt `{word}`", help=f"write `{word}`")


@lru_cache(maxsize=4096)
def _meant(key: str, known: frozenset[str]) -> str | None:
    """Return the word that was meant. Of annotations and labels, which are free, a plural or number is no mistake."""
    word = meant(key, sorted(known))
    is_free = known is _ANNOTATIONS or known is _LABELS
    if word is None or not is_free:
        return word
    return None if key.strip("0123456789_") == word or key == f"{word}s" or key.endswith("uri") else word


CHECK = Check(
    code="H510",
    name="misspelt-key",
    severity=ERROR,
    scope=Scope.GROUP,
    run=run,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: max(queue_length) > 5
              lables: {severity: page}
            # ^^^^^^ `lables` is probably a misspelt `labels`
              anotations:
            # ^^^^^^^^^^ `anotations` is probably a misspelt `annotations`
                summary: Messages wait
        """),
        Bad("""
            groups:
              - name: queues
                inteval: 1m
            #   ^^^^^^^ `inteval` is probably a misspelt `interval`
                rules:
                  - alert: QueueLong
                    expr: max(queue_length) > 5
                    labels: {serverity: page}
                    #        ^^^^^^^^^ `serverity` is probably a misspelt `severity`
                    annotations:
                      runbok_url: https://wiki.acme.net/q
                    # ^^^^^^^^^^ `runbok_url` is probably a misspelt `runbook_url`
                      discription: Messages wait
                    # ^^^^^^^^^^^ `discription` is probably a misspelt `description`
        """),
        Good("""
            groups:
              - name: queues
                partial_response_strategy: warn
                rules:
                  - alert: QueueLong
                    expr: max(queue_length) > 5
                    labels: {severity: page, serenity: none}
                    annotations:
                      runbookURL: https://wiki.acme.net/q
                      summary: Messages wait
                      summary_2: Help comes late
                      descriptions: Messages wait
                      dashboard_uri: /d/queues
                      messages: none
        """),
    ),
)
