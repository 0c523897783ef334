"""What a policy says once it is read: at which burn rate who is called."""

from __future__ import annotations

from dataclasses import dataclass

from sloctl.formats._names import slug
from sloctl.formats.openslo._objects import Spot, Thing


@dataclass(frozen=True, slots=True)
class Called:
    """Who a severity calls, its priority if it is one, and the label that keeps the word for routes to match."""

    notify: str
    priority: str
    label: str
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy with its condition and the names of its targets."""

    thing: Thing
    condition: Thing
    targets: tuple[Spot, ...]
    called: Called

    @property
    def name(self) -> str:
        """The name of its tier."""
        return slug(self.condition.name or self.thing.name) or "burn"
