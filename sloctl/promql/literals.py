"""Values of PromQL literals: strings, numbers and durations, read and written as Prometheus does."""

import re

from sloctl.promql.errors import PromqlError
from sloctl.promql.tokens import Token

_ESCAPE = re.compile(r"\\(?:([abfnrtv\\'\"])|([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|)")
_SIMPLE = dict(zip("abfnrtv\\'\"", "\a\b\f\n\r\t\v\\'\"", strict=True))
_DURATION = re.compile("".join(rf"(?:([0-9]+){unit})?" for unit in ("y", "w", "d", "h", "m", "s", "ms")))
_UNIT_MS = (31_536_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1_000, 1)
_MAX_DURATION_MS = (2**63 - 1) // 1_000_000  # Prometheus keeps durations as nanoseconds in 64 bits


def quote(value: str) -> str:
    r"""Return a value as a PromQL string literal: `a"b` becomes `"a\"b"`."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def string_value(token: Token) -> str:
    """Return what a string token means. Raises PromqlError at an escape sequence that Prometheus refuses."""
    body = token.text[1:-1]
    if token.text[0] == "`" or "\\" not in body:
        return body

    def replace(match: re.Match[str]) -> bytes:
        return _unescape(match, token)

    parts: list[bytes] = []
    done = 0
    for match in _ESCAPE.finditer(body):
        parts += [body[done : match.start()].encode(), replace(match)]
        done = match.end()
    return b"".join([*parts, body[done:].encode()]).decode(errors="replace")
