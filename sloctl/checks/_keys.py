"""The keys of rules and groups, and slips of the pen in them."""

from __future__ import annotations

from collections.abc import Iterable

RULE_KEYS = frozenset({"alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations"})
"""What Prometheus knows in a rule."""

GROUP_KEYS = frozenset({"name", "interval", "limit", "rules", "labels", "query_offset"})
"""What Prometheus 3 knows in a group."""


def meant(key: str, known: Iterable[str]) -> str | None:
    """Return the known word of which a key is a misspelling: by one letter, in long words by two.

    A letter may be missing, too many, wrong or swapped with its neighbour. A word in another style (`runbookURL`) is no
    misspelling.
    """
    for word in known:
        most = 2 if len(word) >= 9 else 1
        if abs(len(word) - len(key)) <= most and not _same(key, word) and _distance(key, word, most) <= most:
            return word
    return None


def _same(key: str, word: str) -> bool:
    return key.lower().replace("-", "_").replace("_", "") == word.replace("_", "")


def _distance(left: str, right: str, most: int) -> int:
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
        if min(row) > most:
            return most + 1
    return row[-1]
