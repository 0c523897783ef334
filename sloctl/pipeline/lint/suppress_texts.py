"""Which texts of a file are plain values: what looks like a comment inside them is part of the text."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from sloctl.checks._check import FileView
from sloctl.core.document import Document, Frame
from sloctl.core.source import Span


def frames(file: FileView) -> list[Frame]:
    """Return the places of the texts that hold rule files of their own, as in a ConfigMap; each once."""
    return [document.frame for document in _inner(file).values() if document.frame]


def plain_texts(file: FileView, word: str) -> list[Span]:
    """Return the spans of all texts with a word in them, but for PromQL and rule files: those have comments."""
    documents = {id(document): document for document in file.documents} | _inner(file)
    embedded = {id(frame.document.node(frame.path)) for frame in frames(file)}
    embedded |= {id(node) for group in file.groups for rule in group.rules
                 for node in _scalars(rule.expr.document.node(rule.expr.path))}  # fmt: skip
    return [
        document.at_node(node).span
        for document in documents.values()
        for node in _scalars(document.root)
        if word in node.value and id(node) not in embedded
    ]


def _inner(file: FileView) -> dict[int, Document]:
    """Return the documents that hold groups, each once: those of embedded files among them."""
    lists = [each.document for each in file.lists]
    return {id(document): document for document in [*lists, *(each.document for each in file.groups)]}


def _scalars(root: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """Yield every scalar once, however many aliases lead to it."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            yield node
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
