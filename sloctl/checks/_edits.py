"""Edits of the user's own characters, made only where it is certain what stands there."""

from __future__ import annotations

from sloctl.checks._rule import Rule, Text
from sloctl.core.finding import Edit
from sloctl.core.source import Location, Span


def replacing(text: Text, place: tuple[int, int], old: str, new: str) -> Edit | None:
    """Replace characters of a text; None where the file does not hold exactly these characters at the place."""
    at = text.at(place)
    return Edit(at, new) if text.exact and written(at) == old else None


def removing_line(rule: Rule, text: Text) -> Edit | None:
    """Remove the line of a key and its value; None if it is not a line of its own, or stands outside the rule.

    A key is left alone when it is the only one of its mapping, when a comment follows it, in brackets and in JSON.
    """
    key, value = text.at_key(), text.at()
    number, source = key.span.line, key.source
    line = source.line(number)
    extent = rule.document.extent(rule.path).span
    is_own = extent.line < number <= extent.end_line and value.span.end_line == number
    before, after = line[: key.span.column - 1], line[max(key.span.end_column, value.span.end_column) - 1 :]
    if not is_own or before.strip() or after.strip() not in ("", ":") or _is_alone(text):
        return None
    return Edit(Location(source, Span(number, 1, number + 1, 1)), "")


def _is_alone(text: Text) -> bool:
    """Tell whether a key is the only one of its mapping."""
    return len(text.document.node(text.path[:-1]).value) < 2


def written(at: Location) -> str:
    """Return the characters at a place on one line; nothing if it spans several."""
    span = at.span
    if span.line != span.end_line:
        return ""
    return at.source.line(span.line)[span.column - 1 : span.end_column - 1]
