"""Where each character of a decoded YAML scalar stands in the file.

A caret inside an expression must point at the user's own line, whatever way the expression was written: plain,
quoted with escapes, `|` or `>`. PyYAML keeps only the start and end of a scalar; this module walks the raw text
and the decoded value side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_DOUBLE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_SINGLE = re.compile("''")
_NOTHING = re.compile(r"\\\r?\n[ \t]*")
# libyaml follows YAML 1.1, where U+0085, U+2028 and U+2029 break lines as well.
_FOLD = re.compile("[ \t]*((\r?\n|[\x85\u2028\u2029])[ \t]*)+")
_BREAKS = "\n\u2028\u2029"
_LINE = re.compile("[^\r\n\x85\u2028\u2029]+")


def offsets(raw: str, value: str, style: str | None) -> list[int]:
    """Map each index of `value` (and its end) to an index of `raw`, the scalar as written, quotes included."""
    if style in ("|", ">"):
        return _block(raw, value)
    return _flow(raw, value, {'"': _DOUBLE, "'": _SINGLE}.get(style or ""))


def _flow(raw: str, value: str, escape: re.Pattern[str] | None) -> list[int]:
    places: list[int] = []
    at = 1 if escape else 0
    for char in value:
        at = _past_continuation(raw, at, escape)
        places.append(at)
        at = _past(raw, at, char, escape)
    return [*places, at]


def _past_continuation(raw: str, at: int, escape: re.Pattern[str] | None) -> int:
    """Step over a backslash at the end of a line in double quotes: it stands for nothing."""
    match = _NOTHING.match(raw, at) if escape is _DOUBLE else None
    return match.end() if match else at


def _past(raw: str, at: int, char: str, escape: re.Pattern[str] | None) -> int:
    """Return where the raw text goes on after the piece that stands for `char`."""
    if escape and (match := escape.match(raw, at)):
        return match.end()
    if char in f" {_BREAKS}" and (match := _FOLD.match(raw, at)):
        return match.end()
    # The first of several folded breaks has taken the whole run; the others stand for nothing more.
    return at if char in _BREAKS else at + 1


def _block(raw: str, value: str) -> list[int]:
    places: list[int] = []
    end = len(raw.rstrip())
    for start, content in _block_lines(raw, value):
        found = value.find(content, len(places))
        if found < 0:
            break
        places += [start] * (found - len(places))
        places += range(start, start + len(content))
        end = start + len(content)
    return places + [end] * (len(value) + 1 - len(places))


def _block_lines(raw: str, value: str) -> Iterator[tuple[int, str]]:
    """Yield the start and the content of each written line that is not blank, without its indentation."""
    indent: int | None = None
    for match in list(_LINE.finditer(raw))[1:]:
        line = match[0]
        if not line.strip():
            continue
        if indent is None:
            indent = _leading(line) - _leading(value.lstrip(_BREAKS))
        yield match.start() + indent, line[indent:]


def _leading(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
