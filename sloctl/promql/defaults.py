"""Defaults inside an expression: what stands in for series that are missing.

`(sum by (queue) (x) or vector(0)) > 5` can only fire on the series of `x`, so that the labels of the alert are theirs.
"""

from __future__ import annotations

from sloctl.promql.shape import constant
from sloctl.promql.tree import Binary, Node, rebuilt, unwrap, walk


def is_default(node: Node) -> bool:
    """Tell whether an operand of an `or` only stands in for missing series: `vector(0)`, `0 * absent(x)`, `x * 0`."""
    bare = unwrap(node)
    if constant(bare) is not None:
        return True
    return isinstance(bare, Binary) and bare.op == "*" and 0 in (constant(bare.left), constant(bare.right))


def without_defaults(node: Node) -> Node:
    """Return an expression in which every `x or default` is `x`; all places stay those of the user's text."""
    has_or = any(isinstance(part, Binary) and part.op == "or" for part in walk(node))
    return _stripped(node) if has_or else node


def _stripped(node: Node) -> Node:
    if isinstance(node, Binary) and node.op == "or" and is_default(node.right):
        return _stripped(node.left)
    return rebuilt(node, _stripped)
