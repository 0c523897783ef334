"""Ranges, steps and offsets: a plain duration such as `5m`, or what Prometheus 3 allows there: numbers and sums.

`step()` and `range()` count as 0, their value in a rule, which is evaluated at one instant. Source: the rule
`duration_expr` of generated_parser.y, Prometheus 3.16.
"""

import math
import operator
from collections.abc import Callable

from sloctl.promql.errors import PromqlError
from sloctl.promql.literals import MAX_DURATION_MS, duration_ms, number_value
from sloctl.promql.reader import Reader
from sloctl.promql.tokens import Token

_LEVELS = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "^": 3}
_TIGHTEST = 3
_OPERATIONS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": math.fmod,
    "^": math.pow,
}
_OF_TWO: dict[str, Callable[[float, float], float]] = {"min_of": min, "max_of": max}
_OF_THE_QUERY = ("step", "range")


def range_duration(reader: Reader, owner: Token) -> int:
    """Read a range or a step and return its milliseconds, more than 0."""
    if reader.next.kind == "duration" and (reader.follows("]") or reader.follows(":")):
        return duration_ms(reader.take())
    number = reader.next
    if number.kind == "number" and reader.tokens[reader.index + 1].kind == "identifier":
        raise reader.error(number, f"`{number.text}` has no unit", f"write `{number.text}s` or `{number.text}m`")
    found = _computed(reader, owner, 1)
    if found <= 0:
        advice = "in a rule, `step()` and `range()` are 0"
        raise PromqlError("a range or step must be longer than 0", number.start, reader.last.end, advice)
    return found


def offset_duration(reader: Reader, owner: Token) -> int:
    """Read an offset after its sign and return its milliseconds."""
    return duration_ms(reader.take()) if reader.next.kind == "duration" else _computed(reader, owner, _TIGHTEST + 1)


def _computed(reader: Reader, owner: Token, least: int) -> int:
    first = reader.index
    try:
        found = _value(reader, owner, least) * 1000
    except (ZeroDivisionError, OverflowError, ValueError):
        found = math.inf
    if not abs(found) <= MAX_DURATION_MS:
        raise PromqlError(
            "this is no duration", reader.tokens[first].start, reader.last.end, "divide by no 0, stay below 292 years"
        )
    milliseconds = round(found)
    is_number = reader.index == first + 1 and reader.last.kind == "number"
    what = f"`{reader.last.text}` without a unit" if is_number else "a duration that is computed"
    advice = f"write `{reader.last.text}s` or `{reader.last.text}m`" if is_number else "write its value, such as `5m`"
    reader.later(first, what, advice, f"{abs(milliseconds) or 1}ms")
    return milliseconds


def _value(reader: Reader, owner: Token, least: int) -> float:
    """Return the seconds of an expression whose operators bind at least so tightly."""
    reader.deeper()
    left = _operand(reader, owner)
    while (level := _LEVELS.get(reader.next.text, 0)) >= least:
        symbol = reader.take().text
        left = _OPERATIONS[symbol](left, _value(reader, owner, level if symbol == "^" else level + 1))
    reader.nesting -= 1
    return left


def _operand(reader: Reader, owner: Token) -> float:
    if sign := reader.take_if("+", "-"):
        return _value(reader, owner, _TIGHTEST) * (-1 if sign.text == "-" else 1)
    if opening := reader.take_if("("):
        inner = _value(reader, owner, 1)
        reader.close(opening, "an operator")
        return inner
    if reader.follows("(") and reader.next.keyword in (*_OF_THE_QUERY, *_OF_TWO):
        return _called(reader, owner)
    if reader.next.kind in {"number", "duration"}:
        return number_value(reader.take())
    raise _no_duration(reader, owner)


def _called(reader: Reader, owner: Token) -> float:
    name, opening = reader.take().keyword, reader.take()
    if name in _OF_THE_QUERY:
        reader.close(opening, "nothing")
        return 0.0
    first = _value(reader, owner, 1)
    if not reader.take_if(","):
        raise reader.error(reader.next, f"`{name}` takes 2 durations")
    second = _value(reader, owner, 1)
    reader.close(opening, "an operator")
    return _OF_TWO[name](first, second)


def _no_duration(reader: Reader, owner: Token) -> PromqlError:
    if reader.next.kind == "end" and owner.text == "[":
        return reader.unclosed(owner)
    culprit = reader.next if owner.text == "[" else owner
    return reader.error(culprit, f"expected a duration such as `5m` after `{owner.text}`")
