"""Slices of time: nothing is known of the expression behind them."""

from sloctl.model.service import Slo
from sloctl.proof.case import Unproven
from sloctl.proof.sli._feed import SliFeed, Supply


def _build(_slo: Slo) -> Supply:
    raise Unproven("no series can be made up for an expression that is free")


FEED = SliFeed("timeslice", _build)
