"""The type of the value of an expression: scalar, string, instant vector or range vector."""

from sloctl.promql.functions import FUNCTIONS
from sloctl.promql.tree import Binary, Call, Node, Number, Paren, Selector, String, Subquery, Unary, ValueType


def value_type(node: Node) -> ValueType:
    """Return the type of a node's value. Alerts need an instant vector; a function that is not known gives one."""
    match node:
        case Number():
            return "scalar"
        case String():
            return "string"
        case Selector() | Subquery():
            return "instant vector" if isinstance(node, Selector) and node.range_ms is None else "range vector"
        case Unary() | Paren():
            return value_type(node.expr)
        case Call() if node.function in FUNCTIONS:
            return FUNCTIONS[node.function].returns
    scalars = isinstance(node, Binary) and all(value_type(operand) == "scalar" for operand in node.children)
    return "scalar" if scalars else "instant vector"
