"""Strings that a regular expression of a matcher accepts.

Prometheus uses RE2 syntax, anchored at both ends. Python reads nearly all of it; what it does not read (`\\pL`,
`\\Q…\\E`, flags in the middle) raises Unproven. Every string is verified with `re.fullmatch` before it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, product
from re import _parser  # type: ignore[attr-defined] # the tree of a pattern; there is no public way to it
from typing import Any

from sloctl.proof.case import Unproven

_POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "digit": "0-9",
    "lower": "a-z",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\t\\n\\v\\f\\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-./: \t\n"
_CATEGORIES = {
    "CATEGORY_DIGIT": (r"\d", False),
    "CATEGORY_NOT_DIGIT": (r"\d", True),
    "CATEGORY_WORD": (r"\w", False),
    "CATEGORY_NOT_WORD": (r"\w", True),
    "CATEGORY_SPACE": (r"\s", False),
    "CATEGORY_NOT_SPACE": (r"\s", True),
}
_MOST = 200


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern in RE2 syntax; raise Unproven when Python cannot read it."""
    named = re.sub(r"\[:(\w+):\]", lambda match: _POSIX.get(match[1], match[0]), pattern).replace(r"\z", r"\Z")
    try:
        return re.compile(named, re.ASCII)
    except (re.error, RecursionError, OverflowError) as error:
        raise Unproven(f"the regular expression `{pattern}` cannot be read here: {error}") from error


@lru_cache(maxsize=4096)
def matching(pattern: str) -> tuple[str, ...]:
    """Return some strings that the pattern accepts, the simplest first; none when none was found."""
    regex = compiled(pattern)
    found = dict.fromkeys(islice(_sequence(_parser.parse(regex.pattern, regex.flags)), _MOST))
    return tuple(text for text in found if regex.fullmatch(text))


def _sequence(tree: Any) -> Iterator[str]:
    """Join the strings of the parts, each varied alone first: the product of all is too large."""
    parts = [list(islice(_part(str(op), argument), 8)) for op, argument in tree]
    if not all(parts):
        return
    first = [part[0] for part in parts]
    yield "".join(first)
    for index, part in enumerate(parts):
        for other in part[1:]:
            yield "".join([*first[:index], other, *first[index + 1 :]])
    yield from ("".join(pieces) for pieces in islice(product(*parts), _MOST))


def _part(op: str, argument: Any) -> Iterator[str]:
    if op == "LITERAL":
        yield chr(argument)
    elif op == "BRANCH":
        yield from (text for branch in argument[1] for text in islice(_sequence(branch), 3))
    elif op == "SUBPATTERN":
        yield from _sequence(argument[-1])
    elif op in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        yield from _repeated(*argument)
    elif op == "AT":
        yield ""
    else:
        yield from (char for char in _ALPHABET if _accepts(op, argument, char))


def _repeated(least: int, most: int, tree: Any) -> Iterator[str]:
    # Something rather than nothing where both will do: `.*` as `a` reads better than an empty value.
    counts = dict.fromkeys(count for count in (max(least, 1), least, least + 1) if count <= most)
    for count in counts:
        yield from (text * count for text in islice(_sequence(tree), 3))


def _accepts(op: str, argument: Any, char: str) -> bool:
    if op == "ANY":
        return char != "\n"
    if op == "NOT_LITERAL":
        return char != chr(argument)
    if op == "IN":
        return _in_class(argument, char)
    raise Unproven(f"the regular expression holds `{op}`, for which no text can be made")


def _in_class(items: Any, char: str) -> bool:
    negated = str(items[0][0]) == "NEGATE"
    return any(_is_item(str(op), value, char) for op, value in items) != negated


def _is_item(op: str, value: Any, char: str) -> bool:
    if op == "LITERAL":
        return bool(ord(char) == value)
    if op == "RANGE":
        return bool(value[0] <= ord(char) <= value[1])
    if op == "CATEGORY":
        kind, is_negated = _CATEGORIES[str(value)]
        is_member = re.fullmatch(kind, char, re.ASCII) is not None
        return is_member is not is_negated
    return False
