"""The labels of series that recording rules make, in one file or in all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

from sloctl.checks._brief import Brief
from sloctl.checks._check import FileView
from sloctl.checks._rule import Rule
from sloctl.promql.errors import PromqlError
from sloctl.promql.label_set import LabelSet
from sloctl.promql.labels import NAME, surviving_labels
from sloctl.promql.parse import parse
from sloctl.promql.tree import Node

Recorder = TypeVar("Recorder")


class Made(NamedTuple):
    """What a recording rule calculates, and the labels that it sets."""

    root: Node | None
    labels: Mapping[str, str]


class Recordings(Mapping[str, LabelSet], Generic[Recorder]):
    """The labels that the recording rules of a name may give, worked out when they are asked for.

    `rules` are the recording rules of each name. A series that is recorded from itself may have any label.
    """

    def __init__(self, recorders: Iterable[tuple[str, Recorder]], made: Callable[[Recorder], Made]) -> None:
        self.rules: dict[str, list[Recorder]] = {}
        for name, recorder in recorders:
            self.rules.setdefault(name, []).append(recorder)
        self._made: Callable[[Recorder], Made] = made
        self._known: dict[str, LabelSet] = {}

    def __getitem__(self, name: str) -> LabelSet:
        """Return the labels that any of the rules of this name may give."""
        if name not in self._known:
            first, *others = self.rules[name]
            self._known[name] = LabelSet(is_open=True)  # until it is known: for rules that read their own result
            found = self._labels(self._made(first))
            for other in others:
                found = found.either(self._labels(self._made(other)))
            self._known[name] = found
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names of all recorded series."""
        return iter(self.rules)

    def __len__(self) -> int:
        """Count the names."""
        return len(self.rules)

    def _labels(self, made: Made) -> LabelSet:
        if made.root is None:
            return LabelSet(is_open=True)
        empty = [label for label, value in made.labels.items() if not value]
        written = [label for label, value in made.labels.items() if value]
        return surviving_labels(made.root, self).drop(NAME, *empty).assure(NAME, *written)


def recordings_of(file: FileView) -> Recordings[Rule]:
    """Collect the recording rules of a file."""
    rules = (rule for group in file.groups for rule in group.rules if not rule.is_alert)
    return Recordings(((rule.name.value, rule) for rule in rules), _made_by)


def _made_by(rule: Rule) -> Made:
    return Made(rule.root, {key: text.value for key, text in rule.labels.items()})


def recordings_in(briefs: Iterable[Brief]) -> Recordings[Brief]:
    """Collect the recording rules of many files."""
    rules = ((brief.name, brief) for brief in briefs if not brief.is_alert)
    return Recordings(rules, lambda brief: Made(tree_of(brief), brief.labels))


def tree_of(brief: Brief) -> Node | None:
    """Return the tree of a rule in brief; its places are those of the canonical text."""
    try:
        return parse(brief.normal).root
    except PromqlError:
        return None
