"""What is borne of an alert, and what is worth a page: the section `backtest` of the settings."""

from __future__ import annotations

from dataclasses import dataclass

from sloctl.core.document import Document
from sloctl.core.reader import Reader
from sloctl.core.source import Location

WORTH = 0.02
"""The share of a period's budget that a loss must have cost to be worth a page: what the fast tier is made for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits that the settings set; None for those that they do not.

    `usual_…` are what words are chosen by where the settings are silent.
    """

    pages_per_week: float | None = None
    min_precision: float | None = None
    max_flaps: float | None = None
    worth: float = WORTH
    at: Location | None = None

    @property
    def usual_pages(self) -> float:
        """How many pages of one alert a week people bear."""
        return 2.0 if self.pages_per_week is None else self.pages_per_week

    @property
    def usual_precision(self) -> float:
        """Which share of them must have been worth it."""
        return 0.5 if self.min_precision is None else self.min_precision

    @property
    def usual_flaps(self) -> float:
        """How often a week an alert may come back within the hour."""
        return 3.0 if self.max_flaps is None else self.max_flaps


def read_limits(document: Document | None) -> Limits:
    """Read the section from the document of the settings."""
    data = document.data.get("backtest") if document and isinstance(document.data, dict) else None
    if document is None or not isinstance(data, dict):
        return Limits()
    return _limits(document, Reader(document, ("backtest",), data))


def _limits(document: Document, reader: Reader) -> Limits:
    pages, precision, flaps, worth = (
        reader.number(key) for key in ("pages_per_week", "min_precision", "max_flaps", "worth")
    )
    return Limits(
        pages_per_week=None if pages is None else float(pages),
        min_precision=None if precision is None else float(precision),
        max_flaps=None if flaps is None else float(flaps),
        worth=WORTH if worth is None else float(worth),
        at=document.at(("backtest",)),
    )
