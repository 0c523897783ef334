"""The meaning of Go's quoted constants."""

import re

_HEX = "[0-9a-fA-F]"
_RUNE = rf"u(?![dD][89a-fA-F]){_HEX}{{4}}|U0000(?![dD][89a-fA-F]){_HEX}{{4}}|U00(?:0[1-9a-fA-F]|10){_HEX}{{4}}"
_ESCAPE = rf"\\(?:[abfnrtv\\%s]|x{_HEX}{{2}}|[0-3][0-7]{{2}}|{_RUNE})"
_STRING = re.compile(rf'"(?:[^"\\]|{_ESCAPE % chr(34)})*"')
_CHARACTER = re.compile(rf"'(?:[^'\\]|{_ESCAPE % chr(39)})'")
_ANY_ESCAPE = re.compile(rb"\\(x..|u.{4}|U.{8}|[0-7]{3}|.)")
_CONTROL = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def is_character(quoted: str) -> bool:
    """Return whether `quoted`, in single quotes, holds exactly one character."""
    return _CHARACTER.fullmatch(quoted) is not None


def unquote(quoted: str) -> str | None:
    """Return what a string constant in double or back quotes means, None when Go rejects one of its escapes."""
    if quoted[0] == "`":
        return quoted[1:-1].replace("\r", "")
    if "\\" not in quoted:
        return quoted[1:-1]
    if not _STRING.fullmatch(quoted):
        return None
    return _ANY_ESCAPE.sub(_meaning, quoted[1:-1].encode()).decode(errors="replace")


def _meaning(match: re.Match[bytes]) -> bytes:
    escape = match[1]
    if escape[:1] == b"x":
        return bytes([int(escape[1:], 16)])
    if escape[:1] in b"uU":
        return chr(int(escape[1:], 16)).encode()
    if escape[:1].isdigit():
        return bytes([int(escape, 8)])
    return _CONTROL.get(escape, escape)
