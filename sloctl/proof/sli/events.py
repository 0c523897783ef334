"""Counters of events: two of good, bad and total."""

from sloctl.model.service import Slo
from sloctl.proof.pairs import parts
from sloctl.proof.sli._feed import SliFeed, Supply, selectors


def _build(slo: Slo) -> Supply:
    given = selectors(slo)
    return Supply(parts=lambda group: parts(given, slo.by, group), overlaps=True)


FEED = SliFeed("events", _build)
