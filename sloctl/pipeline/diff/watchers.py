"""Who reads a metric: the SLOs and alerts of a side, also through what recording rules make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sloctl.core.human import and_list
from sloctl.pipeline.diff.change import Held, code
from sloctl.pipeline.diff.same import metrics, watched
from sloctl.pipeline.diff.written import Written

_MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class Watchers:
    """Which SLOs and alerts read a metric, by their labels, and of which metrics recorded series are made."""

    readers: Mapping[str, Sequence[str]]
    made_of: Mapping[str, frozenset[str]]


def watchers(held: Iterable[Held], rules: Iterable[Written]) -> Watchers:
    """Return who reads what."""
    rules = list(rules)
    made_of: dict[str, frozenset[str]] = {}
    for each in rules:
        if not each.rule.is_alert:
            made_of[each.name] = made_of.get(each.name, frozenset()) | metrics(each.rule.expr.value)
    read = [(each.label, watched(each.item)) for each in held]
    read += [(each.label, metrics(each.rule.expr.value)) for each in rules if each.rule.is_alert]
    readers: dict[str, list[str]] = {}
    for label, direct in read:
        for metric in _with_sources(direct, made_of):
            readers.setdefault(metric, []).append(label)
    return Watchers(readers, made_of)


def _with_sources(read: frozenset[str], made_of: Mapping[str, frozenset[str]]) -> set[str]:
    """Add what recorded series are made of, however many steps away."""
    found, fresh = set[str](), set(read)
    while fresh:
        found |= fresh
        fresh = {source for metric in fresh for source in made_of.get(metric, ())} - found
    return found


def still_watched(lost: frozenset[str], known: Watchers) -> str:
    """Say which of some metrics, or of what they are made of, nothing watches any more, else who still does."""
    raw = sorted(metric for metric in _with_sources(lost, known.made_of) if not known.made_of.get(metric))
    alone = [code(metric) for metric in raw if not known.readers.get(metric)]
    if alone:
        return f"nothing else that was compared watches {and_list(alone, 'or')}"
    return f"{code(raw[0])} is still read by {named(known.readers[raw[0]])}" if raw else "it named no metric"


def named(labels: Sequence[str]) -> str:
    """Name the first readers, and count the others."""
    each = list(dict.fromkeys(labels))
    more = f" and {len(each) - _MOST_NAMED} more" if len(each) > _MOST_NAMED else ""
    return f"{', '.join(each[:_MOST_NAMED])}{more}"
