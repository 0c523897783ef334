"""Names that a server does not know: what was probably meant, among very many."""

from __future__ import annotations

from collections.abc import Iterable

from sloctl.core.human import nearest

_ENDS = 4


def meant(name: str, known: Iterable[str]) -> str | None:
    """Find the name that was probably meant; of many names only those with a like beginning or end are compared."""
    alike = (each for each in known if abs(len(each) - len(name)) <= 1 + len(name) // 4)
    return nearest(name, [each for each in alike if each[:_ENDS] == name[:_ENDS] or each[-_ENDS:] == name[-_ENDS:]])
