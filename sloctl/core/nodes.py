"""Walking the node trees that PyYAML composes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import yaml

STANDARD_TAG = "tag:yaml.org,2002:"
PLAIN = "plain"
"""The tag of a scalar that was written without quotes and without a tag."""

MAX_DIGITS = 300
"""A number with more digits, or with a larger exponent, stays text: the 64-bit floats of Prometheus cannot hold it."""

_INT = re.compile(r"[-+]?[0-9](_?[0-9])*|0x[0-9a-fA-F]+|0o[0-7]+")
_FLOAT = re.compile(r"[-+]?([0-9](_?[0-9])*)?\.?[0-9]+([eE][-+]?[0-9]+)?|[-+]?[0-9](_?[0-9])*\.")
_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None,
          "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}  # fmt: skip


def is_empty(node: yaml.Node) -> bool:
    """Tell whether a document holds nothing at all."""
    return isinstance(node, yaml.ScalarNode) and node.tag == PLAIN and node.value == ""


def is_merge(key: yaml.Node) -> bool:
    """Tell whether a key is the merge key `<<`."""
    return key.tag == PLAIN and key.value == "<<"


def merge_sources(node: yaml.MappingNode) -> list[yaml.Node]:
    """List the nodes that `<<` merges into a mapping, in their order."""
    values = [value for key, value in node.value if isinstance(key, yaml.ScalarNode) and is_merge(key)]
    return [item for value in values for item in (value.value if isinstance(value, yaml.SequenceNode) else [value])]


def expanded_size(root: yaml.Node) -> int | None:
    """Count the values with every alias written out, in one pass; None when an alias contains itself."""
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()

    def measure(node: yaml.Node) -> int | None:
        if id(node) in sizes:
            return sizes[id(node)]
        if id(node) in open_nodes:
            return None
        open_nodes.add(id(node))
        total = 1
        for child in _children(node):
            size = 1 if isinstance(child, yaml.ScalarNode) else measure(child)
            if size is None:
                return None
            total += size
        sizes[id(node)] = total
        return total

    return measure(root)


def _children(node: yaml.Node) -> Sequence[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else ()


def child_at(node: yaml.Node, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    """Return key and value at a step; the key is None for list items."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    if not isinstance(node, yaml.MappingNode):
        return None
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode) and key.value == step:
            return key, value
    inherited = (child_at(source, step) for source in merge_sources(node))
    return next((found for found in inherited if found), None)


def first_scalar(node: yaml.Node) -> yaml.Node:
    """Return the first written word of a node, where a caret for a whole block can stand."""
    seen: set[int] = set()
    while not isinstance(node, yaml.ScalarNode) and node.value and not on_one_line(node) and id(node) not in seen:
        seen.add(id(node))  # an anchor may contain itself
        node = node.value[0][0] if isinstance(node, yaml.MappingNode) else node.value[0]
    return node


def on_one_line(node: yaml.Node) -> bool:
    """Tell whether a list or mapping is written in brackets on one line."""
    return bool(getattr(node, "flow_style", False)) and node.start_mark.line == node.end_mark.line


def scalar_value(node: yaml.ScalarNode) -> object:
    """Return what a scalar means: text, int, Decimal, bool or None."""
    text = node.value
    if node.tag != PLAIN:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if len(text) > MAX_DIGITS:
        return text
    if _INT.fullmatch(text):
        return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
    return _decimal(text) if _FLOAT.fullmatch(text) else text


def _decimal(text: str) -> Decimal | str:
    try:
        value = Decimal(text.replace("_", ""))
    except ArithmeticError:
        return text
    return value if abs(value.adjusted()) <= MAX_DIGITS else text
