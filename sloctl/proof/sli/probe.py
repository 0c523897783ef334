"""A gauge of 0 and 1. A value between them stands for many probes of which a share succeeded."""

from sloctl.model.service import Slo
from sloctl.proof.labels import solve
from sloctl.proof.pairs import Counts, Part
from sloctl.proof.sli._feed import SliFeed, Supply, selectors


def _build(slo: Slo) -> Supply:
    up = selectors(slo)["up"]
    return Supply(parts=lambda group: (Part(solve([up], by=slo.by, group=group), Counts.SHARE),))


FEED = SliFeed("probe", _build)
