"""Numbers and times as a person would write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from difflib import get_close_matches


def decimal_text(value: Decimal, digits: int = 28) -> str:
    """Write a number without exponent and without trailing zeros: `0.001`, `14.4`, `5000`."""
    rounded = value if digits >= 28 else _significant(value, digits)
    text = format(rounded, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(ratio: Decimal, digits: int = 4) -> str:
    """Write a ratio as a percentage: 0.0144 is `1.44 %`.

    Near 1 it is the distance from 1 that counts, so 0.999999 is `99.9999 %`, never `100 %`.
    """
    if Decimal("0.9") < ratio < 1 and digits < 28:
        return f"{decimal_text((1 - _significant(1 - ratio, digits - 1)) * 100)} %"
    return f"{decimal_text(ratio * 100, digits)} %"


def time_text(seconds: Decimal) -> str:
    """Write a length of time in its two largest units: `51.8s`, `8m 38s`, `43m 12s`, `1d 12h`."""
    if seconds < Decimal("59.95"):
        return f"{decimal_text(seconds.quantize(Decimal('0.1'), ROUND_HALF_EVEN))}s"
    rest = int(seconds.to_integral_value(ROUND_HALF_EVEN))
    parts: list[tuple[int, str]] = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count or parts:
            parts.append((count, unit))
    return " ".join(f"{count}{unit}" for count, unit in parts[:2] if count)


def and_list(items: Sequence[str], word: str = "and") -> str:
    """Join names for a sentence: `a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def plural(count: int, noun: str) -> str:
    """Count things: `1 file`, `2 files`, `2 queries`, `2 days`."""
    if count == 1:
        return f"1 {noun}"
    is_changed = noun.endswith("y") and not noun.endswith(("ay", "ey", "oy"))
    return f"{count:,} {noun[:-1]}ies" if is_changed else f"{count:,} {noun}s"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the known word that was probably meant, ignoring case, `-` and `_`."""
    folded = {_fold(candidate): candidate for candidate in known}
    matches = get_close_matches(_fold(word), folded, n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def _fold(word: str) -> str:
    return word.lower().replace("-", "").replace("_", "")


def _significant(value: Decimal, digits: int) -> Decimal:
    if not value:
        return value
    return value.quantize(Decimal(1).scaleb(value.adjusted() - digits + 1), ROUND_HALF_EVEN)
