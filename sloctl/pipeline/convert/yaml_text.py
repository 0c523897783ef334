"""Documents of `sloctl/v1` as YAML, the way a careful person would write them.

Keys come in the order of the schema, which is that of docs/spec.md. Text is never changed: an expression of several
lines is a literal block, a long one on one line a folded block, which reads back as the same line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from textwrap import wrap
from typing import Any

from sloctl.core.document import Path
from sloctl.core.human import decimal_text
from sloctl.pipeline.schema import spec_schema
from sloctl.targets._yaml import block, scalar

_WIDTH = 110
_FOLD = 90
_SHORT = 60
"""Longest mapping that stands in braces, but for tiers, which are rows of a table."""
_STEP = 2
_PLAIN = re.compile(r"([0-9]+(ms|[smhdwy]))+|[0-9]+(\.[0-9]+)?%")
"""Durations and percentages, which no YAML reader takes for anything but text."""
_TIMES = ("for", "keep_firing_for")
_APART = ("slos", "alerts")
"""Lists whose items have a blank line between them."""
_ROWS = ("tiers", "policy")
"""Lists whose items are rows of a table."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Comments of a value: the lines above its key, and the one beside it."""

    above: tuple[str, ...] = ()
    beside: str = ""


Comments = Callable[[Path], Beside]


def yaml_text(data: Mapping[str, Any], comments: Comments = lambda _: Beside()) -> str:
    """Return a document as text that ends in a line break."""
    return "\n".join(_Writer(comments).mapping((), data, spec_schema(), 0)) + "\n"


@dataclass(frozen=True, slots=True)
class _Writer:
    comments: Comments

    def mapping(self, path: Path, data: Mapping[str, Any], shape: Mapping[str, Any], indent: int) -> Iterator[str]:
        known = shape.get("properties", {})
        for key in _ordered(data, known):
            if not path and key in (*_APART, "defaults", "policy"):
                yield ""
            yield from self._entry((*path, key), data[key], known.get(key, {}), indent)

    def _entry(self, path: Path, value: Any, shape: Mapping[str, Any], indent: int) -> Iterator[str]:
        """Write `key: value`, or the value below its key."""
        said, margin = self.comments(path), " " * indent
        yield from (f"{margin}# {line}".rstrip() for line in said.above)
        key, beside = f"{margin}{scalar(str(path[-1]))}:", f"  # {said.beside}" if said.beside else ""
        short = self._short(path, value, shape, indent + len(str(path[-1])) + 2)
        if short is not None:
            yield f"{key} {short}{beside}"
        elif isinstance(value, str):
            first, *rest = _long(value, indent + _STEP)
            yield f"{key} {first}{beside}"
            yield from rest
        else:
            yield f"{key}{beside}"
            yield from self._below(path, value, shape, indent)

    def _below(self, path: Path, value: Any, shape: Mapping[str, Any], indent: int) -> Iterator[str]:
        if isinstance(value, Mapping):
            yield from self.mapping(path, value, shape, indent + _STEP)
            return
        items = shape.get("items", {})
        for index, item in enumerate(value):
            if index and path[-1] in _APART:
                yield ""
            yield from self._item((*path, index), item, items, indent + _STEP)

    def _item(self, path: Path, value: Any, shape: Mapping[str, Any], indent: int) -> Iterator[str]:
        said, margin = self.comments(path), " " * indent
        yield from (f"{margin}# {line}".rstrip() for line in said.above)
        short = self._short(path, value, shape, indent + _STEP)
        if short is not None:
            yield f"{margin}- {short}" + (f"  # {said.beside}" if said.beside else "")
            return
        lines = list(self.mapping(path, value, shape, indent + _STEP))
        first = next(index for index, line in enumerate(lines) if not line.lstrip().startswith("#"))
        yield from (line[_STEP:] for line in lines[:first])
        yield f"{margin}- {lines[first].lstrip()}"
        yield from lines[first + 1 :]

    def _short(self, path: Path, value: Any, shape: Mapping[str, Any], column: int) -> str | None:
        """Return a value that fits on its line; None for one that does not, or that has comments inside."""
        if isinstance(value, str) and _is_long(value, column):
            return None
        if isinstance(value, Mapping) and self._is_apart(path, value, column):
            return None
        is_list = isinstance(value, Sequence) and not isinstance(value, str)
        if is_list and any(isinstance(each, Mapping) for each in value):
            return None
        return _flow(value, shape)

    def _is_apart(self, path: Path, value: Mapping[str, Any], column: int) -> bool:
        """Tell whether a mapping stands on lines of its own."""
        if not value:
            return False
        is_row = len(path) > 1 and path[-2] in _ROWS
        nested = any(isinstance(each, Mapping | list) for each in value.values())
        commented = any(self.comments((*path, key)) != Beside() for key in value)
        length = len(_flow(value, {}))
        limit = _WIDTH - column if is_row else _SHORT
        is_pairs = path[-1] == "labels"
        return commented or length > limit or not (is_row or (is_pairs and not nested))


def _ordered(data: Mapping[str, Any], known: Mapping[str, Any]) -> list[str]:
    """Return the keys of a mapping in the order of the schema; the times of a condition stand right below it."""
    order = {key: rank for rank, key in enumerate(known)}
    early = order.get("priority", 0) - 0.5
    ranks = {key: early if key in _TIMES and "priority" in known else order.get(key, len(order)) for key in data}
    return sorted(data, key=lambda key: ranks[key])


def _flow(value: Any, shape: Mapping[str, Any]) -> str:
    if isinstance(value, Mapping):
        known = shape.get("properties", {})
        pairs = (f"{scalar(str(key))}: {_flow(value[key], known.get(key, {}))}" for key in _ordered(value, known))
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) or value == "off" else scalar(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Decimal):
        return decimal_text(Decimal(value))
    return "[" + ", ".join(_flow(each, {}) for each in value) + "]"


def _is_long(text: str, column: int) -> bool:
    return "\n" in text or len(text) + column > _WIDTH


def _long(text: str, indent: int) -> list[str]:
    """Return the lines of a block: literal where the text has lines, folded where it has but one."""
    if "\n" in text:
        return block(text, indent).split("\n")
    lines = wrap(text, _FOLD, break_long_words=False, break_on_hyphens=False, drop_whitespace=True)
    if len(lines) < 2 or " ".join(lines) != text or text != text.strip() or not text.isprintable():
        return [scalar(text)]
    return [">-", *(" " * indent + line for line in lines)]
