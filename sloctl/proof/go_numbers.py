"""Numbers as Prometheus' template functions print them.

`humanize` and its kin follow the documentation of Prometheus ("Template reference"); `%g`, `%f`, `%e` are C's.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

_LARGE = ("", "k", "M", "G", "T", "P", "E", "Z", "Y")
_SMALL = ("", "m", "u", "n", "p", "f", "a", "z", "y")
_BINARY = ("", "ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi")
_VERB = re.compile(r"%([-+# 0]*[0-9]*(?:\.[0-9]*)?)([a-zA-Z%])")


def plain(value: float) -> str:
    """Print a number as Go prints a float64 with `%v`: the shortest digits, an exponent below 1e-4 and from 1e6 up."""
    if not math.isfinite(value):
        return _special(value)
    exact = Decimal(repr(value)).normalize()
    if -4 <= exact.adjusted() < 6 or not value:
        return format(exact, "f")
    sign, digits, _ = exact.as_tuple()
    rest = "".join(map(str, digits[1:]))
    power = exact.adjusted()
    return f"{'-' * sign}{digits[0]}{'.' if rest else ''}{rest}e{'-' if power < 0 else '+'}{abs(power):02d}"


def _special(value: float) -> str:
    return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"


def humanize(value: float) -> str:
    """Print with a metric prefix: 1234 is `1.234k`."""
    if value == 0 or not math.isfinite(value):
        return _four(value)
    return _enlarged(value, _LARGE, 1000) if abs(value) >= 1 else _reduced(value)


def humanize1024(value: float) -> str:
    """Print with a binary prefix: 2048 is `2ki`."""
    return _enlarged(value, _BINARY, 1024) if abs(value) > 1 and math.isfinite(value) else _four(value)


def _enlarged(value: float, prefixes: tuple[str, ...], base: int) -> str:
    index = 0
    while abs(value) >= base and index < len(prefixes) - 1:
        value, index = value / base, index + 1
    return f"{_four(value)}{prefixes[index]}"


def _reduced(value: float) -> str:
    index = 0
    while abs(value) < 1 and index < len(_SMALL) - 1:
        value, index = value * 1000, index + 1
    return f"{_four(value)}{_SMALL[index]}"


def humanize_percentage(value: float) -> str:
    """Print a ratio as a percentage: 0.1234 is `12.34%`."""
    return f"{_four(value * 100)}%"


def humanize_duration(value: float) -> str:
    """Print seconds in words of time: 5025 is `1h 23m 45s`."""
    if not math.isfinite(value):
        return _four(value)
    if value == 0:
        return f"{_four(value)}s"
    if abs(value) < 1:
        return f"{_reduced(value)}s"
    sign, whole = "-" if value < 0 else "", int(abs(value))
    seconds, minutes, hours, days = whole % 60, whole // 60 % 60, whole // 3600 % 24, whole // 86400
    if days:
        return f"{sign}{days}d {hours}h {minutes}m {seconds}s"
    if hours:
        return f"{sign}{hours}h {minutes}m {seconds}s"
    return f"{sign}{minutes}m {seconds}s" if minutes else f"{_four(value)}s"


def _four(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else _special(value)


def printf(template: str, arguments: list[float | str]) -> str | None:
    """Expand a Go format; None when it holds something that is not known here."""
    waiting = iter(arguments)
    parts, done = [], 0
    for match in _VERB.finditer(template):
        shown = "%" if match[2] == "%" else _verb(match[1], match[2], next(waiting, None))
        if shown is None:
            return None
        parts += [template[done : match.start()], shown]
        done = match.end()
    if next(waiting, None) is not None or "%" in template[done:]:
        return None
    return "".join([*parts, template[done:]])


def _verb(flags: str, verb: str, value: float | str | None) -> str | None:
    if isinstance(value, str):
        return _text_verb(flags, verb, value)
    if value is None or verb not in "eEfFgGv" or not math.isfinite(value):
        return None
    if verb in "gGv":
        return plain(value) if not flags and verb != "G" else f"%{flags}{verb}" % value if "." in flags else None
    return f"%{flags}{verb}" % value


def _text_verb(flags: str, verb: str, value: str) -> str | None:
    if verb in "sv":
        return f"%{flags}s" % value
    if verb == "q" and not flags and value.isprintable() and value.isascii():
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return None
