"""The difference as text: a line per group, and under it what is different in its rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import ndiff
from itertools import takewhile

from sloctl.core.human import plural
from sloctl.model import names
from sloctl.pipeline.push.meaning import Data, differing, fields, rules
from sloctl.pipeline.push.steps import Step

_SHORT, _AROUND = 100, 25
"""Characters of a value that is shown whole, and on either side of a difference in a longer one."""

Titled = Mapping[tuple[str, int], Data]
"""Rules by their title and by how many of the same title stand before them."""


def step_lines(step: Step) -> Iterator[str]:
    """Yield the lines that show a step; the sign before a line is `+`, `-` or `~` for a change inside."""
    shown = step.new or step.old or {}
    yield f"{step.action.value} {step.namespace}: {step.name} ({plural(len(rules(shown)), 'rule')})"
    if step.old is not None and step.new is not None:
        yield from _indented(_head_lines(step.old, step.new))
        yield from _indented(_rule_lines(step.old, step.new))


def _head_lines(old: Data, new: Data) -> Iterator[str]:
    yield from _field_lines(old, new)


def _rule_lines(old: Data, new: Data) -> Iterator[str]:
    before, after = _titled(rules(old)), _titled(rules(new))
    for key, rule in after.items():
        if key not in before:
            yield f"+ {key[0]}"
        elif changed := list(_field_lines(before[key], rule)):
            yield f"~ {key[0]}"
            yield from _indented(changed)
    yield from (f"- {key[0]}" for key in before if key not in after)
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield "~ the order of the rules"


def _titled(found: Iterable[Data]) -> Titled:
    seen: Counter[str] = Counter()
    titled = {}
    for rule in found:
        title = _title(rule)
        titled[title, seen[title]] = rule
        seen[title] += 1
    return titled


def _title(rule: Data) -> str:
    """Name a rule as people tell rules apart; the alerts of an SLO differ by their tier."""
    labels = rule.get("labels")
    tier = labels.get(names.TIER) if isinstance(labels, Mapping) else None
    name = f"alert {rule['alert']}" if rule.get("alert") else f"record {rule.get('record', '')}"
    return f"{name} {names.TIER}={tier}" if tier else name


def _field_lines(old: Data, new: Data) -> Iterator[str]:
    before, after = fields(old), fields(new)
    for key in differing(before, after):
        yield from _value_lines(key, before.get(key, ""), after.get(key, ""))


def _value_lines(key: str, old: str, new: str) -> Iterator[str]:
    if "\n" not in f"{old}{new}":
        before, after = _around_difference(old, new)
        yield from ([f"- {key}: {before}"] if old else [])
        yield from ([f"+ {key}: {after}"] if new else [])
        return
    yield f"~ {key}"
    lines = (line for line in ndiff(old.splitlines(), new.splitlines()) if line[0] in "+-")
    yield from _indented(lines)


def _around_difference(old: str, new: str) -> tuple[str, str]:
    """Shorten two long texts to what differs and a little around it: in a long template a number has changed."""
    if max(len(old), len(new)) <= _SHORT or not (old and new):
        return old, new
    first = max(0, _common(old, new) - _AROUND)
    last = max(0, _common(old[:first:-1], new[:first:-1]) - _AROUND)
    return _cut(old, first, last), _cut(new, first, last)


def _common(one: str, other: str) -> int:
    """Count the characters with which both texts begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _cut(text: str, first: int, last: int) -> str:
    """Return a text without its first and last characters; a sign stands where some are missing."""
    shown = text[first : len(text) - last]
    return f"{'…' if first else ''}{shown}{'…' if last else ''}"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"    {line}" for line in lines)
