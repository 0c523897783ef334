"""The grammar of expressions: a recursive descent over the tokens that notes every place and blames the exact culprit.

It follows generated_parser.y of Prometheus. Types of operands are not its business: see `explain`.
"""

from typing import Literal, cast

from sloctl.promql.errors import PromqlError
from sloctl.promql.functions import AGGREGATIONS
from sloctl.promql.literals import number_value, string_value
from sloctl.promql.reader import Reader, too_deep
from sloctl.promql.tokens import Token
from sloctl.promql.tree import Aggregate, Binary, Call, Expression, Label, Matching, Node, Number, Paren, String, Unary
from sloctl.promql.vectors import selector, suffixes

COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})
SET_OPERATORS = frozenset({"and", "or", "unless"})
_POWER = 6
_PRECEDENCE = {
    "or": 1,
    **dict.fromkeys(("and", "unless"), 2),
    **dict.fromkeys(COMPARISONS, 3),
    **dict.fromkeys("+-", 4),
    **dict.fromkeys(("*", "/", "%", "atan2"), 5),
    "^": _POWER,
}
_FILLS = ("fill", "fill_left", "fill_right")
_NEVER_OPERANDS = {"bool", "on", "ignoring", "group_left", "group_right", "atan2"}
_MAX_HEIGHT = 250  # `a or b or …` is a tree as high as it has operands, and walks over trees are recursive

_MISPLACED = {
    **dict.fromkeys(("by", "without"), "it belongs directly to an aggregation, such as `sum by (job) (…)`"),
    **dict.fromkeys(("on", "ignoring", "bool"), "it follows an operator, such as `a / on (job) b` or `a > bool b`"),
    **dict.fromkeys(("group_left", "group_right"), "it follows `on (…)` or `ignoring (…)`"),
    **dict.fromkeys(("=", "=~", "!~"), "comparisons are written `==`, `>=` and `<=`; matchers stand in braces: `{…}`"),
    "for": "`for` is a field of the alert, beside `expr`",
    "{": "matchers directly follow the metric name",
}


def read(text: str, tokens: tuple[Token, ...]) -> tuple[Expression, list[Token | str]]:
    """Return the tree of the tokens of a text, and the tokens with what the library does not know put in other words.

    Raises PromqlError for text that the grammar of PromQL refuses.
    """
    grammar = _Grammar(text, tokens)
    root = grammar.whole()
    if len(tokens) > _MAX_HEIGHT:
        _check_height(root)
    return Expression(text, root, tuple(grammar.found_later)), grammar.plain()


def _check_height(root: Node) -> None:
    waiting = [(root, 1)]
    while waiting:
        node, level = waiting.pop()
        if level > _MAX_HEIGHT:
            raise too_deep(root.start, root.end)
        waiting += [(child, level + 1) for child in node.children]


