"""A set of labels that may be known only by what is not in it."""

from collections.abc import Iterable
from typing import NamedTuple


class LabelSet(NamedTuple):
    """The labels of a result: all but `names` if `is_open`, otherwise only `names`; `certain` are on every series.

    A named tuple, because a lint run makes ten for each rule.
    """

    is_open: bool
    names: frozenset[str] = frozenset()
    certain: frozenset[str] = frozenset()

    def may_have(self, label: str) -> bool:
        """Tell whether a series of the result can have this label."""
        return (label in self.names) != self.is_open

    def keep(self, labels: Iterable[str]) -> "LabelSet":
        """Return what is left after all but these labels are dropped."""
        kept = frozenset(label for label in labels if self.may_have(label))
        return LabelSet(is_open=False, names=kept, certain=self.certain & kept)

    def drop(self, *labels: str) -> "LabelSet":
        """Return what is left after these labels are dropped."""
        names = self.names.union(labels) if self.is_open else self.names.difference(labels)
        return LabelSet(self.is_open, names, self.certain.difference(labels))

    def add(self, *labels: str) -> "LabelSet":
        """Return the set in which these labels may be present as well."""
        names = self.names.difference(labels) if self.is_open else self.names.union(labels)
        return LabelSet(self.is_open, names, self.certain)

    def assure(self, *labels: str) -> "LabelSet":
        """Return the set in which these labels are on every series."""
        added = self.add(*labels)
        return LabelSet(added.is_open, added.names, added.certain.union(labels))

    def common(self, other: "LabelSet") -> "LabelSet":
        """Return the labels that both sets may have."""
        if self.is_open and other.is_open:
            return LabelSet(is_open=True, names=self.names | other.names, certain=self.certain & other.certain)
        closed, second = (other, self) if self.is_open else (self, other)
        both = second.keep(closed.names)
        return LabelSet(is_open=False, names=both.names, certain=self.certain & other.certain)

    def either(self, other: "LabelSet") -> "LabelSet":
        """Return the labels that any of the two sets may have."""
        certain = self.certain & other.certain
        if self.is_open and other.is_open:
            return LabelSet(is_open=True, names=self.names & other.names, certain=certain)
        if not self.is_open and not other.is_open:
            return LabelSet(is_open=False, names=self.names | other.names, certain=certain)
        unknown, closed = (self, other) if self.is_open else (other, self)
        return LabelSet(is_open=True, names=unknown.names - closed.names, certain=certain)


NO_LABELS = LabelSet(is_open=False)
"""What `vector(0)` and scalars have."""
