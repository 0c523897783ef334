"""An annotation or label whose name has a slip of the pen.

**What it finds.** Annotations and labels whose name is nearly a usual one (`runbok_url`, `sumary`, `serverity`) where
the usual one is missing. Misspelt keys of rules (`anotations`) are `unknown-field`.

**Why it wakes people up.** Prometheus loads any name. No notification shows a misspelt annotation, and a misspelt
severity reaches no pager.

**What to do.** Mend the spelling.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule

_USUAL = {
    "annotations": ("dashboard", "dashboard_url", "description", "message", "runbook", "runbook_url", "summary"),
    "labels": ("severity",),
}


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report misspelt names."""
    if rule.service:
        return
    for field, usual in _USUAL.items():
        data = rule.data.get(field)
        for key in data if isinstance(data, dict) else ():
            if key not in usual and isinstance(data, dict) and (word := _meant(key, usual)) and word not in data:
                at = rule.document.at_key((*rule.path, field, key))
                yield Hit(at=at, message=f"`{key}` is probably a misspelt `{word}`", help=f"write `{word}`")


@lru_cache(maxsize=4096)
def _meant(key: str, usual: tuple[str, ...]) -> str | None:
    """Return the usual name of which a key is a misspelling: by one letter, in long names by two.

    A letter may be missing, too many, wrong or swapped with its neighbour. A name in another style (`runbookURL`), a
    plural, a number at the end and other kinds of identifiers (`dashboard_uid`) are names of their own.
    """
    if key.endswith(("_uri", "_uid")):
        return None
    for word in usual:
        most = 2 if len(word) >= 9 else 1
        if abs(len(word) - len(key)) <= most and not _is_variant(key, word) and _distance(key, word) <= most:
            return word
    return None


def _is_variant(key: str, word: str) -> bool:
    folded = key.lower().replace("-", "").replace("_", "").rstrip("0123456789")
    plain = word.replace("_", "")
    return folded in (plain, f"{plain}s")


def _distance(left: str, right: str) -> int:
    """Count the edits between two words (optimal string alignment: a swap of neighbours is one edit)."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        last, row, older = row, [i], before
        for j, b in enumerate(right, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        before = last
    return row[-1]


CHECK = Check(
    code="H510",
    name="misspelt-key",
    severity=ERROR,
    scope=Scope.RULE,
    run=run,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: max(queue_length) > 5
              labels: {serverity: page}
            #          ^^^^^^^^^ `serverity` is probably a misspelt `severity`
              annotations:
                runbok_url: https://wiki.acme.net/q
            #   ^^^^^^^^^^ `runbok_url` is probably a misspelt `runbook_url`
                discription: Messages wait
            #   ^^^^^^^^^^^ `discription` is probably a misspelt `description`
        """),
        Bad("""
            - alert: QueueLong
              expr: max(queue_length) > 5
              annotations: {sumamry: Messages wait}
            #               ^^^^^^^ `sumamry` is probably a misspelt `summary`
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 5
              labels: {severity: page, serenity: none}
              annotations:
                runbookURL: https://wiki.acme.net/q
                summary: Messages wait
                summary_2: Help comes late
                descriptions: Messages wait
                dashboard_uid: queues
                messages: none
        """),
    ),
)
