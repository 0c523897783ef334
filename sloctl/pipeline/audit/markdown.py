"""An audit as Markdown, for a ticket or a retrospective; what users wrote is shown as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sloctl.evidence.limits import Limits
from sloctl.pipeline.audit.facts import Audit
from sloctl.pipeline.audit.parts import Grid, Item, Part, parts
from sloctl.pipeline.audit.tables import head_words, reservation_words, verdict_words
from sloctl.reporters.markdown import marked, plain


def markdown_report(audit: Audit, limits: Limits, allowed: float | None) -> str:
    """Write a report; `allowed` are the pages that an owner may get in a week, None for any number."""
    return "\n".join(_lines(audit, limits, allowed)).rstrip() + "\n"


def _lines(audit: Audit, limits: Limits, allowed: float | None) -> Iterator[str]:
    yield from (f"# {plain(head_words(audit))}", "")
    yield from (f"- {marked(words)}" for words in (verdict_words(audit, limits), *reservation_words(audit)))
    for part in parts(audit, limits, allowed):
        yield from ("", f"## {plain(part.title)}")
        yield from _part(part)


def _part(part: Part) -> Iterator[str]:
    for grid in part.grids:
        yield from ("", *_table(grid))
    if part.items:
        yield from ("", *(line for item in part.items for line in _item(item)))
    if part.names:
        yield from ("", ", ".join(map(plain, part.names)))


def _item(item: Item) -> Iterator[str]:
    yield f"- {marked(item.text)}"
    yield from (f"  - {marked(each)}" for each in item.reasons)
    if item.runbook:
        yield f"  - {_link(item.runbook, 'runbook')}"


def _table(grid: Grid) -> Iterator[str]:
    yield from (_row(grid.head), _row(["---"] * len(grid.head)))
    for cells, runbook in zip(grid.rows, grid.runbooks, strict=True):
        name = _link(runbook, cells[0]) if runbook else plain(cells[0])
        yield _row((name, *map(plain, cells[1:])))


def _link(url: str, text: str) -> str:
    """Link a text; what is no plain address is shown as text."""
    is_address = re.fullmatch(r"https?://[\w./#?=%~+,:-]+", url)
    return f"[{plain(text)}]({url})" if is_address else f"{plain(text)}: {plain(url)}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
