"""Says what a template uses, queries and prints, by walking it as Prometheus would when the alert fires."""

import re
from difflib import get_close_matches
from functools import lru_cache

from sloctl.gotemplate._calls import call
from sloctl.gotemplate._recorder import Recorder, Span
from sloctl.gotemplate._shapes import (
    ALERT,
    ALERT_FIELDS,
    EXTERNAL_LABELS,
    LABEL_MAPS,
    LABELS,
    SAMPLE_FIELDS,
    TEXT,
    UNKNOWN,
    VALUE,
    Shape,
    bounded,
    either,
    element,
)
from sloctl.gotemplate.functions import Kind
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
    Template,
    Text,
)
from sloctl.gotemplate.records import Facts

# A percent sign, but not one that escapes a byte of a URL.
_PERCENT = re.compile(r" *%(?![0-9A-Fa-f]{2})")
_LITERALS = {LiteralType.INT: Shape(Kind.INT), LiteralType.FLOAT: Shape(Kind.FLOAT)}
_FIELDS = {Kind.ALERT: ALERT_FIELDS, Kind.SAMPLE: SAMPLE_FIELDS}
_ROOT = (
    ("$", ALERT),
    ("$labels", LABELS),
    ("$externalLabels", EXTERNAL_LABELS),
    ("$externalURL", TEXT),
    ("$value", VALUE),
)


@lru_cache(maxsize=4096)
def facts(template: Template) -> Facts:
    """Return what `template` uses and prints as a text of an alert; see `Facts`.

    Named templates count where they are included. Both sides of every `if` count.
    """
    walker = _Walker(template, Recorder())
    return walker.recorder.facts(walker.body(template.body))


