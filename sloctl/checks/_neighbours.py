"""Rules that one Prometheus probably loads together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from posixpath import dirname
from typing import TypeVar

from sloctl.checks._brief import Brief
from sloctl.checks._check import Hit
from sloctl.core.finding import Note

Key = TypeVar("Key")


def alike(briefs: Iterable[Brief], key: Callable[[Brief], Key | None]) -> Iterator[Sequence[Brief]]:
    """Yield the rules of one folder that share a key, where there are two or more; those without a key are left out.

    Rules in different folders are taken for those of different servers: the same file in `eu/` and in `us/` is normal.
    """
    found: defaultdict[tuple[str, Key], list[Brief]] = defaultdict(list)
    for brief in briefs:
        if (own := key(brief)) is not None:
            found[dirname(brief.file), own].append(brief)
    return (together for together in found.values() if len(together) > 1)


def copies(briefs: Iterable[Brief], written: str) -> Iterator[Hit]:
    """Report every rule of one folder that has name, query and labels of one before it."""
    for same in alike(briefs, lambda brief: (brief.name, brief.normal, tuple(sorted(brief.labels.items())))):
        for copy in same[1:]:
            message = f"`{copy.name}` is {written} twice, with the same query and labels"
            note = Note("the first is here", same[0].at_name)
            yield Hit(about=copy, at=copy.at_name, message=message, help="delete one of them", notes=(note,))
