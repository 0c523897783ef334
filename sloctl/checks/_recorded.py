"""The labels of series that the recording rules of a file make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sloctl.checks._check import FileView
from sloctl.checks._rule import Rule
from sloctl.promql.label_set import LabelSet
from sloctl.promql.labels import NAME, surviving_labels


@dataclass(frozen=True, slots=True)
class Recordings:
    """What the recording rules of a file make: the rules of each name, and the labels that any of them may give."""

    rules: Mapping[str, tuple[Rule, ...]]
    labels: Mapping[str, LabelSet]


def recordings_of(file: FileView) -> Recordings:
    """Collect the recording rules of a file in their order, so that one that reads another knows its labels."""
    rules: dict[str, tuple[Rule, ...]] = {}
    labels: dict[str, LabelSet] = {}
    for rule in (rule for group in file.groups for rule in group.rules if not rule.is_alert and rule.root):
        name = rule.name.value
        made = _made(rule, labels)
        labels[name] = labels[name].either(made) if name in rules else made
        rules[name] = (*rules.get(name, ()), rule)
    return Recordings(rules, labels)


def _made(rule: Rule, labels: Mapping[str, LabelSet]) -> LabelSet:
    assert rule.root is not None  # noqa: S101 - recordings_of has looked
    empty = [label for label, text in rule.labels.items() if not text.value]
    written = [label for label, text in rule.labels.items() if text.value]
    return surviving_labels(rule.root, labels).drop(NAME, *empty).assure(NAME, *written)
