"""The tree of a PromQL expression: plain immutable values, each with its place in the user's text.

`start` and `end` are 0-based, half-open offsets of the whole node; a field `…_at` is the place of a part of it.
Keywords and aggregation names are in lower case, everything else is as the user wrote it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

Place: TypeAlias = tuple[int, int]
ValueType: TypeAlias = Literal["scalar", "string", "instant vector", "range vector"]
MatchOp: TypeAlias = Literal["=", "!=", "=~", "!~"]
Instant: TypeAlias = float | Literal["start", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spanned:
    """Anything with a place in the text."""

    start: int
    end: int

    @property
    def place(self) -> Place:
        """Both offsets: `(start, end)`."""
        return self.start, self.end

    @property
    def children(self) -> tuple["Node", ...]:
        """The expressions directly inside this one, in the order of the text."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Label(Spanned):
    """A label in a list of labels (`by`, `without`, `on`, `ignoring`, `group_left`, `group_right`)."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher(Spanned):
    """One `label="value"` of a selector. `value` is what the literal at `value_at` means (the place has its quotes)."""

    label: str
    op: MatchOp
    value: str
    op_at: Place
    value_at: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector(Spanned):
    """A vector selector with its range and modifiers; `range_ms` is None for an instant vector.

    `name_at` is None if the name is missing or inside the braces; `braces_at` is None if there are no braces.
    `at` is seconds since the epoch. A negative `offset_ms` looks ahead.
    """

    name: str | None
    name_at: Place | None
    matchers: tuple[Matcher, ...]
    braces_at: Place | None
    range_ms: int | None = None
    range_at: Place | None = None
    offset_ms: int | None = None
    offset_at: Place | None = None
    at: Instant | None = None
    at_at: Place | None = None

    @property
    def metric(self) -> str | None:
        """The metric name, also if it is written as `{__name__="…"}`; None if the selector does not pin it."""
        if self.name:
            return self.name
        names = (matcher.value for matcher in self.matchers if matcher.label == "__name__" and matcher.op == "=")
        return next(names, None)

    @property
    def vector_at(self) -> Place:
        """The place of the name and the braces, without range and modifiers."""
        return self.start, (self.braces_at or self.name_at or self.place)[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subquery(Spanned):
    """`expr[range:step]`; `step_ms` is None if the evaluation interval of the server is used."""

    expr: "Node"
    range_ms: int
    step_ms: int | None
    range_at: Place
    offset_ms: int | None = None
    offset_at: Place | None = None
    at: Instant | None = None
    at_at: Place | None = None

    @property
    def children(self) -> tuple["Node", ...]:
        """The expression that is evaluated at each step."""
        return (self.expr,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Spanned):
    """A function call."""

    function: str
    args: tuple["Node", ...]
    name_at: Place

    @property
    def children(self) -> tuple["Node", ...]:
        """The arguments."""
        return self.args


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate(Spanned):
    """An aggregation. `param` is the first argument of `topk`, `quantile`, `count_values` and the like.

    Without a modifier everything becomes one series: the same as `by ()`.
    """

    op: str
    op_at: Place
    param: "Node | None"
    arg: "Node"
    modifier: Literal["by", "without"] | None = None
    labels: tuple[Label, ...] = ()
    modifier_at: Place | None = None

    @property
    def children(self) -> tuple["Node", ...]:
        """The parameter, if any, and the aggregated expression."""
        return (self.arg,) if self.param is None else (self.param, self.arg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching(Spanned):
    """`on(…)` or `ignoring(…)` of a binary operation, with its grouping; the place covers both.

    `group` names the side with many series for one of the other; `include` are the labels copied from that other side.
    """

    kind: Literal["on", "ignoring"]
    labels: tuple[Label, ...]
    group: Literal["left", "right"] | None = None
    include: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary(Spanned):
    """A binary operation: arithmetic, a comparison, or one of `and`, `or`, `unless`."""

    op: str
    op_at: Place
    left: "Node"
    right: "Node"
    returns_bool: bool = False
    matching: Matching | None = None

    @property
    def children(self) -> tuple["Node", ...]:
        """Left and right operand."""
        return self.left, self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class Unary(Spanned):
    """`-expr` or `+expr`."""

    op: Literal["+", "-"]
    expr: "Node"

    @property
    def children(self) -> tuple["Node", ...]:
        """The operand."""
        return (self.expr,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paren(Spanned):
    """A bracketed expression."""

    expr: "Node"

    @property
    def children(self) -> tuple["Node", ...]:
        """The expression inside the brackets."""
        return (self.expr,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Spanned):
    """A number, or a duration used as one (its value in seconds). `text` is as written."""

    value: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class String(Spanned):
    """A string literal; `value` is what it means."""

    value: str


Node: TypeAlias = Selector | Subquery | Call | Aggregate | Binary | Unary | Paren | Number | String


@dataclass(frozen=True, slots=True, kw_only=True)
class Later(Spanned):
    """A part of the syntax that Prometheus reads from version 3 on: `what` it is, in words, and what to write."""

    what: str
    help: str


@dataclass(frozen=True, slots=True)
class Expression:
    """A valid expression: the user's text, its tree, and what of it Prometheus before version 3 refuses."""

    text: str
    root: Node
    later: tuple[Later, ...] = ()

    def source(self, part: Spanned) -> str:
        """Return the text of a part of the tree, as the user wrote it."""
        return self.text[part.start : part.end]


def walk(node: Node) -> list[Node]:
    """Return a node and everything inside it, outer before inner, left before right."""
    found, waiting = [], [node]
    while waiting:
        current = waiting.pop()
        found.append(current)
        if children := current.children:
            waiting += children[::-1]
    return found


_OPERANDS = ("expr", "arg", "param", "left", "right")


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return a node in whose place each expression directly inside it is what `change` makes of it."""
    parts: dict[str, Any] = {name: getattr(node, name, None) for name in _OPERANDS}
    changes: dict[str, Any] = {name: change(part) for name, part in parts.items() if part}
    if isinstance(node, Call):
        changes["args"] = tuple(map(change, node.args))
    return replace(node, **changes) if changes else node


def unwrap(node: Node) -> Node:
    """Return the expression without the brackets around it."""
    while isinstance(node, Paren):
        node = node.expr
    return node
