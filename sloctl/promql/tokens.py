"""PromQL text cut into tokens, each with its place.

The rules follow the lexer of Prometheus (promql/parser/lex.go): a colon belongs to a name, except inside `[…]`, where
it parts the range of a subquery from its step; `Inf` and `NaN` are numbers, except inside `{…}`, where they are labels.
"""

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple, cast

from sloctl.promql.errors import PromqlError

Kind = Literal["identifier", "number", "duration", "string", "operator", "punctuation", "comment", "end"]
_Rule = Kind | Literal["variable", "broken_number", "illegal"]


class Token(NamedTuple):
    """One token and its place, 0-based half-open offsets. A named tuple, because a lint run makes a million of them."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def keyword(self) -> str:
        """The text in lower case, because keywords ignore case; a string never looks like one, for it has quotes."""
        return self.text.lower()


_RULES = r"""[ \t\r\n]*(?:
  (?P<identifier>%s)
| (?P<punctuation>[()\[\]{},]|%s)
| (?P<string>"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`)
| (?P<duration>(?:[0-9]+(?:ms|[smhdwy]))+(?![\w.]))
| (?P<number>(?:0[xX][0-9a-fA-F]+|(?:[0-9][0-9_]*\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?![\w.]))
| (?P<operator>==|!=|=~|!~|>=|<=|[-+*/%%^<>=@])
| (?P<comment>\#[^\n]*)
| (?P<variable>\$[A-Za-z_]\w*)
| (?P<broken_number>\.?[0-9][\w.]*)
| (?P<illegal>.)
| (?P<end>\Z)
)"""
_FLAGS = re.VERBOSE | re.ASCII | re.DOTALL
_OUTSIDE = re.compile(_RULES % (r"[A-Za-z_:][\w:]*", r"(?!)"), _FLAGS)
_IN_BRACKETS = re.compile(_RULES % (r"[A-Za-z_]\w*", ":"), _FLAGS)
_CLOSERS = {"{": "}", "[": "]"}
_NO_VARIABLES: Mapping[str, str] = {}

_ADVICE = {
    "&": "both conditions: `and`",
    "|": "either condition: `or`",
    "!": "PromQL has no `not`: turn the comparison around, or use `unless`",
    ";": "an expression is one query: remove the semicolon",
    **dict.fromkeys("\u201c\u201d", 'write straight quotes: `"`'),
    **dict.fromkeys("\u2018\u2019", "write straight quotes: `'`"),
    "\u00a0": "replace the no-break space by an ordinary one",
}


def tokenize(text: str, variables: Mapping[str, str] = _NO_VARIABLES) -> tuple[Token, ...]:
    """Return the tokens of a text, comments included, white space left out.

    Each `$name` becomes the tokens of `variables["name"]`, all with the place of `$name`, so that places always point
    into the text given. Raises PromqlError for an open string, a malformed number or an illegal character.
    """
    _check_unicode(text)
    tokens: list[Token] = []
    position, closer = 0, ""
    while position < len(text):
        match = (_IN_BRACKETS if closer == "]" else _OUTSIDE).match(text, position)
        assert match is not None  # noqa: S101 -- the last two rules match whatever is left; this tells mypy so
        kind = cast("_Rule", match.lastgroup)
        value, (start, position) = match[kind], match.span(kind)
        if kind == "punctuation":
            closer = "" if value == closer else _CLOSERS.get(value, closer)
            tokens.append(Token(kind, value, start, position))
        elif kind == "identifier":
            tokens.append(_identifier(value, start, closer))
        elif kind in {"string", "duration", "number", "operator", "comment"}:
            tokens.append(Token(kind, value, start, position))
        elif kind == "variable":
            tokens += _replacement(value, start, variables)
        elif kind != "end":
            raise _illegal(text, start, value)
    return tuple(tokens)


def _check_unicode(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise PromqlError("this is not a character", error.start, error.end, "save the file as UTF-8") from None


def _identifier(value: str, start: int, closer: str) -> Token:
    is_number = closer != "}" and value.lower() in {"inf", "nan"}
    return Token("number" if is_number else "identifier", value, start, start + len(value))


def _replacement(name: str, start: int, variables: Mapping[str, str]) -> list[Token]:
    end = start + len(name)
    if name[1:] not in variables:
        known = ", ".join(f"`${key}`" for key in variables)
        advice = f"known here: {known}" if known else "replace it by its value: Prometheus knows no variables"
        raise PromqlError(f"unknown variable `{name}`", start, end, advice)
    return [Token(token.kind, token.text, start, end) for token in tokenize(variables[name[1:]])]


def _illegal(text: str, start: int, value: str) -> PromqlError:
    if value in "\"'`":
        end = len(text) if value == "`" else (text.find("\n", start) + 1 or len(text) + 1) - 1
        return PromqlError("this string is never closed", start, end, f"add the closing quote: {value}")
    if len(value) > 1 or value.isdigit():
        advice = "a number is like `0.5`; a duration is whole numbers with units, like `5m` or `1h30m`"
        return PromqlError(f"`{value}` is neither a number nor a duration", start, start + len(value), advice)
    if text[:start].rstrip().endswith("{{") or value == "$":
        advice = "template actions and variables are not PromQL: write the value"
    else:
        advice = _ADVICE.get(value, "")
    shown = f"`{value}`" if value.isprintable() else ascii(value)
    return PromqlError(f"unexpected character {shown}", start, start + 1, advice)
