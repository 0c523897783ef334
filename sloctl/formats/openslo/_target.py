"""What an objective promises."""

from __future__ import annotations

from decimal import Decimal

from sloctl.formats.openslo._objects import Spot


def target_spot(objective: Spot) -> Spot:
    """Return where the target stands."""
    return objective.step("targetPercent" if objective.has("targetPercent") else "target")


def target_of(objective: Spot) -> Decimal:
    """Return the target in percent."""
    spot = target_spot(objective)
    value = spot.number() or Decimal(0)
    return value if spot.path[-1] == "targetPercent" else value * 100
