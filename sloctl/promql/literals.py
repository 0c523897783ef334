"""Values of PromQL literals: strings, numbers and durations, read and written as Prometheus does."""

import re

from sloctl.promql.errors import PromqlError
from sloctl.promql.tokens import Token

_ESCAPE = re.compile(r"\\(?:([abfnrtv\\'\"])|([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|)")
_SIMPLE = dict(zip("abfnrtv\\'\"", "\a\b\f\n\r\t\v\\'\"", strict=True))
_DURATION = re.compile("".join(rf"(?:([0-9]+){unit})?" for unit in ("y", "w", "d", "h", "m", "s", "ms")))
_UNIT_MS = (31_536_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1_000, 1)
MAX_DURATION_MS = (2**63 - 1) // 1_000_000
"""Prometheus keeps durations as nanoseconds in 64 bits."""


def quote(value: str) -> str:
    r"""Return a value as a PromQL string literal: `a"b` becomes `"a\"b"`."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def string_value(token: Token) -> str:
    """Return what a string token means. Raises PromqlError at an escape sequence that Prometheus refuses."""
    body = token.text[1:-1]
    if token.text[0] == "`" or "\\" not in body:
        return body

    parts: list[bytes] = []
    done = 0
    for match in _ESCAPE.finditer(body):
        parts += [body[done : match.start()].encode(), _unescape(match, token)]
        done = match.end()
    return b"".join([*parts, body[done:].encode()]).decode(errors="replace")


def _unescape(match: re.Match[str], token: Token) -> bytes:
    simple, octal, byte, *unicode = match.groups()
    point = int(unicode[0] or unicode[1] or "0", 16)
    if simple and simple not in {"'", '"'} - {token.text[0]}:
        return _SIMPLE[simple].encode()
    if byte or (octal and int(octal, 8) < 256):
        return bytes([int(byte, 16) if byte else int(octal, 8)])
    if any(unicode) and point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF:
        return chr(point).encode()
    start = token.start + 1 + match.start()
    end = min(start + max(len(match[0]), 2), token.end)
    advice = "in quotes a backslash is written twice, as in `\\\\.`; in back-ticks once"
    raise PromqlError("unknown escape sequence in a string", start, end, advice)


def number_value(token: Token) -> float:
    """Return the value of a number token, or the seconds of a duration token. Raises PromqlError at a malformed one."""
    text = token.text.lower()
    if token.kind == "duration":
        return duration_ms(token) / 1000
    if "__" in text or text.endswith("_"):
        raise PromqlError(f"`{token.text}` is not a number", token.start, token.end, "write the digits without `_`")
    text = text.replace("_", "")
    if re.fullmatch("0x[0-9a-f]+|0[0-7]+", text):
        return float(int(text, 16 if "x" in text else 8))
    value = float(text)
    if value == float("inf") and text != "inf":
        raise PromqlError(f"`{token.text}` is too large for a number", token.start, token.end, "write `Inf`")
    return value


def duration_ms(token: Token) -> int:
    """Return the milliseconds of a duration token such as `1h30m`; a year is 365 days.

    Raises PromqlError for a duration that Prometheus refuses: units out of order, nothing at all, more than 292 years.
    """
    match = _DURATION.fullmatch(token.text)
    if match is None:
        advice = "units go from large to small, each once: y w d h m s ms"
        raise PromqlError(f"`{token.text}` is not a duration", token.start, token.end, advice)
    total = sum(int(count or 0) * unit for count, unit in zip(match.groups(), _UNIT_MS, strict=True))
    if not 0 < total <= MAX_DURATION_MS:
        limit = "longer than 0" if total == 0 else "shorter than 292 years"
        raise PromqlError(f"the duration `{token.text}` must be {limit}", token.start, token.end)
    return total
