"""Why the library refuses a text whose grammar is right: wrong types, unknown functions, empty selectors, bad regexes.

The library says what is wrong in few words and never where. These rules find the place; inner mistakes come first.
"""

from difflib import get_close_matches

import promql_parser

from sloctl.promql.errors import PromqlError
from sloctl.promql.functions import AGGREGATIONS, FUNCTIONS, Signature
from sloctl.promql.grammar import COMPARISONS, SET_OPERATORS
from sloctl.promql.literals import quote
from sloctl.promql.tree import (
    Aggregate,
    Binary,
    Call,
    Expression,
    Node,
    Place,
    Selector,
    Spanned,
    Subquery,
    Unary,
    ValueType,
    unwrap,
    walk,
)
from sloctl.promql.value_types import value_type

_LONGEST_QUOTE = 40


def explain(expression: Expression, reason: str) -> PromqlError:
    """Return the error of an expression that the library refuses for `reason`, placed at the culprit.

    If no rule of this module finds it, the whole expression is to blame and the reason is passed on.
    """
    for node in reversed(list(walk(expression.root))):
        if error := _mistake(node, expression):
            return error
    return PromqlError(f"not valid PromQL: {reason}", expression.root.start, expression.root.end)


def _mistake(node: Node, expression: Expression) -> PromqlError | None:
    error: PromqlError | None = None
    match node:
        case Selector():
            error = _selector_mistake(node)
        case Call():
            error = _call_mistake(node, expression)
        case Aggregate():
            error = _aggregate_mistake(node, expression)
        case Binary():
            error = _operand_mistake(node, expression) or _operator_mistake(node)
        case Unary() if value_type(node.expr) not in {"scalar", "instant vector"}:
            error = _error(node.expr, f"`{node.op}` needs a number or an instant vector", expression)
        case Subquery() if value_type(node.expr) != "instant vector":
            error = _error(node.expr, "a subquery needs an instant vector", expression)
    return error


def _error(node: Node, message: str, expression: Expression, advice: str = "") -> PromqlError:
    found = f"{message}; `{_quoted(node, expression)}` is a {value_type(node)}".replace("is a i", "is an i")
    return PromqlError(found, node.start, node.end, advice)


def _quoted(part: Spanned, expression: Expression) -> str:
    source = " ".join(expression.source(part).split())
    return source if len(source) <= _LONGEST_QUOTE else source[: _LONGEST_QUOTE - 1] + "…"


def _accepted(text: str) -> bool:
    try:
        promql_parser.parse(text)
    except ValueError:
        return False
    return True


def is_regular_expression(text: str) -> bool:
    """Tell whether the library takes a text for a regular expression."""
    return _accepted(f"metric{{label=~{quote(text)}}}")


def not_a_regular_expression(text: str, place: Place) -> PromqlError:
    """Return the error of a text that is no regular expression, where one belongs."""
    advice = "Prometheus reads RE2: no look-around, no back-references, every bracket closed"
    return PromqlError(f"`{text}` is not a regular expression", *place, advice)


def _selector_mistake(node: Selector) -> PromqlError | None:
    for matcher in node.matchers:
        if matcher.op in {"=~", "!~"} and not is_regular_expression(matcher.value):
            return not_a_regular_expression(matcher.value, matcher.value_at)
    conditions = ", ".join(f"{matcher.label}{matcher.op}{quote(matcher.value)}" for matcher in node.matchers)
    if node.name is None and not _accepted(f"{{{conditions}}}"):
        advice = 'name the metric, or add a matcher that an empty value does not meet, such as `job="api"`'
        return PromqlError("this selects every series", *node.vector_at, advice)
    return None


def _call_mistake(node: Call, expression: Expression) -> PromqlError | None:
    signature = FUNCTIONS.get(node.function)
    if signature is None:
        return _unknown_function(node)
    if not signature.least <= len(node.args) <= (len(node.args) if signature.most is None else signature.most):
        message = f"`{node.function}` takes {_count(signature)}; here are {len(node.args)}"
        return PromqlError(message, node.start, node.end)
    for index, arg in enumerate(node.args):
        if value_type(arg) != signature.argument(index):
            return _wrong_type(arg, node.function, signature.argument(index), expression)
    return None


