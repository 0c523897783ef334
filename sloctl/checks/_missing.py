"""Names that a server does not know: what was probably meant, among very many."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from sloctl.core.human import nearest

_ENDS = 4
_MOST = 500
"""How many names are compared with one, at most: comparing is slow, and servers know 100,000 names."""
_USUAL = ("_total", "_count", "_sum", "_bucket")


def meant(name: str, known: frozenset[str]) -> str | None:
    """Find the name that was probably meant; of very many only those with a like beginning or end are compared."""
    if len(known) <= _MOST:
        return nearest(name, sorted(known))
    index = _index(known)
    alike = {each for key in _keys(name) for each in index.get(key, ())}
    return nearest(name, sorted(alike, key=lambda each: (abs(len(each) - len(name)), each))[:_MOST])


@lru_cache(maxsize=1)  # one server has one list of metrics
def _index(known: frozenset[str]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for name in known:
        for key in _keys(name):
            found.setdefault(key, []).append(name)
    return found


def _keys(name: str) -> Iterator[tuple[str, str]]:
    """Yield the beginning and the end of a name; `_total` and the like are no end that tells anything."""
    stem = next((name.removesuffix(usual) for usual in _USUAL if name.endswith(usual)), name)
    yield "begins", stem[:_ENDS]
    yield "ends", stem[-_ENDS:]
