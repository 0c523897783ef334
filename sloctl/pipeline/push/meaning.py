"""What rules and groups mean, whatever way they are written: `1h` is `60m`, and a default is the same as nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from sloctl.core.duration import Duration
from sloctl.promql.errors import PromqlError
from sloctl.promql.normal import normalise
from sloctl.promql.parse import parse

Data = Mapping[str, Any]
"""A rule or a group as it was read from YAML or JSON."""
Fields = Mapping[str, str]
"""The fields of a rule or of the head of a group as text; those of `labels` and `annotations` are `labels.NAME`."""

_DURATIONS = frozenset({"interval", "for", "keep_firing_for", "query_offset", "evaluation_delay"})
_NOTHING = frozenset({"", "0", "0s", "false", "null", "None"})


def fields(data: Data) -> Fields:
    """Return the fields that say something; what has its default value is left out, and so are a group's rules."""
    return dict(_fields(data))


def _fields(data: Data) -> Iterator[tuple[str, str]]:
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from ((f"{key}.{name}", _text(inner)) for name, inner in value.items())
        elif key != "rules" and _text(value) not in _NOTHING:
            yield key, _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(_text, value)) if isinstance(value, list) else str("" if value is None else value)


def differing(old: Fields, new: Fields) -> list[str]:
    """Return the fields that mean something else, in the order of the new ones."""
    keys = dict.fromkeys((*new, *old))
    return [key for key in keys if not _same(key, old.get(key, ""), new.get(key, ""))]


def same_rule(old: Data, new: Data) -> bool:
    """Tell whether two rules mean the same."""
    return not differing(fields(old), fields(new))


def same_group(old: Data, new: Data) -> bool:
    """Tell whether two groups mean the same: their heads, and their rules in their order."""
    before, after = rules(old), rules(new)
    if len(before) != len(after) or differing(fields(old), fields(new)):
        return False
    return all(map(same_rule, before, after))


def rules(group: Data) -> list[Data]:
    """Return the rules of a group."""
    found = group.get("rules") or []
    return [rule for rule in found if isinstance(rule, Mapping)]


def _same(key: str, old: str, new: str) -> bool:
    if old == new:
        return True
    if key == "expr":
        return canonical(old) == canonical(new)
    return key in _DURATIONS and _length(old) == _length(new)


def _length(text: str) -> int | str:
    try:
        return Duration.parse(text).ms if text not in _NOTHING else 0
    except ValueError:
        return text


@lru_cache(maxsize=1024)  # the tiers of an SLO are compared more than once
def canonical(expr: str) -> str:
    """Return an expression in one form; one that this parser does not know only loses its spare white space."""
    try:
        return normalise(parse(expr).root)
    except PromqlError:
        return " ".join(expr.split())
