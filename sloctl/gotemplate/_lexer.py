"""Cuts a template into plain text and actions, and an action into tokens, by the rules of Go's text/template."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from sloctl.gotemplate.errors import TemplateError

SPACES = " \t\r\n"
_KEYWORDS = ("block", "break", "continue", "define", "else", "end", "if", "range", "template", "with")
_WORDS = dict.fromkeys(_KEYWORDS, "keyword") | dict.fromkeys(("true", "false", "nil"), "constant")

# After a name Go accepts only these; `$x-1` is no subtraction but an error.
_STOP = r"(?=[ \t\r\n.,|:()]|\}\}|\Z)"
_FIELDS = r"(?:\.(?![0-9])\w+)"
_DIGITS = r"[0-9](?:_?[0-9])*"
_FLOAT = rf"[+-]?(?:{_DIGITS}\.(?:{_DIGITS})?|\.{_DIGITS}|{_DIGITS}(?=[eE]))(?:[eE][+-]?{_DIGITS})?"
_INT = r"[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)"
_AFTER_NUMBER = r"(?=[ \t\r\n|)]|\}\})"
_TOKEN = re.compile(
    rf"""(?P<close>[ \t\r\n]*(?:[ \t\r\n]-)?\}}\}})
    |(?P<space>[ \t\r\n]+)
    |(?P<variable>\$\w*{_FIELDS}*{_STOP})
    |(?P<field>{_FIELDS}+{_STOP})
    |(?P<string>"(?:[^"\\\n]|\\[^\n])*")
    |(?P<raw>`[^`]*`)
    |(?P<char>'(?:[^'\\\n]|\\[^\n])*')
    |(?P<float>{_FLOAT}{_AFTER_NUMBER})
    |(?P<int>{_INT}{_AFTER_NUMBER})
    |(?P<word>[^\W\d]\w*{_STOP})
    |(?P<dot>\.{_STOP})
    |(?P<declare>:=)
    |(?P<assign>=(?!=))
    |(?P<pipe>\|)
    |(?P<comma>,)
    |(?P<open>\()
    |(?P<shut>\))""",
    re.VERBOSE,
)
_COMMENT = re.compile(r"\{\{(?:-[ \t\r\n])?/\*")
_COMMENT_END = re.compile(r"\*/((?:[ \t\r\n]-)?)\}\}")
_LEFT = re.compile(r"\{\{(-(?=[ \t\r\n]))?")


class Token(NamedTuple):
    """A piece of an action. A tuple and not a dataclass because a lint run makes millions of them."""

    kind: str
    text: str
    start: int
    end: int


Piece = Token | list[Token]


def pieces(text: str) -> Iterator[Piece]:
    """Yield the text (a token of kind `text`) and the actions (their tokens, `left` to `close`) in order.

    Lazy, so that the first mistake of a template is reported first.
    """
    position, trim = 0, False
    while (left := text.find("{{", position)) >= 0:
        before = _text(text, position, left, trim=(trim, _trims_left(text, left)))
        if before:
            yield before
        if comment := _COMMENT.match(text, left):
            position = _after_comment(text, left, comment.end())
        else:
            action = _action(text, left)
            yield action
            position = action[-1].end
        trim = text.endswith("-}}", left, position)
    if rest := _text(text, position, len(text), trim=(trim, False)):
        yield rest


def _trims_left(text: str, left: int) -> bool:
    return text.startswith("-", left + 2) and text[left + 3 : left + 4] in tuple(SPACES)


def _text(text: str, start: int, end: int, *, trim: tuple[bool, bool]) -> Token | None:
    kept = text[start:end]
    if trim[0]:
        kept = kept.lstrip(SPACES)
        start = end - len(kept)
    if trim[1]:
        kept = kept.rstrip(SPACES)
    return Token("text", kept, start, start + len(kept)) if kept else None


def _after_comment(text: str, left: int, inside: int) -> int:
    close = text.find("*/", inside)
    if close < 0:
        raise TemplateError("the comment is never closed", left, inside, "end it with `*/}}`")
    if end := _COMMENT_END.match(text, close):
        return end.end()
    advice = "write `{{/* … */}}`, with nothing between the stars and the braces"
    raise TemplateError("a comment must fill its action", left, close + 2, advice)


def _action(text: str, left: int) -> list[Token]:
    opening = _LEFT.match(text, left)
    assert opening  # noqa: S101  the caller found `{{` here
    position = opening.end()
    tokens = [Token("left", opening[0], left, position)]
    kind = ""
    while kind != "close":
        match = _TOKEN.match(text, position)
        if not match:
            raise _unreadable(text, left, position)
        kind = match.lastgroup or ""
        token = Token(_WORDS.get(match[0], kind), match[0], position, match.end())
        if not token.text.isascii() and kind in ("word", "field", "variable"):
            _check_name(token)
        tokens.append(token)
        position = token.end
    return tokens


def _check_name(token: Token) -> None:
    """Raise for what `str.isalnum` takes for a letter and Go does not, for example a superscript two."""
    for offset, character in enumerate(token.text, token.start):
        if character not in "$._" and unicodedata.category(character)[0] != "L" and not character.isdecimal():
            raise TemplateError(f"`{character}` in a name", offset, offset + 1, "names take letters, digits and `_`")


_UNCLOSED = {
    '"': ("the text in double quotes is never closed", 'close it with `"` on the same line'),
    "`": ("the text in back-quotes is never closed", "close it with a back-quote"),
    "'": ("the character in single quotes is never closed", 'text takes double quotes: `"…"`'),
}
_NO_OPERATORS = (
    "a template has no arithmetic and no operators: use functions (`eq`, `gt`, `and`) or compute in the query"
)
# What stands where no token starts, the message about it, the advice; the first that matches is reported.
_UNREADABLE = (
    (re.compile(r"(?:[$.]?\w+)?-\}\}"), "`-}}` needs a space before it", "write ` -}}`"),
    (re.compile(r"[{}]"), "unexpected brace in an action", "an action ends with `}}`"),
    (re.compile(r"/\*"), "a comment must touch the braces", "write `{{/* … */}}`, without spaces outside the stars"),
    (re.compile(r"\.\w+(?:-\w*)+"), "a field's name has no dash", 'read such a label by `index $labels "the-label"`'),
    (re.compile(r"[+-]?\.?[0-9][\w.+-]*"), "malformed number", ""),
    (re.compile(r"(?:[$.]?\w+)?[-+*/%<>=!&^]+"), "unexpected operator", _NO_OPERATORS),
    (re.compile(r"[$.]?\w+[^\w\s]"), "unexpected character after a name", ""),
)


def _unreadable(text: str, left: int, position: int) -> TemplateError:
    """Say why no token starts at `position`."""
    if position == len(text) or text.startswith("{{", position):
        first_line = text[left:position].strip(SPACES).partition("\n")[0]
        return TemplateError("the action is never closed", left, left + len(first_line), "end it with `}}`")
    if text[position] in _UNCLOSED:
        message, advice = _UNCLOSED[text[position]]
        first_line = text[position:].partition("\n")[0]
        return TemplateError(message, position, position + len(first_line), advice)
    for pattern, message, advice in _UNREADABLE:
        if match := pattern.match(text, position):
            return TemplateError(message, match.start(), match.end(), advice)
    return TemplateError(f"unexpected `{text[position]}` in an action", position, position + 1)
