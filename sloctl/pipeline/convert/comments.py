"""The comments of an original, and which values of the translated document they belong to."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import yaml

from sloctl.core.document import Document, Path
from sloctl.core.translated import Place, TranslatedDocument
from sloctl.pipeline.convert.yaml_text import Beside, Comments

_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#[ \t]?(.*)$", re.MULTILINE)
_ABOVE = re.compile(r"(?:[ \t\r]*(?:#[^\n]*)?\n)*")
"""Lines that hold nothing but comments."""
_FOR_TOOLS = re.compile(r"\s*(yaml-language-server:|yamllint |yaml-lint|prettier-ignore|vim?:)")
"""What speaks to tools about the file it stands in."""


@dataclass(frozen=True, slots=True)
class _Comment:
    """A comment on a line (from 0). `is_alone` tells that nothing else stands there."""

    line: int
    text: str
    is_alone: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """An original, and what its lines (from 0) became in a translated document: the first value of each."""

    home: Document
    paths: dict[int, Path]


Placed = dict[int, Lines]
"""The lines of a translated document, by the identity of the originals."""


def lines_of(document: TranslatedDocument, order: Iterable[Path]) -> Placed:
    """Find the lines that the values of a document come from; `order` is that of the output."""
    found: Placed = {}
    # What is derived for the service as a whole comes last: a comment on an alert belongs to the alert.
    for path in sorted(order, key=lambda path: path[0] not in ("slos", "alerts")):
        place, _ = document.place(path)
        lines = found.setdefault(id(place.document), Lines(place.document, {}))
        if (line := _line(place)) is not None:
            lines.paths.setdefault(line, path)
    return found


def joined(all_lines: Iterable[Placed]) -> dict[int, list[int]]:
    """Return which lines of each original became something in any document."""
    found: dict[int, set[int]] = {}
    for key, lines in (pair for placed in all_lines for pair in placed.items()):
        found.setdefault(key, set()).update(lines.paths)
    return {key: sorted(lines) for key, lines in found.items()}


def comments_of(placed: Placed, used: Mapping[int, Sequence[int]]) -> Comments:
    """Return the comments of each value of a document.

    A comment above goes to the first line below it that became something in any document (`used`), one beside a line
    that became nothing too; what stands above the whole original stays there, in all documents that it became.
    """
    found: dict[Path, Beside] = {}
    for key, lines in placed.items():
        first = lines.home.root.start_mark.line
        for comment in _comments(lines.home):
            line = _next(used[key], comment.line) if used[key] else None
            if comment.line < first or not lines.paths:
                _put_above(comment, ("apiVersion",), found)
            elif line not in lines.paths:
                continue  # it belongs to another document
            elif line == comment.line and not comment.is_alone:
                _put_beside(comment, lines.paths[line], found)
            else:
                _put_above(comment, lines.paths[line], found)
    return lambda path: found.get(path, Beside())


def _next(lines: Sequence[int], line: int) -> int:
    """Return the first of some sorted lines from a line on, else the last of them."""
    return lines[min(bisect_left(lines, line), len(lines) - 1)]


def _put_beside(comment: _Comment, path: Path, found: dict[Path, Beside]) -> None:
    known = found.get(path, Beside())
    found[path] = replace(known, beside=f"{known.beside}; {comment.text}" if known.beside else comment.text)


def _put_above(comment: _Comment, path: Path, found: dict[Path, Beside]) -> None:
    known = found.get(path, Beside())
    found[path] = replace(known, above=(*known.above, comment.text))


def _line(place: Place) -> int | None:
    """Return the line (from 0) on which the key or item of an original stands; None for a document as a whole."""
    if not place.path:
        return None
    parent = place.document.node(place.path[:-1])
    step = place.path[-1]
    if isinstance(parent, yaml.MappingNode):
        return next((key.start_mark.line for key, _ in parent.value if getattr(key, "value", None) == step), None)
    node = place.document.node(place.path)
    return int(node.start_mark.line)


def _comments(document: Document) -> Iterator[_Comment]:
    """Yield the comments between the first and the last line of a document, and those above the first of a file."""
    text = document.source.text
    root = document.root
    taken = sorted(_scalars(root))
    for match in _COMMENT.finditer(text, _start(text, root)):
        if match.start() >= root.end_mark.index and not _is_beside(text, root, match.start()):
            return
        if not _is_inside(taken, match.start()) and not _FOR_TOOLS.match(match[1]) and match[1].strip():
            before = text.rfind("\n", 0, match.start()) + 1
            line = document.source.span(match.start(), match.start()).line
            yield _Comment(line - 1, match[1].rstrip(), not text[before : match.start()].strip(" \t-"))


def _start(text: str, root: yaml.Node) -> int:
    """Return where the comments of a document begin: after the document before it."""
    marker = text.rfind("\n---", 0, root.start_mark.index)
    above = _ABOVE.match(text)
    return 0 if above and marker < above.end() else marker + 1


def _is_beside(text: str, root: yaml.Node, index: int) -> bool:
    return "\n" not in text[root.end_mark.index : index]


def _scalars(root: yaml.Node) -> Iterator[tuple[int, int]]:
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            yield node.start_mark.index, node.end_mark.index
        elif isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
        else:
            waiting += node.value


def _is_inside(taken: list[tuple[int, int]], index: int) -> bool:
    nearest = bisect_right(taken, (index, index)) - 1
    return nearest >= 0 and taken[nearest][0] <= index < taken[nearest][1]
