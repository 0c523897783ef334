"""Severities: OpenSLO leaves the words to everybody, so they are read as the lint checks read them."""

from __future__ import annotations

from sloctl.formats.openslo._context import Context
from sloctl.formats.openslo._objects import Spot
from sloctl.formats.openslo._policy import Called
from sloctl.model.service import PAGE, TICKET
from sloctl.model.severity import MEANINGS, NOBODY

_PRIORITIES = {"p1": "P1", "p2": "P2", "p3": "P3", "p4": "P4"}


def called_by(spot: Spot, context: Context) -> Called | None:
    """Return whom a severity calls; None for one that calls nobody, which is reported."""
    word = spot.text().strip()
    own = {key.lower(): value for key, value in context.imports.options.get("severities", {}).items()}
    meaning = own.get(word.lower()) or MEANINGS.get(word.lower())
    if meaning == NOBODY or not word:
        message = f"the severity `{word}` calls nobody: that is a report or a graph, not an alert"
        context.report.refuse(
            spot.at(), message, "leave the policy out, or say in `formats.openslo.severities` whom it calls"
        )
        return None
    if meaning is None:
        message = f"`{word}` is no known severity; it is taken for a page"
        context.report.lost(
            spot.at(), message, f"say in the settings what it means: `formats.openslo.severities: {{{word}: ticket}}`"
        )
        meaning = PAGE
    label = "" if word in {PAGE, TICKET} else word
    return Called(meaning, _PRIORITIES.get(word.lower(), ""), label, spot)
