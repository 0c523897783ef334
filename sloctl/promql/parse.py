"""PromQL text to a positioned tree.

The library promql-parser decides whether a text is valid; it knows Prometheus 2.45 and some of 3.x, and the rest is put
in other words for it. It gives no positions, so the tree is made from our own tokens. Refused beyond the library is
`or` between matchers, which it lets pass and Prometheus does not. Deep nesting is refused before the library sees it,
because it overflows its stack. Its regular expressions are Rust's, which differ from Go's in rare corners.
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache

import promql_parser

from sloctl.promql.errors import PromqlError
from sloctl.promql.explain import explain
from sloctl.promql.functions import FUNCTIONS
from sloctl.promql.grammar import read
from sloctl.promql.literals import quote, string_value
from sloctl.promql.tokens import Token, tokenize
from sloctl.promql.tree import Expression, ValueType

_LIBRARY_TYPES: dict[ValueType, promql_parser.ValueType] = {
    "instant vector": promql_parser.ValueType.Vector,
    "range vector": promql_parser.ValueType.Matrix,
    "scalar": promql_parser.ValueType.Scalar,
    "string": promql_parser.ValueType.String,
}
_NOT_IN_LIBRARY = ("holt_winters",)  # removed in Prometheus 3, still in use with 2.x
_CACHE_SIZE = 16_384


def parse(text: str, variables: Mapping[str, str] | None = None, *, later: bool = False) -> Expression:
    """Return the tree of a PromQL expression; the same text is parsed once.

    `variables` gives the text that each `$name` stands for, such as `{"window": "5m"}`; all places still point into the
    text given. Raises PromqlError, placed at the culprit, for anything that Prometheus refuses; unless `later` is true,
    also for what only version 3 reads, because what is compiled is for both.
    """
    expression = _parse(text, tuple(sorted((variables or {}).items())))
    for part in () if later else expression.later:
        raise PromqlError(f"Prometheus before version 3 refuses {part.what}", *part.place, part.help)
    return expression


@lru_cache(maxsize=_CACHE_SIZE)
def _parse(text: str, variables: tuple[tuple[str, str], ...]) -> Expression:
    tokens = tokenize(text, dict(variables))
    expression, plain = read(text, tokens)
    try:
        promql_parser.parse(" ".join(map(_for_library, plain)))
    except ValueError as error:
        raise explain(expression, str(error)) from None
    return expression


def _for_library(token: Token | str) -> str:
    """Return a token so that the library reads it: it trips over backslashes in back-ticks."""
    if isinstance(token, str):
        return token
    return quote(string_value(token)) if token.text[:1] == "`" else token.text


def _register_functions() -> None:
    for name in _NOT_IN_LIBRARY:
        signature = FUNCTIONS[name]
        arguments = [_LIBRARY_TYPES[argument] for argument in signature.arguments]
        with suppress(ValueError):  # a later library may know it
            known = promql_parser.Function(name, arguments, _LIBRARY_TYPES[signature.returns])
            promql_parser.register_extra_functions([known])


_register_functions()
