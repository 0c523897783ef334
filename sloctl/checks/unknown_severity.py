"""A severity that is misspelt, or that nobody has explained.

**What it finds.** Values of `severity` that are neither among the usual words nor among `lint.severities`. One that is
nearly a known word is reported on every alert; one that may be a word of your own, once per file.

**Why it wakes people up.** Routes match severities as text: `critcal` reaches no pager.

**What to do.** Mend the spelling; or say in `lint.severities` whether your word means `page`, `ticket` or `nobody`.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from sloctl.checks._check import ERROR, Bad, Check, FileView, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule, Text
from sloctl.model.severity import MEANINGS

_LONG_WORDS = sorted(word for word in MEANINGS if len(word) >= 4)


def run(file: FileView, context: Context) -> Iterator[Hit]:
    """Report severities that are not known."""
    seen: dict[str, int] = {}
    unknown = list(_unknown(file, context))
    for _, text in unknown:
        seen[text.value] = seen.get(text.value, 0) + 1
    explained: set[str] = set()
    for alert, text in unknown:
        word = text.value
        meant = get_close_matches(word.strip().lower(), [*_LONG_WORDS, *context.severities], 1, 0.8)
        if meant:
            message = f"`{word}` of `{alert.name.value}` is no known severity"
            yield Hit(at=text.at(), message=message, help=f"did you mean `{meant[0]}`?")
        elif word not in explained:
            explained.add(word)
            message = f"`{word}` is no known severity, so nobody can tell whether it pages ({seen[word]} in this file)"
            yield Hit(at=text.at(), message=message, help="say in the settings what it means: `lint.severities`")


def _unknown(file: FileView, context: Context) -> Iterator[tuple[Rule, Text]]:
    for group in file.groups:
        for rule in group.rules:
            text = rule.labels.get("severity") if rule.is_alert else None
            if text and text.value.strip() and "{{" not in text.value and not context.notify(rule):
                yield rule, text


CHECK = Check(
    code="A112",
    name="unknown-severity",
    severity=ERROR,
    scope=Scope.FILE,
    run=run,
    cases=(
        Bad("""
            - alert: CheckoutFailing
              expr: job:checkout_failures:ratio5m > 0.1
              labels: {severity: critcal}
            #                    ^^^^^^^ `critcal` of `CheckoutFailing` is no known severity
        """),
        Bad("""
            - alert: QueueLong
              expr: max(queue_length) > 5
              labels:
                severity: blocker
                #         ^^^^^^^ `blocker` is no known severity, so nobody can tell whether it pages (2 in this file)
            - alert: QueueOld
              expr: max(queue_age_seconds) > 5
              labels: {severity: blocker}
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 5
              labels: {severity: CRITICAL}
            - alert: QueueOld
              expr: max(queue_age_seconds) > 5
              labels: {severity: "{{ $labels.severity }}"}
            - alert: QueueOlder
              expr: max(queue_age_seconds) > 50
              labels: {severity: S2, priority: P2}
        """),
        Good(
            """
            - alert: QueueLong
              expr: max(queue_length) > 5
              labels: {severity: blocker}
            """,
            options={"severities": {"blocker": "page"}},
        ),
    ),
)
