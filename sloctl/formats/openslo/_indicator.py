"""Indicators: which SLI an objective has, and the queries in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sloctl.formats._queries import Query, Recognised, bad_of_total, error_ratio, good_of_total
from sloctl.formats.openslo._context import Context
from sloctl.formats.openslo._metric import averaged, counted, in_one_unit, read_query
from sloctl.formats.openslo._objects import Spot, Thing
from sloctl.formats.openslo._rules import check_operator, indicator_keys

THRESHOLD, RATIO, RAW = "threshold", "ratio", "raw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """An SLI with its queries, ready to be counted: `threshold`; `good` or `bad` and `total`; or `raw`."""

    kind: str
    spot: Spot
    queries: Mapping[str, Query]
    is_success: bool = False

    def recognise(self) -> Recognised:
        """Find the native SLI in a ratio."""
        if self.kind == RAW:
            return error_ratio(self.queries["raw"], is_success=self.is_success)
        if "bad" in self.queries:
            return bad_of_total(self.queries["bad"], self.queries["total"])
        return good_of_total(self.queries["good"], self.queries["total"])

    @property
    def by(self) -> tuple[str, ...]:
        """The labels that its queries keep, so that each value has a budget of its own."""
        return error_ratio(self.queries["threshold"]).by if self.kind == THRESHOLD else self.recognise().by


def read_indicator(slo: Thing, objective: Spot, context: Context) -> Indicator | None:
    """Return the SLI of an objective, or None after saying why there is none."""
    ratio = objective.step("ratioMetrics")
    if ratio.value is not None:
        return _ratio(ratio, context)
    spec = _spec(slo, objective, context)
    if spec is None:
        return None
    is_threshold = spec.has("thresholdMetric")
    if not check_operator(objective, is_threshold=is_threshold, report=context.report):
        return None
    return _threshold(spec, context) if is_threshold else _ratio(spec.step("ratioMetric"), context)


def _spec(slo: Thing, objective: Spot, context: Context) -> Spot | None:
    """Return the spec of the SLI, which is written in place, or referred to."""
    inline, reference = indicator_keys(slo.version)
    for holder in (objective, slo.spec):
        if holder.has(inline):
            place = holder.step(inline)
            return place.step("spec") if place.has("spec") else place
        if holder.has(reference):
            found = context.index.find("SLI", holder.step(reference))
            return found.spec if found else None
    return None


def _threshold(spec: Spot, context: Context) -> Indicator | None:
    spot = spec.step("thresholdMetric")
    query = read_query(spot, context)
    return Indicator(kind=THRESHOLD, spot=spot, queries={"threshold": query}) if query else None


def _ratio(ratio: Spot, context: Context) -> Indicator | None:
    if ratio.has("raw"):
        query = read_query(ratio.step("raw"), context)
        opened = averaged(query, context) if query else None
        is_success = ratio.text("rawType") == "success"
        return Indicator(kind=RAW, spot=ratio, queries={"raw": opened}, is_success=is_success) if opened else None
    said = ratio.fields.get("counter", ratio.fields.get("incremental"))
    keys = [key for key in ("good", "bad", "total") if ratio.has(key)]
    read = {key: read_query(ratio.step(key), context) for key in keys}
    found = {key: counted(query, counter=said is True if said is not None else None, context=context)
             for key, query in read.items() if query}  # fmt: skip
    complete = {key: query for key, query in found.items() if query}
    if len(complete) < len(keys):
        return None
    return Indicator(kind=RATIO, spot=ratio, queries=dict(zip(complete, in_one_unit(complete.values()), strict=True)))
