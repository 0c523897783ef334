"""PromQL of other tools: queries with a window left open, recognised by their shape.

`sum(rate(SELECTOR[{{.window}}])) / …` counts events, so it becomes the native kind `events`, which reads counters
exactly. What adds up over time becomes `raw` with `bad` and `total`, anything else `raw` with `error_ratio`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from textwrap import dedent, indent

from sloctl.core.document import Document, Path
from sloctl.core.source import Location
from sloctl.core.translated import Piece, Place, original_span
from sloctl.formats._query_shapes import (
    VARIABLE,
    Growth,
    growth,
    increases,
    measure,
    reads_window,
    terms,
    turned_around,
    unguarded,
    written_order,
)
from sloctl.formats._spec import Draft
from sloctl.promql.errors import PromqlError
from sloctl.promql.labels import NAME, surviving_labels
from sloctl.promql.normal import normalise
from sloctl.promql.parse import parse
from sloctl.promql.tree import Binary, Expression, Node, walk

GO_WINDOW = re.compile(r"\{\{-?\s*\$?\.window\s*-?\}\}")
"""The window as Go templates write it."""
_SAMPLE_WINDOW = {"window": "1m"}
_LAST_PAIR = "`irate` sees two samples of each window only; every event is counted"
_UNLIKE = "the queries are grouped by different labels, so one cannot be divided by the other; what both have counts"
_Edit = tuple[int, int, str]


@dataclass(frozen=True)
class Query:
    """A query at a path of an original document. In `text` the window is `$window`; `pieces` lead to the original."""

    document: Document = field(repr=False)
    path: Path
    text: str
    pieces: tuple[Piece, ...]

    @classmethod
    def read(cls, document: Document, path: Path, written: str, window: re.Pattern[str] = GO_WINDOW) -> Query:
        """Take over a text; whatever matches `window` becomes `$window`."""
        edits = [(*match.span(), VARIABLE) for match in window.finditer(written)]
        return cls(document, path, *_edited(written, 0, len(written), edits))

    @cached_property
    def expression(self) -> Expression:
        """The tree; raises PromqlError for what Prometheus would refuse (places are those of `text`)."""
        return parse(self.text, _SAMPLE_WINDOW)

    @property
    def has_window(self) -> bool:
        """Tell whether the window is read as a range somewhere."""
        return any(reads_window(node, self.expression) for node in walk(self.expression.root))

    def part(self, start: int, end: int, edits: Iterable[_Edit] = ()) -> Part:
        """Take a stretch over as a native text, with some words replaced."""
        text, pieces = _edited(self.text, start, end, edits)
        to_original = tuple(own for piece in pieces for own in _through(piece, self.pieces))
        return Part(text, Place(self.document, self.path, 0, to_original))

    @property
    def whole(self) -> Part:
        """The expression, without comments around it."""
        return self.part(*self.expression.root.place)

    def edited(self, edits: Iterable[_Edit]) -> Query:
        """Replace some words; each edit is a start, an end and what to write there."""
        text, pieces = _edited(self.text, 0, len(self.text), edits)
        through = tuple(own for piece in pieces for own in _through(piece, self.pieces))
        return Query(self.document, self.path, text, through)

    def at(self, start: int, end: int) -> Location:
        """Point at characters of the original that became `text[start:end]`."""
        return Place(self.document, self.path, 0, self.pieces).inside(start, end)

    def error_at(self, error: PromqlError) -> Location:
        """Point at what is wrong with the query."""
        return self.at(error.start, error.end)


@dataclass(frozen=True, slots=True)
class Part:
    """A native text and the place it comes from; of a composed text that is the whole query."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A native SLI: the fields of its kind, and `by`.

    `is_open` tells that a query keeps whatever labels its series have, so that no `by` can name them. `corrected` says
    in phrases what was written wrongly and is compiled right.
    """

    kind: str
    parts: tuple[tuple[str, Part], ...]
    by: tuple[str, ...] = ()
    by_place: Place | None = None
    is_open: bool = False
    corrected: tuple[str, ...] = ()

    def put(self, draft: Draft, path: Path) -> None:
        """Write the SLI at the path of an `sli`."""
        for key, part in self.parts:
            draft.put((*path, self.kind, key), part.text, part.place)
        if self.by:
            draft.put((*path, "by"), list(self.by), self.by_place or self.parts[0][1].place)


def bad_of_total(bad: Query, total: Query) -> Recognised:
    """Recognise an SLI in a query for bad events and one for all."""
    return _recognise(_Side(bad), _Side(total), is_good=False) or _ratio_of(bad, total, "{0}\n/\n{1}")


def good_of_total(good: Query, total: Query) -> Recognised:
    """Recognise an SLI in a query for good events and one for all."""
    return _recognise(_Side(good), _Side(total), is_good=True) or _ratio_of(good, total, "1 - (\n{0}\n/\n{1}\n)")


def error_ratio(query: Query, *, is_success: bool = False) -> Recognised:
    """Recognise an SLI in one query for bad events / all events (or, `is_success`, good / all)."""
    root, good = turned_around(query.expression.root, is_success=is_success)
    if isinstance(root, Binary) and root.op == "/" and root.matching is None:
        sides = _Side(query, root.left), _Side(query, root.right)
        if found := _recognise(*sides, is_good=good):
            return found
    return _ratio_of(query, query, "1 - {0}" if is_success else "")


class _Side:
    """One side of a ratio: a part of a query, without what guards a division (`or vector(0)`, `> 0`)."""

    def __init__(self, query: Query, node: Node | None = None) -> None:
        self.query = query
        self.node = unguarded(node or query.expression.root)
        self.terms = tuple(terms(self.node, 1))

    @property
    def whole_place(self) -> Place:
        """Where the query stands."""
        return Place(self.query.document, self.query.path)


@dataclass(frozen=True, slots=True)
class _Counted:
    """A counter, and the side it is on."""

    side: _Side
    growth: Growth

    @property
    def part(self) -> Part:
        """The selector."""
        return self.side.query.part(*self.growth.selector.vector_at)


def _counted(side: _Side, node: Node) -> _Counted | None:
    found = growth(node, side.query.expression)
    return _Counted(side, found) if found else None


def _selected(side: _Side) -> _Counted | None:
    """Return the counter of a side that is nothing else."""
    return _counted(side, side.terms[0][1]) if len(side.terms) == 1 and side.terms[0][0] == 1 else None


def _recognise(first: _Side, total: _Side, *, is_good: bool) -> Recognised | None:
    """Find native events, or raw counts, in bad (or good) events and all events."""
    key = "good" if is_good else "bad"
    if events := _events(**{key: _selected(first)}, total=_selected(total)):
        return events
    other = "bad" if is_good else "good"
    return (
        _events(**{other: _besides(total, first, sign=-1)}, total=_selected(total))
        or _events(**{key: _selected(first), other: _besides(first, total, sign=1)})
        or _counts(first, total, is_good=is_good)
    )


def _besides(part: _Side, whole: _Side, *, sign: int) -> _Counted | None:
    """Return the counter x where `whole` is `part + x`, or with the sign -1 `part - x`."""
    shape = normalise(part.node)
    rest = [term for term in whole.terms if term[0] != 1 or normalise(term[1]) != shape]
    if len(whole.terms) != 2 or len(rest) != 1 or rest[0][0] != sign:
        return None
    return _counted(whole, rest[0][1])


def _events(**counted: _Counted | None) -> Recognised | None:
    """Make the kind `events` of two counters, grouped by what both are grouped by."""
    known = {key: each for key, each in counted.items() if each}
    if len(known) != 2:
        return None
    first, second = (each.growth for each in known.values())
    unlike = (_UNLIKE,) if {*first.by} != {*second.by} else ()
    last_pair = (_LAST_PAIR,) if first.is_last_pair or second.is_last_pair else ()
    return Recognised(
        kind="events",
        parts=tuple((key, each.part) for key, each in known.items()),
        by=tuple(label for label in first.by if label in second.by),
        by_place=next(iter(known.values())).side.whole_place,
        corrected=(*unlike, *last_pair),
    )


def _counts(first: _Side, total: _Side, *, is_good: bool) -> Recognised | None:
    """Make the kind `raw` of two counts that add up over time."""
    kind = measure(first.node, first.query.expression)
    if kind is None or kind != measure(total.node, total.query.expression):
        return None
    counted, whole = (side.query.part(side.node.start, side.node.end, increases(side.node)) for side in (first, total))
    # Where no good event was ever seen, all were bad.
    every = _bracketed(whole.text)
    missing = f"{every}\n- (\n{indent(_bracketed(counted.text), '  ')}\n  or\n{indent(f'0 * {every}', '  ')}\n)"
    bad = Part(missing, first.whole_place) if is_good else counted
    return _labelled("raw", {"bad": bad, "total": whole}, first, total)


def _bracketed(text: str) -> str:
    return f"(\n{indent(dedent(text), '  ')}\n)" if "\n" in text else f"({text})"


def _ratio_of(first: Query, second: Query, template: str) -> Recognised:
    """Make the kind `raw` with an error ratio; a query that is the whole ratio is taken over as it stands."""
    sides = _Side(first, first.expression.root), _Side(second, second.expression.root)
    roots = [side.query.expression.root for side in sides]
    parts = [side.query.part(root.start, root.end) for side, root in zip(sides, roots, strict=True)]
    part = parts[0]
    if template:
        part = Part(template.format(*(_bracketed(each.text) for each in parts)), sides[0].whole_place)
    # the roots as written: a guard such as `or vector(0)` is part of the ratio
    sides[0].node, sides[1].node = roots
    return _labelled("raw", {"error_ratio": part}, *sides)


def _labelled(kind: str, parts: dict[str, Part], *sides: _Side) -> Recognised:
    """Add the labels that the result has, so that the kind keeps them."""
    sets = [surviving_labels(unguarded(side.node)).drop(NAME) for side in sides]
    labels = sets[0].common(sets[1])
    by = () if labels.is_open else tuple(written_order(labels.names, (side.node for side in sides)))
    return Recognised(
        kind=kind,
        parts=tuple(parts.items()),
        by=by,
        by_place=sides[0].whole_place,
        is_open=labels.is_open,
        corrected=(_UNLIKE,) if sets[0][:2] != sets[1][:2] else (),
    )


def _edited(text: str, start: int, end: int, edits: Iterable[_Edit]) -> tuple[str, tuple[Piece, ...]]:
    """Return a stretch of a text with some spans replaced, and the pieces that lead back."""
    parts: list[str] = []
    pieces: list[Piece] = []
    done, length = start, 0
    for begin, stop, new in [*sorted(edits), (end, end, "")]:
        for piece, span in ((text[done:begin], (done, begin)), (new, (begin, stop))):
            if piece:
                pieces.append(Piece(length, length + len(piece), *span))
                parts.append(piece)
                length += len(piece)
        done = stop
    return "".join(parts), tuple(pieces) or (Piece(0, 0, start, end),)


def _through(piece: Piece, outer: tuple[Piece, ...]) -> Iterator[Piece]:
    """Lead a piece of a query on to the original, cut where the pieces of the query begin."""
    if not piece.is_same:
        yield Piece(piece.start, piece.stop, *original_span(outer, piece.at, piece.end))
        return
    shift = piece.start - piece.at
    for each in outer:
        begin, end = max(each.start, piece.at), min(each.stop, piece.end)
        if begin < end:
            yield Piece(begin + shift, end + shift, *each.original(begin, end))
