"""The grammar of selectors: name and matchers, and what may follow an operand: a range, a step, `offset` and `@`."""

import math
from dataclasses import replace
from typing import cast

from sloctl.promql.durations import offset_duration, range_duration
from sloctl.promql.errors import PromqlError
from sloctl.promql.literals import number_value, string_value
from sloctl.promql.reader import Reader
from sloctl.promql.tokens import Token
from sloctl.promql.tree import Instant, Matcher, MatchOp, Node, Place, Selector, Subquery

_EXTENDED = ("anchored", "smoothed")
_MATCH_OPS = {"=", "!=", "=~", "!~"}


def selector(reader: Reader) -> Selector:
    """Read a metric name, matchers in braces, or both."""
    name = reader.take() if reader.next.kind == "identifier" else None
    start = reader.next.start if name is None else name.start
    braced: tuple[Matcher | Token, ...] = ()
    braces_at = None
    if reader.next.text == "{":
        first = reader.next.start
        braced = _braces(reader)
        braces_at = (first, reader.last.end)
    matchers = tuple(part for part in braced if isinstance(part, Matcher))
    quoted = [part for part in braced if isinstance(part, Token)]
    _check_one_name(name, quoted, matchers)
    token = name or next(iter(quoted), None)
    return Selector(
        name=token and (string_value(token) if token.kind == "string" else token.text),
        name_at=token and (token.start, token.end),
        matchers=matchers,
        braces_at=braces_at,
        start=start,
        end=reader.last.end,
    )


def _check_one_name(name: Token | None, quoted: list[Token], matchers: tuple[Matcher, ...]) -> None:
    again: list[Place] = [(token.start, token.end) for token in quoted]
    if name or quoted:
        again += [matcher.place for matcher in matchers if matcher.label == "__name__"]
    if name is None:
        again = again[1:]
    if again:
        raise PromqlError("the metric name is set twice", *again[0], "keep one of them")


def _braces(reader: Reader) -> tuple[Matcher | Token, ...]:
    opening = reader.take()
    found: list[Matcher | Token] = []
    while reader.next.text != "}":
        found.append(_matcher(reader, opening))
        if reader.next.keyword == "or":
            advice = 'use a regex (`label=~"a|b"`) or join two selectors with `or`'
            raise reader.error(reader.next, "Prometheus knows no `or` between matchers", advice)
        if not reader.take_if(","):
            break
    reader.close(opening, "`,`")
    return tuple(found)


def _matcher(reader: Reader, opening: Token) -> Matcher | Token:
    token = reader.next
    if token.kind == "end":
        raise reader.unclosed(opening)
    if token.kind not in {"identifier", "string"} or (token.kind == "identifier" and ":" in token.text):
        advice = "template actions are not PromQL" if token.text == "{" else 'a matcher looks like `label="value"`'
        raise reader.error(token, f"expected a label, found `{token.text}`", advice)
    reader.take()
    if token.kind == "string" and reader.next.text in {",", "}"}:
        return token
    op = reader.take()
    if op.text == "==":
        raise reader.error(op, "a matcher has a single `=`", f'write `{token.text}="…"`')
    if op.text not in _MATCH_OPS:
        place = token if op.text in {",", "}", ""} else op
        raise reader.error(place, f"expected `=`, `!=`, `=~` or `!~` after the label `{token.text}`")
    value = reader.next
    if value.kind != "string":
        raise _bad_value(reader, token, op)
    reader.take()
    return Matcher(
        label=string_value(token) if token.kind == "string" else token.text,
        op=cast("MatchOp", op.text),
        value=string_value(value),
        op_at=(op.start, op.end),
        value_at=(value.start, value.end),
        start=token.start,
        end=value.end,
    )


def _bad_value(reader: Reader, label: Token, op: Token) -> PromqlError:
    value = reader.next
    if value.kind in {"end", "punctuation"}:
        return reader.error(op, f"`{label.text}{op.text}` has no value", f'write `{label.text}{op.text}"…"`')
    advice = f'write `{label.text}{op.text}"{value.text}"`'
    return reader.error(value, f"the value of `{label.text}` needs quotes", advice)


def suffixes(reader: Reader, node: Node) -> Node:
    """Read ranges, subqueries, `offset` and `@` after an operand, and return the operand with them."""
    while True:
        word = reader.next.keyword
        if word == "[":
            node = _brackets(reader, node)
        elif word == "offset":
            node = _offset(reader, node)
        elif word == "@":
            node = _at(reader, node)
        elif word in _EXTENDED and isinstance(node, Selector):
            reader.take()
            reader.later(reader.index - 1, f"`{word}`", "leave it out", "")
            node = replace(node, end=reader.last.end)
        else:
            return node


def _brackets(reader: Reader, node: Node) -> Node:
    opening = reader.take()
    if reader.next.text in {"]", ":"}:
        raise reader.error(reader.next, "expected a duration such as `5m` in the brackets")
    range_ms = range_duration(reader, opening)
    if not reader.take_if(":"):
        closing = reader.close(opening, "`:`")
        return _ranged(node, range_ms, (opening.start, closing.end))
    step_ms = None if reader.next.text == "]" else range_duration(reader, opening)
    end = reader.close(opening, "a step").end
    return Subquery(
        expr=node, range_ms=range_ms, step_ms=step_ms, range_at=(opening.start, end), start=node.start, end=end
    )


def _ranged(node: Node, range_ms: int, place: Place) -> Selector:
    if not isinstance(node, Selector):
        raise PromqlError("a range follows a selector, not an expression", *place, "use a subquery, such as `[5m:]`")
    if node.range_at:
        raise PromqlError("this selector has a range already", *place, "use a subquery, such as `[5m:]`")
    if node.offset_at or node.at_at:
        wrong = "offset" if node.offset_at else "@"
        raise PromqlError(f"the range stands before `{wrong}`", *place, f"write `[…] {wrong} …`")
    return replace(node, range_ms=range_ms, range_at=place, end=place[1])


def _offset(reader: Reader, node: Node) -> Node:
    word = reader.take()
    sign = -1 if reader.take_if("-") else 1
    offset_ms = sign * offset_duration(reader, word)
    place = (word.start, reader.last.end)
    if not isinstance(node, Selector | Subquery):
        raise PromqlError("`offset` follows a selector or a subquery", *place, "move it to the selector inside")
    if node.offset_at:
        raise PromqlError("`offset` is set twice", *place, "keep one of them")
    return replace(node, offset_ms=offset_ms, offset_at=place, end=place[1])


def _at(reader: Reader, node: Node) -> Node:
    word = reader.take()
    instant = _instant(reader, word)
    place = (word.start, reader.last.end)
    if not isinstance(node, Selector | Subquery):
        raise PromqlError("`@` follows a selector or a subquery", *place, "move it to the selector inside")
    if node.at_at:
        raise PromqlError("`@` is set twice", *place, "keep one of them")
    return replace(node, at=instant, at_at=place, end=place[1])


def _instant(reader: Reader, word: Token) -> Instant:
    edge = reader.take_if("start", "end")
    if edge and reader.take_if("(") and reader.take_if(")"):
        return "start" if edge.keyword == "start" else "end"
    sign = reader.take_if("+", "-")
    token = reader.next
    if edge or token.kind not in {"number", "duration"} or not math.isfinite(number_value(token)):
        raise reader.error(edge or word, "`@` needs a Unix timestamp in seconds, `start()` or `end()`")
    return number_value(reader.take()) * (-1 if sign and sign.text == "-" else 1)
