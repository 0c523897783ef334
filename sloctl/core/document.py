"""One YAML document: plain data, and where each value of it was written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from sloctl.core.nodes import child_at, first_scalar, on_one_line
from sloctl.core.scalar import offsets
from sloctl.core.source import Location, Source

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")
"""The anchor and tag in front of a scalar, which its marks include."""

Path = tuple[str | int, ...]
"""The way from the root of a document to a value: keys and list indexes."""


@dataclass(frozen=True)
class Frame:
    """Where an embedded text stands: it is the value at a path of an outer document (a rule file in a ConfigMap)."""

    document: Document
    path: Path


@dataclass(frozen=True)
class Document:
    """One document of a YAML stream: plain data, and where each value of it was written.

    Places in an embedded document are places in the outer file.
    """

    source: Source
    root: yaml.Node = field(repr=False)
    data: object
    frame: Frame | None = field(default=None, repr=False)

    def at(self, path: Path) -> Location:
        """Point at the value at `path`, or at its key when it is a block or empty; for a missing one at its parent."""
        node, key = self._find(path)
        is_written = node.start_mark.index < node.end_mark.index
        if is_written and (isinstance(node, yaml.ScalarNode) or on_one_line(node)):
            return self.at_node(node)
        return self.at_node(key or first_scalar(node))

    def at_key(self, path: Path) -> Location:
        """Point at the key of the value at `path`."""
        node, key = self._find(path)
        return self.at_node(key or first_scalar(node))

    def inside(self, path: Path, start: int, end: int) -> Location:
        """Point at characters `start` to `end` of the text at `path`, whatever way it was written."""
        node, _ = self._find(path)
        if not isinstance(node, yaml.ScalarNode):
            return self.at(path)
        begin, stop = self._bounds(node)
        places = offsets(self.source.text[begin:stop], node.value, node.style)
        last = len(places) - 1
        left = places[min(start, last)]
        right = places[min(end, last)] if end <= start else places[min(end, last) - 1] + 1
        return self.locate(begin + left, begin + max(left, right))

    def locate(self, start: int, end: int) -> Location:
        """Point at characters of the source."""
        if self.frame:
            return self.frame.document.inside(self.frame.path, start, end)
        return Location(self.source, self.source.span(start, end))

    def _find(self, path: Path) -> tuple[yaml.Node, yaml.Node | None]:
        node: yaml.Node = self.root
        key: yaml.Node | None = None
        for step in path:
            found = child_at(node, step)
            if found is None:
                break
            key, node = found
        return node, key

    def _bounds(self, node: yaml.Node) -> tuple[int, int]:
        start, end = node.start_mark.index, node.end_mark.index
        properties = _PROPERTIES.match(self.source.text, start, end) if isinstance(node, yaml.ScalarNode) else None
        return (properties.end() if properties else start), end

    def at_node(self, node: yaml.Node) -> Location:
        """Point at a node as written."""
        begin, end = self._bounds(node)
        return self.locate(begin, begin + len(self.source.text[begin:end].rstrip()))

    def extent(self, path: Path) -> Location:
        """Point at everything that was written at `path`, from its first to its last character."""
        node, key = self._find(path)
        begin, end = self._bounds(node)
        start, _ = self._bounds(key) if key else (begin, end)
        return self.locate(start, start + len(self.source.text[start:end].rstrip()))

    def node(self, path: Path) -> yaml.Node:
        """Return the node at `path`, or the nearest parent that is there."""
        return self._find(path)[0]
