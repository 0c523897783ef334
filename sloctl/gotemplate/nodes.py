"""The tree of a template. Nodes are immutable; `start` and `end` are 0-based offsets into the text, end exclusive."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class LiteralType(Enum):
    """What a literal is to Go: an integer and a float never compare equal there."""

    TEXT = "text"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    NIL = "nil"


@dataclass(frozen=True, slots=True)
class Text:
    """Text printed as it is, after the trimming that `{{-` and `-}}` ask for."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A constant. `text` is the meaning of a string (quotes and escapes resolved), the spelling of anything else."""

    type: LiteralType
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Function:
    """The name of a function."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A dot or a variable and the fields read from it: `.`, `.Labels.job`, `$labels.job`.

    `root` is `.` or the variable with its dollar sign; `path` holds the fields from left to right.
    """

    root: str
    path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOf:
    """Fields read from a function's or a bracketed pipeline's result: `(query "up" | first).Labels.job`."""

    base: "Function | Pipeline"
    path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Command:
    """Operands side by side: a function with its arguments, or one value."""

    operands: tuple["Operand", ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """Commands joined by `|`, each result the last argument of the next; `variables` are those it sets.

    `declares` tells `$x := …` from `$x = …`.
    """

    commands: tuple[Command, ...]
    variables: tuple[str, ...]
    declares: bool
    start: int
    end: int


Operand = Literal | Function | Access | FieldOf | Pipeline


@dataclass(frozen=True, slots=True)
class Action:
    """`{{ pipeline }}`: prints the result unless the pipeline sets a variable. The span includes the braces."""

    pipeline: Pipeline
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """`if`, `with` or `range` (the `keyword`) with its two bodies. The span is that of the opening action."""

    keyword: str
    pipeline: Pipeline
    body: "Body"
    otherwise: "Body"
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Include:
    """`{{ template "name" pipeline }}`; a `block` is a definition and an `Include` of it."""

    name: str
    pipeline: Pipeline | None
    start: int
    end: int


Node = Text | Action | Branch | Include
Body = tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A template that Prometheus accepts. Compared by identity, so that it is a cheap key of a cache.

    `definitions` are the bodies of `define` and `block` by name. Comments, `break` and `continue` leave no node.
    """

    text: str
    body: Body
    definitions: Mapping[str, Body]