class _Walker:
    """Walks bodies with the dot and the variables that Go would have there, but with shapes for values."""

    __slots__ = ("_dot", "_included", "_template", "_variables", "recorder")

    def __init__(self, template: Template, recorder: Recorder) -> None:
        self.recorder = recorder
        self._template = template
        self._dot = ALERT
        self._variables = list(_ROOT)
        self._included: dict[tuple[str, Shape], str | None] = {}

    def body(self, body: Body) -> str | None:
        """Walk a body; return what it prints if that is always the same."""
        printed: list[str | None] = []
        for index, node in enumerate(body):
            match node:
                case Text():
                    printed.append(node.text)
                case Action():
                    after = body[index + 1] if index + 1 < len(body) else None
                    percent = isinstance(after, Text) and _PERCENT.match(after.text) is not None
                    printed.append(self._action(node, before_percent=percent))
                case Branch():
                    self._branch(node)
                    printed.append(None)
                case Include():
                    printed.append(self._include(node))
        known = [text for text in printed if text is not None]
        return bounded("".join(known)) if len(known) == len(printed) else None

    def _action(self, node: Action, *, before_percent: bool) -> str | None:
        pipeline = node.pipeline
        shape = self._pipeline(pipeline)
        if pipeline.variables:
            return ""
        self.recorder.printed(shape, (pipeline.start, pipeline.end), before_percent=before_percent)
        return shape.text if shape.exact else None

    def _branch(self, node: Branch) -> None:
        dot, known = self._dot, len(self._variables)
        shape = self._pipeline(node.pipeline, loops=node.keyword == "range")
        if node.keyword == "range":
            self._check_range(shape, node.pipeline)
            self._dot = element(shape)
        elif node.keyword == "with":
            self._dot = shape
        inside = len(self._variables)
        self.body(node.body)
        del self._variables[inside:]
        self._dot = dot
        self.body(node.otherwise)
        del self._variables[known:]

    def _check_range(self, shape: Shape, pipeline: Pipeline) -> None:
        self.recorder.whole(shape)
        if shape.kind in (Kind.TEXT, Kind.FLOAT, Kind.SAMPLE, Kind.ALERT):
            at = (pipeline.start, pipeline.end)
            self.recorder.mistake(f"`range` goes through lists, not {shape.kind.value}", at)

    def _include(self, node: Include) -> str | None:
        """Walk a named template with its own dot and variables, once for every kind of dot it is given."""
        shape = self._pipeline(node.pipeline) if node.pipeline else UNKNOWN
        key = (node.name, shape)
        if node.name not in self._template.definitions:
            self.recorder.mistake(f"template `{node.name}` is not defined", (node.start, node.end))
            return None
        if key not in self._included:
            self._included[key] = None
            outer = self._dot, self._variables
            self._dot, self._variables = shape, [("$", shape)]
            self._included[key] = self.body(self._template.definitions[node.name])
            self._dot, self._variables = outer
        return self._included[key]

    def _pipeline(self, node: Pipeline, *, loops: bool = False) -> Shape:
        result: Shape | None = None
        at = (node.start, node.end)
        for command in node.commands:
            result = self._command(command, None if result is None else (result, at))
            at = (command.start, command.end)
        shape = result or UNKNOWN
        self._bind(node, element(shape) if loops else shape)
        return shape

    def _bind(self, node: Pipeline, shape: Shape) -> None:
        """Set the pipeline's variables; of two in a range the first is the key, of which nothing is known."""
        for name, value in zip(node.variables, (UNKNOWN, shape)[-len(node.variables) :], strict=False):
            if node.declares:
                self._variables.append((name, value))
            else:
                self._assign(name, value, (node.start, node.end))

    def _assign(self, name: str, shape: Shape, at: Span) -> None:
        """Widen a variable: the assignment may stand in a branch that is not taken."""
        for index in range(len(self._variables) - 1, -1, -1):
            if self._variables[index][0] == name:
                self._variables[index] = (name, either((self._variables[index][1], shape)))
                return
        self.recorder.mistake(f"variable `{name}` is not defined", at, f"declare it first: `{name} := …`")

    def _command(self, node: Command, piped: tuple[Shape, Span] | None) -> Shape:
        first, *rest = node.operands
        arguments = [(self._operand(operand), (operand.start, operand.end)) for operand in rest]
        if piped:
            arguments.append(piped)
        if isinstance(first, Function):
            return call(first, arguments, self.recorder)
        shape = self._operand(first)
        # A field of something unknown may be a method: `(toTime $value).Format "15:04"`.
        if arguments and shape.kind is not Kind.UNKNOWN:
            self.recorder.mistake("only a function takes arguments", (first.start, first.end))
        return shape

    def _operand(self, node: Operand) -> Shape:
        match node:
            case Literal(type=LiteralType.TEXT):
                return Shape(Kind.TEXT, node.text, at=(node.start, node.end))
            case Literal():
                return _LITERALS.get(node.type, UNKNOWN)
            case Function():
                return call(node, (), self.recorder)
            case Pipeline():
                return self._pipeline(node)
            case FieldOf():
                base = self._operand(node.base)
                return self._fields(base, node.path, node.end - sum(len(name) + 1 for name in node.path))
        return self._access(node)

    def _access(self, node: Access) -> Shape:
        shape, dot = self._dot, node.start
        if node.root != ".":
            shape, dot = self._variable(node), node.start + len(node.root)
        shape = self._fields(shape, node.path, dot)
        self.recorder.read(shape)
        return shape

    def _variable(self, node: Access) -> Shape:
        for name, shape in reversed(self._variables):
            if name == node.root:
                return shape
        at = (node.start, node.start + len(node.root))
        self.recorder.mistake(f"variable `{node.root}` is not defined in this branch", at)
        return UNKNOWN

    def _fields(self, shape: Shape, path: tuple[str, ...], dot: int) -> Shape:
        for name in path:
            at = (dot + 1, dot + 1 + len(name))
            shape = self._field(shape, name, at)
            dot = at[1]
        return shape

    def _field(self, shape: Shape, name: str, at: Span) -> Shape:
        if shape.kind in LABEL_MAPS:
            self.recorder.label(shape.kind, name, at)
            return TEXT
        if shape.kind is Kind.ARGUMENTS:
            return next((item for i, item in enumerate(shape.items) if name == f"arg{i}"), UNKNOWN)
        # A number may be a native histogram, which has fields; of an unknown value nothing can be said.
        if shape.kind in (Kind.UNKNOWN, Kind.FLOAT):
            return UNKNOWN
        if name in _FIELDS.get(shape.kind, ()):
            return _FIELDS[shape.kind][name]
        self.recorder.mistake(f"{shape.kind.value} has no field `{name}`", at, _field_advice(shape.kind, name))
        return UNKNOWN


def _field_advice(kind: Kind, name: str) -> str:
    if kind is Kind.SAMPLES:
        return "take one sample by `first`, or go through them by `range`"
    if kind is Kind.ALERT or (kind is Kind.SAMPLE and name not in ALERT_FIELDS):
        near = get_close_matches(name, _FIELDS[kind], 1)
        return f"did you mean `.{near[0]}`?" if near else f"its fields are `.{'`, `.'.join(_FIELDS[kind])}`"
    if name in ALERT_FIELDS:
        return f"`with` and `range` move the dot; the alert's own is `$.{name}`"
    return 'a label with dots in its name is read by `index $labels "dotted.name"`' if kind is Kind.TEXT else ""
