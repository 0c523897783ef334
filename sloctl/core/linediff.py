"""A unified diff of long files: `difflib` alone takes minutes for a hundred thousand lines that differ in many places.

Lines that stand once in each of both texts are matched first, as far as their order is the same (the idea of patience
diff); what lies between them is short, and is left to `difflib`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher

_AROUND = 3
"""Lines of context."""


def unified(old: str, new: str, before: str, after: str) -> str:
    """Return the difference of two texts, whose names are `before` and `after`; nothing if there is none."""
    return "".join(_lines(old.splitlines(keepends=True), new.splitlines(keepends=True), before, after))


def _lines(old: Sequence[str], new: Sequence[str], before: str, after: str) -> Iterator[str]:
    if old == new:
        return
    yield f"--- {before}\n"
    yield f"+++ {after}\n"
    for hunk in _Anchored(old, new).get_grouped_opcodes(_AROUND):
        yield f"@@ -{_range(hunk[0][1], hunk[-1][2])} +{_range(hunk[0][3], hunk[-1][4])} @@\n"
        for tag, i, i_end, j, j_end in hunk:
            removed, added = old[i:i_end], new[j:j_end]
            if tag == "equal":
                yield from (f" {line}" for line in removed)
                continue
            yield from (f"-{line}" for line in removed)
            yield from (f"+{line}" for line in added)


def _range(start: int, end: int) -> str:
    """Write lines as a hunk names them: from 1; no line has the number of the one before."""
    length = end - start
    return str(start + 1) if length == 1 else f"{start + bool(length)},{length}"


class _Anchored(SequenceMatcher[str]):
    """Matches unique lines first; the opcodes of the base class follow from the blocks."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        super().__init__(None, old, new, autojunk=False)
        self._old, self._new = old, new

    def get_matching_blocks(self) -> list[Match]:
        """Return where the texts agree, in order; the last block is empty and stands at the ends."""
        blocks: list[Match] = []
        i = j = 0
        ends = len(self._old), len(self._new)
        for i_end, j_end in [*_anchors(self._old, self._new), ends]:
            between = SequenceMatcher(None, self._old[i:i_end], self._new[j:j_end], autojunk=False)
            for found in between.get_matching_blocks():
                _append(blocks, i + found.a, j + found.b, found.size)
            if (i_end, j_end) != ends:
                _append(blocks, i_end, j_end, 1)
            i, j = i_end + 1, j_end + 1
        return [*blocks, Match(*ends, 0)]


def _anchors(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of lines that stand once in both texts, in an order that both have."""
    count = Counter(old)
    places = {line: number for number, line in enumerate(old) if count[line] == 1}
    again = Counter(new)
    last = -1
    for number, line in enumerate(new):
        place = places.get(line, -1) if again[line] == 1 else -1
        if place > last:
            last = place
            yield place, number


def _append(blocks: list[Match], i: int, j: int, size: int) -> None:
    """Add a block, joined to the one before where they touch: hunks are parted by the length of a block."""
    if blocks and (blocks[-1].a + blocks[-1].size, blocks[-1].b + blocks[-1].size) == (i, j):
        i, j, size = blocks[-1].a, blocks[-1].b, blocks[-1].size + size
        blocks.pop()
    if size:
        blocks.append(Match(i, j, size))
