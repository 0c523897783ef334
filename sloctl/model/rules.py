"""Rules as Prometheus evaluates them, before they are written in some target's format."""

from __future__ import annotations

from dataclasses import dataclass, field
from zlib import compress, decompress

from sloctl.core.duration import Duration

Pairs = tuple[tuple[str, str], ...]
"""Labels or annotations in the order they are written."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording rule."""

    record: str
    expr: str
    labels: Pairs = ()
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """An alerting rule."""

    alert: str
    expr: str
    hold: Duration | None = None
    keep_firing_for: Duration | None = None
    labels: Pairs = ()
    annotations: Pairs = ()
    comment: str = ""


Rule = Recording | Alerting


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules that are evaluated in order, every `interval`.

    `by` are the labels, if any, that split the SLO of the group into one error budget per value.
    """

    name: str
    interval: Duration
    rules: tuple[Rule, ...]
    by: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class RuleFile:
    """All groups of one service, and the spec they come from (a relative path with `/`)."""

    service: str
    spec_path: str
    groups: tuple[RuleGroup, ...] = field(repr=False)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules of all groups."""
        return tuple(rule for group in self.groups for rule in group.rules)


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file to be written: its path below the output folder, and its whole content, which may be held packed."""

    path: str
    held: str | bytes = field(repr=False)

    @property
    def content(self) -> str:
        """The whole content."""
        if isinstance(self.held, str):
            return self.held
        return decompress(self.held).decode("utf-8", "surrogatepass")

    def packed(self) -> Artifact:
        """Return the same artifact in a twentieth of the memory: rules repeat themselves."""
        return Artifact(self.path, compress(self.content.encode("utf-8", "surrogatepass"), level=1))
