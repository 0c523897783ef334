"""Building blocks for the rules of OpenSLO: each returns a check, which reports what is wrong and tells if all is well.

A check is told of a value that is there; what must be there is said by `record`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from sloctl.core.human import and_list, decimal_text, nearest
from sloctl.formats.openslo._objects import Spot
from sloctl.formats.openslo._report import Report

Check = Callable[[Spot, Report], bool]

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_NAME = re.compile(r"\S{1,255}")
_KEY = re.compile(r"[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?")
_DOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_DURATION = re.compile(r"([0-9]+)([a-zA-Z]+)")
_WORDS: dict[type, str] = {dict: "a mapping", list: "a list", str: "text", bool: "`true` or `false`"}


def every(outcomes: Iterable[bool]) -> bool:
    """Tell whether all checks are well; each of them is asked, for each reports."""
    return all(list(outcomes))


def wrong(spot: Spot, report: Report, message: str, advice: str = "") -> bool:
    """Report an error at a value (of a mapping, at its key), and tell that all is not well."""
    report.invalid(spot.head(), f"`{spot.name}` {message}", advice)
    return False


def shown(value: object) -> str:
    """Show a value in a sentence."""
    if isinstance(value, dict | list | bool):
        return f"`{str(value).lower()}`" if isinstance(value, bool) else _WORDS[type(value)]
    text = decimal_text(value) if isinstance(value, Decimal) else str(value).replace("\n", "\\n")
    return f"`{text if len(text) <= 40 else text[:37] + '...'}`"


def _is(kind: type, spot: Spot, report: Report) -> bool:
    if isinstance(spot.value, kind):
        return True
    return wrong(spot, report, f"must be {_WORDS[kind]}, not {shown(spot.value)}")


def anything(_spot: Spot, _report: Report) -> bool:
    """Accept any value."""
    return True


def text(limit: int | None = None, *, lenient: bool = False) -> Check:
    """Text of at most `limit` characters, or of any length when `lenient` and not strict."""

    def check(spot: Spot, report: Report) -> bool:
        fits = _is(str, spot, report)
        if fits and limit and len(spot.text()) > limit and not (lenient and not report.is_strict):
            return wrong(spot, report, f"has {len(spot.text()):,} characters; OpenSLO allows {limit:,}", "shorten it")
        return fits

    return check


def flag(spot: Spot, report: Report) -> bool:
    """Yes or no."""
    return _is(bool, spot, report)


def name(spot: Spot, report: Report) -> bool:
    """An RFC 1123 label, or leniently a word as the schema of old allowed it: the name is made one."""
    if not _is(str, spot, report):
        return False
    is_label = _LABEL.fullmatch(spot.text()) and len(spot.text()) <= 63
    if is_label or (not report.is_strict and _NAME.fullmatch(spot.text())):
        return True
    advice = "lower-case letters, digits and `-`, at most 63 characters"
    return wrong(spot, report, f"must be an RFC 1123 label, not {shown(spot.value)}", advice)


def choice(*words: str) -> Check:
    """One of a few words."""

    def check(spot: Spot, report: Report) -> bool:
        if spot.value in words:
            return True
        meant = nearest(str(spot.value), words)
        options = and_list([f"`{word}`" for word in words], "or")
        return wrong(
            spot, report, f"must be {options}, not {shown(spot.value)}", f"did you mean `{meant}`?" if meant else ""
        )

    return check


def number(low: int | None = None, high: int | None = None, *, above: bool = False, upto: bool = False) -> Check:
    """A number from `low` (or `above` it) to below `high` (or `upto` it)."""
    words = [f"{'above' if above else 'at least'} {low}"] if low is not None else []
    words += [f"{'at most' if upto else 'below'} {high}"] if high is not None else []

    def check(spot: Spot, report: Report) -> bool:
        value = spot.number()
        if value is None:
            return wrong(spot, report, f"must be a number, not {shown(spot.value)}", "write it without quotes")
        too_low = low is not None and (value <= low if above else value < low)
        too_high = high is not None and (value > high if upto else value >= high)
        if not too_low and not too_high:
            return True
        advice = "a target of 100 % leaves no error budget" if value == high and not upto else ""
        if high == 1 and value > 1:
            advice = f"did you mean `{decimal_text(value / 100)}`?"
        return wrong(spot, report, f"must be {and_list(words)}, not {shown(spot.value)}", advice)

    return check


def duration(units: str, *, bare: bool = False) -> Check:
    """A positive whole number and one of the units; leniently also a number of minutes where `bare` is allowed."""

    def check(spot: Spot, report: Report) -> bool:
        if bare and spot.number() and not report.is_strict:
            return True
        match = _DURATION.fullmatch(spot.text())
        if not match or match[2] not in units:
            known = and_list([f"`{unit}`" for unit in units], "or")
            advice = "such as `5m`, `12h`, `30d`" + (" or `1M`" if "M" in units else "")
            return wrong(spot, report, f"must be a whole number and {known}, not {shown(spot.value)}", advice)
        return int(match[1]) > 0 or wrong(spot, report, f"must be positive, not {shown(spot.value)}")

    return check


def pairs(*, lists: bool = False, prefix: bool = False) -> Check:
    """Labels (with `lists`, several values each) or annotations (with `prefix`, a domain before the key)."""

    def check(spot: Spot, report: Report) -> bool:
        if not _is(dict, spot, report):
            return False
        return every(_pair(spot, key, report, lists=lists, prefix=prefix) for key in spot.fields)

    return check


def _pair(spot: Spot, key: str, report: Report, *, lists: bool, prefix: bool) -> bool:
    at, value = spot.step(key), spot.fields[key]
    domain, _, rest = key.rpartition("/") if prefix else ("", "", key)
    if not _KEY.fullmatch(rest) or (domain and not _DOMAIN.fullmatch(domain)):
        advice = "letters and digits with `-`, `_` and `.` between, at most 63" + (
            ", maybe after `domain/`" if prefix else ""
        )
        report.invalid(at.at_key(), f"`{key}` is no key for `{spot.name}`", advice)
        return False
    values = value if lists and isinstance(value, list) else [value]
    if all(isinstance(each, str) for each in values):
        return True
    return wrong(at, report, f"must be text, not {shown(value)}", "put it in quotes")


def items(check_item: Check, least: int = 0, most: int | None = None, advice: str = "") -> Check:
    """A list of so many items; `advice` says why."""

    def check(spot: Spot, report: Report) -> bool:
        if not _is(list, spot, report):
            return False
        count = len(spot.items())
        if count < least or (most is not None and count > most):
            number, word = (least, "at least") if count < least else (most, "at most")
            wanted = f"{'exactly' if least == most else word} {number} item{'s' if number != 1 else ''}"
            return wrong(spot, report, f"must have {wanted}, not {count}", advice)
        return every(check_item(item, report) for item in spot.items())

    return check


def record(
    fields: Mapping[str, Check],
    *required: str,
    lenient: Mapping[str, Check] | None = None,
    hints: Mapping[str, str] | None = None,
) -> Check:
    """A mapping with known keys only; those in `lenient` too unless strict; `hints` speak of unknown ones."""

    def check(spot: Spot, report: Report) -> bool:
        if not _is(dict, spot, report):
            return False
        known = {**fields, **(lenient or {} if not report.is_strict else {})}
        unknown = [key for key in spot.fields if key not in known]
        for key in unknown:
            _unknown(spot, key, known, report, (hints or {}).get(key, ""))
        missing = [key for key in required if not spot.has(key)]
        for key in missing:
            _missing(spot, key, report, nearest(key, unknown))
        good = [known[key](spot.step(key), report) for key in spot.fields if key in known and spot.has(key)]
        return all(good) and not unknown and not missing

    return check


def _unknown(spot: Spot, key: str, known: Mapping[str, Check], report: Report, hint: str) -> None:
    meant = nearest(key, [other for other in known if not spot.has(other)])
    advice = hint or (f"did you mean `{meant}`?" if meant else f"known here: {', '.join(known)}")
    where = f"`{spot.name}`" if spot.path[spot.root :] else "the object"
    report.invalid(spot.step(key).at_key(), f"{where} has an unknown field `{key}`; OpenSLO allows no others", advice)


def _missing(spot: Spot, key: str, report: Report, misspelt: str | None) -> None:
    """Report a field that must be there, unless a misspelt one is the reason, which is reported as such."""
    if not misspelt:
        report.invalid(spot.head(), f"`{spot.step(key).name}` is required")
