"""An audit for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.core.human import plural
from sloctl.evidence.limits import Limits
from sloctl.pipeline.audit.facts import Audit
from sloctl.pipeline.audit.parts import Grid, Item, Part, parts
from sloctl.pipeline.audit.tables import head_words, reservation_words, verdict_words
from sloctl.pipeline.explain.layout import INDENT, WIDTH, Section, labelled, page, paragraph, table

_GAP = 2
"""Between columns, as `table` sets them."""


def text_report(audit: Audit, limits: Limits, allowed: float | None, *, color: bool) -> str:
    """Write a report; `allowed` are the pages that an owner may get in a week, None for any number."""
    head = [verdict_words(audit, limits), *reservation_words(audit)]
    sections = [Section("", [line for words in head for line in paragraph(words, "  ")])]
    sections += [Section(part.title, list(_lines(part))) for part in parts(audit, limits, allowed)]
    return page(head_words(audit), sections, color=color) + "\n"


def _lines(part: Part) -> Iterator[str]:
    """Write what a part has; of what is long only the beginning, as the other forms have all."""
    for number, grid in enumerate(part.grids):
        yield from [""] if number else []
        yield from _table(grid, part)
    for item in part.items[: part.most]:
        yield from _item(item)
    yield from _more(len(part.items), part)
    names = part.names[: part.most]
    yield from labelled([("", ", ".join(names))])
    yield from _more(len(part.names), part)


def _more(count: int, part: Part) -> Iterator[str]:
    if count > part.most:
        yield f"    … and {plural(count - part.most, part.rest)} more"


def _table(grid: Grid, part: Part) -> Iterator[str]:
    """Write a table; a name that does not fit beside its figures has a line of its own, so that it is not cut."""
    rows = grid.rows[: part.most]
    room = _room(grid.head, rows)
    fitting = [(name if len(name) <= room else "", *figures) for name, *figures in rows]
    name, *figures = grid.head
    is_wide = any(len(cells[0]) > room for cells in rows)
    head, *lines = table((name.ljust(room if is_wide else 0), *figures), fitting, words=grid.words)
    yield head
    for cells, line in zip(rows, lines, strict=True):
        yield from paragraph(cells[0]) if len(cells[0]) > room else ()
        yield line
    yield from _more(len(grid.rows), part)


def _room(head: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Return how many characters of a name stand beside the figures."""
    figures = list(zip(*(cells[1:] for cells in (head, *rows)), strict=True))
    return WIDTH - 2 * len(INDENT) - sum(_GAP + max(map(len, column)) for column in figures)


def _item(item: Item) -> Iterator[str]:
    below = [*item.reasons, *([f"runbook: {item.runbook}"] if item.runbook else [])]
    if below:
        yield from paragraph(item.text, "    ")
    for text in below or [item.text]:
        margin = "      " if below else "    "
        first, *more = paragraph(text, f"{margin}  ")
        yield from (f"{margin}- {first.lstrip()}", *more)
