"""What every step of the translation may look at."""

from __future__ import annotations

from dataclasses import dataclass, field

from sloctl.formats._spec import Imports
from sloctl.formats.openslo._objects import Index
from sloctl.formats.openslo._policy import Policy
from sloctl.formats.openslo._report import Report


@dataclass(frozen=True, slots=True)
class Context:
    """All objects by name, who is told, and the settings."""

    index: Index = field(repr=False)
    report: Report = field(repr=False)
    imports: Imports
    policies: dict[int, Policy | None] = field(default_factory=dict, repr=False)
    """Policies that were read, by the identity of their object: many SLOs may share one."""