class _Grammar(Reader):
    """One method a production; each leaves the cursor after what it has read."""

    def plain(self) -> list[Token | str]:
        """Return the tokens as the library is to read them."""
        words: list[Token | str] = list(self.tokens)
        for first, (end, text) in sorted(self.replaced.items(), reverse=True):
            words[first:end] = [text]
        return words

    def whole(self) -> Node:
        if self.at_end():
            raise PromqlError("there is no expression", 0, len(self.text))
        root = self.expression()
        if self.next.text in {")", "]", "}"}:
            raise self.error(self.next, f"`{self.next.text}` closes nothing", "remove it, or add the opening bracket")
        if not self.at_end():
            raise self.bad_junction()
        return root

    def expression(self, least: int = 1) -> Node:
        self.deeper()
        left = self.operand()
        while (level := _PRECEDENCE.get(self.next.keyword, 0)) >= least:
            left = self.binary(left, level)
        self.nesting -= 1
        return left

    def binary(self, left: Node, level: int) -> Binary:
        op = self.take()
        returns_bool = self.take_if("bool") is not None
        matching = self.matching()
        self.fills()
        right = self.expression(level if level == _POWER else level + 1)
        return Binary(
            op=op.keyword,
            op_at=(op.start, op.end),
            left=left,
            right=right,
            returns_bool=returns_bool,
            matching=matching,
            start=left.start,
            end=right.end,
        )

    def fills(self) -> None:
        """Read what stands in for samples that one side lacks."""
        while self.next.keyword in _FILLS and self.follows("("):
            first = self.index
            word, opening = self.take(), self.take()
            self.take_if("+", "-")
            if self.take().kind != "number":
                raise self.error(self.last, f"`{word.text}` takes a number")
            self.close(opening, "nothing")
            advice = "join with `or` what may be missing: version 3 needs a feature flag for it"
            self.later(first, f"`{word.text}`", advice, "")

    def matching(self) -> Matching | None:
        word = self.take_if("on", "ignoring")
        if word is None:
            return None
        labels = self.labels(word)
        grouping = self.take_if("group_left", "group_right")
        include: tuple[Label, ...] = ()
        if grouping and self.next.text == "(":
            include = self.labels(grouping)
        return Matching(
            kind="on" if word.keyword == "on" else "ignoring",
            labels=labels,
            group=None if grouping is None else "left" if grouping.keyword == "group_left" else "right",
            include=include,
            start=word.start,
            end=self.last.end,
        )

    def operand(self) -> Node:
        sign = self.take_if("+", "-")
        if sign is None:
            return suffixes(self, self.primary())
        expr = self.expression(_POWER)
        return Unary(op=cast("Literal['+', '-']", sign.text), expr=expr, start=sign.start, end=expr.end)

    def primary(self) -> Node:
        token = self.next
        if token.kind == "identifier" and token.keyword not in _NEVER_OPERANDS:
            return self.named()
        if token.text == "{":
            return selector(self)
        if token.text == "(":
            return self.bracketed()
        if token.kind in {"number", "duration"}:
            self.take()
            if "_" in token.text:
                plain = token.text.replace("_", "")
                self.later(self.index - 1, "`_` in a number", f"write `{plain}`", plain)
            return Number(value=number_value(token), text=token.text, start=token.start, end=token.end)
        if token.kind == "string":
            self.take()
            return String(value=string_value(token), start=token.start, end=token.end)
        raise self.bad_operand()

    def named(self) -> Node:
        word = self.next.keyword
        if word in AGGREGATIONS and any(self.follows(after) for after in ("(", "by", "without")):
            return self.aggregate()
        return self.call() if self.follows("(") else selector(self)

    def bracketed(self) -> Paren:
        opening = self.take()
        expr = self.expression()
        return Paren(expr=expr, start=opening.start, end=self.close_round(opening).end)

    def call(self) -> Call:
        name = self.take()
        args = self.arguments()
        return Call(function=name.text, args=args, name_at=(name.start, name.end), start=name.start, end=self.last.end)

    def arguments(self) -> tuple[Node, ...]:
        opening = self.take()
        found: list[Node] = []
        while found or self.next.text != ")":
            found.append(self.expression())
            if not self.take_if(","):
                break
            if self.next.text == ")":
                raise self.error(self.last, "a comma after the last argument", "remove it")
        self.close_round(opening)
        return tuple(found)

    def close_round(self, opening: Token) -> Token:
        if self.next.text == ")" or self.next.kind in {"end", "punctuation"}:
            return self.close(opening, "an operator")
        raise self.bad_junction()

    def aggregate(self) -> Aggregate:
        op = self.take()
        modifier = self.take_if("by", "without")
        labels = self.labels(modifier) if modifier else ()
        modifier_end = self.last.end
        if self.next.text != "(":
            culprit = self.last if self.at_end() else self.next
            raise self.error(culprit, f"expected the expression that `{op.text}` aggregates, in brackets")
        args = self.arguments()
        if modifier is None and (modifier := self.take_if("by", "without")):
            labels = self.labels(modifier)
            modifier_end = self.last.end
        param, arg = _split_arguments(op, args, self.last.end)
        return Aggregate(
            op=op.keyword,
            op_at=(op.start, op.end),
            param=param,
            arg=arg,
            modifier=None if modifier is None else "by" if modifier.keyword == "by" else "without",
            labels=labels,
            modifier_at=modifier and (modifier.start, modifier_end),
            start=op.start,
            end=self.last.end,
        )

    def bad_operand(self) -> PromqlError:
        token = self.next
        before = self.last if self.index else None
        advice = _MISPLACED.get(token.keyword, "")
        if before is None:
            return self.error(token, f"an expression cannot start with `{token.text}`", advice)
        if before.text == "(" and token.text == ")":
            return PromqlError("these brackets are empty", before.start, token.end)
        if before.text == "(" and token.kind == "end":
            return self.unclosed(before)
        if token.kind in {"end", "punctuation"}:
            return self.error(before, f"expected an operand after `{before.text}`", advice)
        return self.error(token, f"expected an operand, found `{token.text}`", advice)

    def bad_junction(self) -> PromqlError:
        token = self.next
        return self.error(token, f"expected an operator before `{token.text}`", _MISPLACED.get(token.keyword, ""))


def _split_arguments(op: Token, args: tuple[Node, ...], end: int) -> tuple[Node | None, Node]:
    expected = 1 if AGGREGATIONS[op.keyword] is None else 2
    if len(args) != expected:
        takes = "one argument" if expected == 1 else "two arguments, a parameter and a vector"
        raise PromqlError(f"`{op.text}` takes {takes}; here are {len(args)}", op.start, end)
    return (None, args[0]) if expected == 1 else (args[0], args[1])
