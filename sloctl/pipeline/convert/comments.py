"""The comments of an original, and which values of the translated document they belong to."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
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


def comments_of(document: TranslatedDocument, order: Iterable[Path]) -> Comments:
    """Return the comments of each value: each goes to the first value, in the order of the output, of its line.

    A comment above goes to the first line below it that became something, one beside a line that became nothing too;
    what stands above the whole document stays there.
    """
    lines: dict[int, dict[int, Path]] = {}
    homes: dict[int, Document] = {}
    # What is derived for the service as a whole comes last: a comment on an alert belongs to the alert.
    for path in sorted(order, key=lambda path: path[0] not in ("slos", "alerts")):
        place, _ = document.place(path)
        homes[id(place.document)] = place.document
        if (line := _line(place)) is not None:
            lines.setdefault(id(place.document), {}).setdefault(line, path)
    found: dict[Path, Beside] = {}
    for key, home in homes.items():
        taken = lines.get(key, {})
        ordered, first = sorted(taken), home.root.start_mark.line
        for comment in _comments(home):
            if not comment.is_alone and comment.line in taken:
                _put_beside(comment, taken[comment.line], found)
            elif comment.line < first or not ordered:
                _put_above(comment, ("apiVersion",), found)
            else:
                _put_above(comment, taken[_next(ordered, comment.line)], found)
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
