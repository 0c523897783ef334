"""What Prometheus makes of an annotation's template, for the part of the language that can be foretold.

Texts, `$value`, `$labels`, the functions that print numbers, `printf`, `with` and `if`, and `query` for expressions
over samples that are known. Everything else raises Unproven, with the piece that stands in the way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sloctl.gotemplate.nodes import (
    Access,
    Action,
    Body,
    Branch,
    Command,
    FieldOf,
    Function,
    Include,
    Literal,
    LiteralType,
    Operand,
    Pipeline,
    Text,
)
from sloctl.gotemplate.parse import parse
from sloctl.proof.case import Unproven
from sloctl.proof.go_numbers import (
    humanize,
    humanize1024,
    humanize_duration,
    humanize_percentage,
    plain,
    printf,
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample of a query's answer."""

    value: float


@dataclass(frozen=True, slots=True)
class Alert:
    """What a template sees of the alert: its labels, its value if it is known, and the samples behind a query."""

    labels: Mapping[str, str]
    value: float | None
    query: Callable[[str], float | None]


_Value = str | float | Sample | tuple[Sample, ...] | Alert
_NUMBERS: Mapping[str, Callable[[float], str]] = {
    "humanize": humanize,
    "humanize1024": humanize1024,
    "humanizeDuration": humanize_duration,
    "humanizePercentage": humanize_percentage,
}
_TEXTS: Mapping[str, Callable[[str], str]] = {"toUpper": str.upper, "toLower": str.lower}


def render(template: str, alert: Alert) -> str:
    """Expand a template; raise Unproven for what cannot be foretold."""
    return _Renderer(alert).body(parse(template).body, alert)


class _Renderer:
    """Walks a template with its dot, as Prometheus does."""

    __slots__ = ("_alert",)

    def __init__(self, alert: Alert) -> None:
        self._alert = alert

    def body(self, body: Body, dot: _Value) -> str:
        return "".join(self._node(node, dot) for node in body)

    def _node(self, node: Text | Action | Branch | Include, dot: _Value) -> str:
        match node:
            case Text():
                return node.text
            case Action():
                return _shown(self._pipeline(node.pipeline, dot))
            case Branch(keyword="with" | "if"):
                value = self._pipeline(node.pipeline, dot)
                inner = value if node.keyword == "with" else dot
                return self.body(node.body, inner) if _is_true(value) else self.body(node.otherwise, dot)
        raise _unknown(f"`{node.keyword}`" if isinstance(node, Branch) else "a named template")

    def _pipeline(self, node: Pipeline, dot: _Value) -> _Value:
        if node.variables:
            raise _unknown("a variable")
        result: _Value | None = None
        for command in node.commands:
            result = self._command(command, dot, result)
        if result is None:
            raise _unknown("an empty pipeline")
        return result

    def _command(self, node: Command, dot: _Value, piped: _Value | None) -> _Value:
        first, *rest = node.operands
        if not isinstance(first, Function):
            return self._operand(first, dot)
        arguments = [self._operand(operand, dot) for operand in rest]
        return self._call(first.name, [*arguments, *(() if piped is None else (piped,))])

    def _operand(self, node: Operand, dot: _Value) -> _Value:
        match node:
            case Literal(type=LiteralType.TEXT):
                return node.text
            case Literal(type=LiteralType.FLOAT | LiteralType.INT):
                return float(node.text)
            case Pipeline():
                return self._pipeline(node, dot)
            case Access():
                return self._access(node, dot)
            case FieldOf() | Function() | Literal():
                raise _unknown("a field of a result")
        raise _unknown("an operand")

    def _access(self, node: Access, dot: _Value) -> _Value:
        path = node.path
        if node.root == "$labels" and len(path) == 1:
            return self._alert.labels.get(path[0], "")
        if node.root == "$value" and not path:
            return self._value()
        if node.root == "$" or (node.root == "." and isinstance(dot, Alert)):
            return self._of_alert(path)
        if node.root == "." and not path:
            return dot
        raise _unknown(f"`{'.'.join((node.root.rstrip('.'), *path))}`")

    def _of_alert(self, path: tuple[str, ...]) -> _Value:
        if path == ("Value",):
            return self._value()
        if len(path) == 2 and path[0] == "Labels":
            return self._alert.labels.get(path[1], "")
        raise _unknown(f"`.{'.'.join(path)}`")

    def _value(self) -> float:
        if self._alert.value is None:
            raise _unknown("`$value` in a label")
        return self._alert.value

    def _call(self, name: str, arguments: list[_Value]) -> _Value:
        match name, arguments:
            case "query", [str(expr)]:
                value = self._alert.query(expr)
                if value is None:
                    raise _unknown(f"the query `{expr}`")
                return (Sample(value),)
            case "first", [(Sample() as sample, *_)]:
                return sample
            case "value", [Sample(value)]:
                return value
            case "printf", [str(template), *rest] if all(isinstance(item, (str, float)) for item in rest):
                text = printf(template, [item for item in rest if isinstance(item, (str, float))])
                if text is not None:
                    return text
            case _, [float(number)] if name in _NUMBERS:
                return _NUMBERS[name](number)
            case _, [str(text)] if name in _TEXTS:
                return _TEXTS[name](text)
        raise _unknown(f"the function `{name}`")


def _shown(value: _Value) -> str:
    if isinstance(value, (str, float)):
        return plain(value) if isinstance(value, float) else value
    raise _unknown("a value that is neither text nor number")


def _is_true(value: _Value) -> bool:
    return bool(value) if isinstance(value, (str, float, tuple)) else True


def _unknown(what: str) -> Unproven:
    return Unproven(f"{what} cannot be foretold")
