"""The contract of a format that holds Prometheus rules.

A format is one module with `FORMAT`, an object with a `name` and `find`, which returns the lists of rule groups in a
document, or None when the document is not of this format. A document is recognised by its content, never by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sloctl.core.document import Document, Path
from sloctl.core.finding import Finding


@dataclass(frozen=True, slots=True)
class GroupList:
    """A list of rule groups: the document it stands in (maybe an embedded one) and the path to it.

    `plain` tells that Prometheus itself loads the document, so that its strict reading applies. `group_keys` are keys
    beyond Prometheus' own that the format allows on groups, `rule_keys` those on rules.
    """

    document: Document
    path: Path
    plain: bool = False
    group_keys: frozenset[str] = frozenset()
    rule_keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """The lists of groups in a document, and what was wrong with the texts embedded in it."""

    lists: tuple[GroupList, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleFormat:
    """A format that holds rules."""

    name: str
    find: Callable[[Document], Found | None]


def mapping(value: object) -> Mapping[str, object]:
    """Return a mapping, empty for anything else."""
    return value if isinstance(value, dict) else {}