def _unknown_function(node: Call) -> PromqlError:
    near = get_close_matches(node.function.lower(), [*FUNCTIONS, *AGGREGATIONS], n=1, cutoff=0.7)
    advice = f"did you mean `{near[0]}`?" if near else ""
    return PromqlError(f"there is no function `{node.function}`", *node.name_at, advice)


def _count(signature: Signature) -> str:
    if signature.most is None:
        return f"at least {_arguments(signature.least)}"
    if signature.least == signature.most:
        return _arguments(signature.least)
    return f"{signature.least} to {_arguments(signature.most)}"


def _arguments(count: int) -> str:
    return "1 argument" if count == 1 else f"{count} arguments"


def _wrong_type(arg: Node, owner: str, wanted: ValueType, expression: Expression) -> PromqlError:
    source = _quoted(arg, expression)
    if wanted == "range vector" and value_type(arg) == "instant vector":
        suffix = "[5m]" if isinstance(unwrap(arg), Selector) else "[5m:]"
        message = f"expected a range such as `{suffix}` after `{source}`: `{owner}` needs a range vector"
        return PromqlError(message, arg.start, arg.end)
    advice = {
        ("instant vector", "range vector"): "use a function of a range inside, such as `rate(…)`",
        ("instant vector", "scalar"): f"`vector({source})` is an instant vector",
        ("scalar", "instant vector"): f"`scalar({source})` is a scalar",
        ("string", "instant vector"): f'a string stands in quotes: `"{source}"`',
    }.get((wanted, value_type(arg)), "")
    article = "an" if wanted.startswith("i") else "a"
    return _error(arg, f"`{owner}` needs {article} {wanted}", expression, advice)


def _aggregate_mistake(node: Aggregate, expression: Expression) -> PromqlError | None:
    wanted = AGGREGATIONS[node.op]
    if wanted and node.param and value_type(node.param) != wanted:
        return _wrong_type(node.param, node.op, wanted, expression)
    if value_type(node.arg) != "instant vector":
        return _wrong_type(node.arg, node.op, "instant vector", expression)
    return None


def _operand_mistake(node: Binary, expression: Expression) -> PromqlError | None:
    for operand in node.children:
        found = value_type(operand)
        if found in {"string", "range vector"}:
            return _error(operand, f"`{node.op}` needs numbers or instant vectors", expression)
        if found == "scalar" and node.op in SET_OPERATORS:
            advice = f"`vector({_quoted(operand, expression)})` is an instant vector"
            return _error(operand, f"`{node.op}` needs instant vectors", expression, advice)
    return None


def _operator_mistake(node: Binary) -> PromqlError | None:
    types = [value_type(operand) for operand in node.children]
    if node.returns_bool and node.op not in COMPARISONS:
        return PromqlError(f"`bool` does not go with `{node.op}`", *node.op_at, "it belongs to a comparison")
    if node.op in COMPARISONS and types == ["scalar", "scalar"] and not node.returns_bool:
        advice = f"write `{node.op} bool`, or compare an instant vector"
        return PromqlError("a comparison of two scalars needs `bool`", *node.op_at, advice)
    return _matching_mistake(node, types) if node.matching else None


def _matching_mistake(node: Binary, types: list[ValueType]) -> PromqlError | None:
    matching = node.matching
    assert matching is not None  # noqa: S101 -- the caller has looked; this tells mypy so
    if "scalar" in types:
        return PromqlError(f"`{matching.kind}` needs an instant vector on both sides", *matching.place)
    if matching.group and node.op in SET_OPERATORS:
        return PromqlError(f"`group_{matching.group}` does not go with `{node.op}`", *matching.place)
    both = {label.name for label in matching.labels} & {label.name for label in matching.include}
    for label in matching.include:
        if matching.kind == "on" and label.name in both:
            message = f"the label `{label.name}` is in both `on` and `group_{matching.group}`"
            return PromqlError(message, *label.place, "remove it here: a matched label is kept anyway")
    return None
