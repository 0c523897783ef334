"""Native histograms, for which promtool has no notation before Prometheus 2.45 and no stable one since."""

from sloctl.model.service import Slo
from sloctl.proof.case import Unproven
from sloctl.proof.sli._feed import SliFeed, Supply


def _build(_slo: Slo) -> Supply:
    raise Unproven("series of native histograms cannot be written for every promtool in use")


FEED = SliFeed("native_latency", _build)
