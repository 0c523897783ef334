"""A classic histogram: the bucket of the limit counts the good requests, `_count` all of them."""

from sloctl.model.service import Slo
from sloctl.promql.selector import parse_selector
from sloctl.proof.case import Labels
from sloctl.proof.labels import solve
from sloctl.proof.pairs import Counts, Part
from sloctl.proof.sli._feed import SliFeed, Supply


def _build(slo: Slo) -> Supply:
    inputs = dict(slo.sli.inputs)
    histogram = parse_selector(inputs["histogram"])

    def parts(group: int) -> tuple[Part, ...]:
        labels = dict(solve([histogram], by=slo.by, group=group).pairs)
        name = labels["__name__"]
        bucket = {"__name__": f"{name}_bucket"}
        return (
            Part(Labels.of(labels, bucket, {"le": inputs["le"]}), Counts.GOOD),
            Part(Labels.of(labels, bucket, {"le": "+Inf"}), Counts.ALL),
            Part(Labels.of(labels, {"__name__": f"{name}_count"}), Counts.ALL),
        )

    return Supply(parts=parts, overlaps=True)


FEED = SliFeed("latency", _build)
