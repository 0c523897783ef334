"""The fields of every kind of object, by version, as the specification and the official SDK (v0.9.2) have them."""

from __future__ import annotations

from functools import cache

from sloctl.core.human import and_list, nearest
from sloctl.formats.openslo._objects import Spot, Thing
from sloctl.formats.openslo._report import Report
from sloctl.formats.openslo._shape import (
    Check,
    anything,
    choice,
    duration,
    flag,
    items,
    name,
    number,
    pairs,
    record,
    shown,
    text,
    wrong,
)

V1, V1ALPHA, V2ALPHA = "openslo/v1", "openslo/v1alpha", "openslo.com/v2alpha"
METHODS = ("Occurrences", "Timeslices", "RatioTimeslices")
OPERATORS = ("lte", "gte", "lt", "gt")
_UNITS, _UNITS_V2 = "mhdwMQY", "mhdw"
_DESCRIPTION = text(1050)
_NO_PROMISE = "an SLO without an objective promises nothing"


def check(thing: Thing, report: Report) -> bool:
    """Report everything in an object that its version forbids, and tell whether it may be used."""
    spot = thing.spot
    kinds = _versions().get(thing.version)
    if not isinstance(spot.value, dict):
        report.invalid(spot.at(), f"an object of OpenSLO is a mapping, not {shown(spot.value)}")
        return False
    if kinds is None:
        known = and_list([f"`{version}`" for version in _versions()], "or")
        message = f"`apiVersion` must be {known}, not {shown(thing.version)}"
        report.refuse(spot.step("apiVersion").at(), message, "write it anew in one of these versions")
        return False
    if not spot.has("kind"):
        report.invalid(spot.at(), "`kind` is required", f"one of {', '.join(kinds)}")
        return False
    if thing.kind not in kinds:
        meant = nearest(thing.kind, kinds)
        advice = f"did you mean `{meant}`?" if meant else f"known kinds: {', '.join(kinds)}"
        return wrong(spot.step("kind"), report, f"must be a kind of {thing.version}, not {shown(thing.kind)}", advice)
    return kinds[thing.kind](spot, report)


@cache
def _versions() -> dict[str, dict[str, Check]]:
    return {V1: _v1(), V2ALPHA: _v2alpha(), V1ALPHA: _v1alpha()}


def _objects(metadata: Check, specs: dict[str, Check]) -> dict[str, Check]:
    """Return the checks of whole objects from those of their specs; only that of a Service may be missing."""
    head = {"apiVersion": anything, "kind": anything, "metadata": metadata}
    return {
        kind: record({**head, "spec": spec}, "metadata", *(() if kind == "Service" else ("spec",)))
        for kind, spec in specs.items()
    }


def _inline(metadata: Check, spec: Check, kind: str | None = None) -> Check:
    fields = {"metadata": metadata, "spec": spec}
    return record({"kind": choice(kind), **fields}, "kind", *fields) if kind else record(fields, *fields)


def _ref_or_inline(reference: str, inline: Check) -> Check:
    by_name = record({reference: name}, reference)

    def run(spot: Spot, report: Report) -> bool:
        if isinstance(spot.value, str):
            report.disputed(spot.at(), f"`{spot.name}` is a plain name", f"write `{reference}: {spot.value}`")
            return not report.is_strict
        if spot.has(reference) and spot.has("spec"):
            return wrong(spot, report, f"has both `{reference}` and `spec`", "OpenSLO allows one of them")
        if reference in spot.fields or "spec" not in spot.fields:
            return by_name(spot, report)
        return inline(spot, report)

    return run


def _alerting(metadata: Check, units: str) -> dict[str, Check]:
    """Return the three kinds that have not changed from v1 to v2alpha."""
    burn_rate = {
        "kind": choice("burnrate"),
        "op": choice(*OPERATORS),
        "threshold": number(),
        "lookbackWindow": duration(units),
        "alertAfter": _or_zero(duration(units)),
    }
    condition = record(
        {
            "severity": text(),
            "condition": record(burn_rate, "threshold", "lookbackWindow", hints=_HINTS),
            "description": _DESCRIPTION,
        },
        "severity",
        "condition",
    )
    target = record({"target": text(), "description": _DESCRIPTION}, "target")
    inline_condition = _inline(metadata, condition, "AlertCondition")
    inline_target = _inline(metadata, target, "AlertNotificationTarget")
    policy = record(
        {
            "description": _DESCRIPTION,
            "alertWhenNoData": flag,
            "alertWhenBreaching": flag,
            "alertWhenResolved": flag,
            "conditions": items(_hinted(_ref_or_inline("conditionRef", inline_condition)), 1, 1),
            "notificationTargets": items(_ref_or_inline("targetRef", inline_target), 1),
        },
        "conditions",
        "notificationTargets",
    )
    return {"AlertPolicy": policy, "AlertCondition": condition, "AlertNotificationTarget": target}


_HINTS = {"operator": "the field is called `op`"}


def _hinted(inner: Check) -> Check:
    """Say what became of the `operator` that old files have beside a condition."""

    def run(spot: Spot, report: Report) -> bool:
        if not spot.has("operator"):
            return inner(spot, report)
        advice = "an operator belongs into the condition itself: `spec.condition.op`"
        report.invalid(spot.step("operator").at_key(), f"`{spot.name}` has an unknown field `operator`", advice)
        return False

    return run


def _or_zero(inner: Check) -> Check:
    """Accept `0m`: to wait for nothing is the default."""

    def run(spot: Spot, report: Report) -> bool:
        return spot.text() in {"0m", "0h", "0d", "0w"} or inner(spot, report)

    return run


def _sli(metric: Check) -> Check:
    ratio = {"counter": flag, **dict.fromkeys(("good", "bad", "total", "raw"), metric),
             "rawType": choice("success", "failure")}  # fmt: skip
    return record({"description": _DESCRIPTION, "thresholdMetric": metric, "ratioMetric": record(ratio)})


def _data_source() -> Check:
    return record(
        {"description": _DESCRIPTION, "type": text(), "connectionDetails": anything}, "type", "connectionDetails"
    )


def _slo(inline_sli: Check, sli_keys: tuple[str, str], policy: Check, units: str, more: dict[str, Check]) -> Check:
    inline, reference = sli_keys
    either = {inline: inline_sli, reference: name}
    objective = {
        "displayName": text(),
        "op": choice(*OPERATORS),
        "value": number(),
        "target": number(0, 1),
        "targetPercent": number(0, 100),
        "timeSliceTarget": number(0, 1, above=True, upto=True),
        "timeSliceWindow": duration(units, bare=True),
        "compositeWeight": number(0, above=True),
        **either,
        **more,
    }
    fields = {
        "description": _DESCRIPTION,
        "service": text(),
        **either,
        "timeWindow": items(_time_window(units), 0, 1),
        "budgetingMethod": choice(*METHODS),
        "objectives": items(record(objective), 1, advice=_NO_PROMISE),
        "alertPolicies": items(policy),
    }
    return record(fields, "budgetingMethod", "objectives", lenient={"serviceRef": name} if inline == "sli" else {})


def _time_window(units: str) -> Check:
    return record({"duration": duration(units), "isRolling": flag, "calendar": _calendar()}, "duration")


def _calendar() -> Check:
    return record({"startTime": text(), "timeZone": text()}, "startTime", "timeZone")


def _v1() -> dict[str, Check]:
    named = {
        "name": name,
        "displayName": text(63, lenient=True),
        "labels": pairs(lists=True),
        "annotations": pairs(prefix=True),
    }
    metadata = record(named, "name")
    source = record({"metricSourceRef": name, "type": text(), "spec": _settings}, "spec")
    sli = _sli(record({"metricSource": source}, "metricSource"))
    alerting = _alerting(metadata, _UNITS)
    policy = _ref_or_inline("alertPolicyRef", _inline(metadata, alerting["AlertPolicy"], "AlertPolicy"))
    slo = _slo(_inline(metadata, sli), ("indicator", "indicatorRef"), policy, _UNITS, {})
    return _objects(metadata, {"SLO": slo, "SLI": sli, "DataSource": _data_source(), "Service": _SERVICE, **alerting})


def _settings(spot: Spot, report: Report) -> bool:
    """The free fields of a metric source: at least one."""
    if not isinstance(spot.value, dict) or not spot.value:
        return wrong(spot, report, "must be a mapping with at least one field", "such as `query: …`")
    return True


def _v2alpha() -> dict[str, Check]:
    metadata = record({"name": name, "labels": pairs(prefix=True), "annotations": pairs(prefix=True)}, "name")
    metric = record({"dataSourceRef": name, "dataSourceSpec": _data_source(), "spec": _settings}, "spec")
    sli = _sli(metric)
    alerting = _alerting(metadata, _UNITS_V2)
    policy = _ref_or_inline("alertPolicyRef", _inline(metadata, alerting["AlertPolicy"], "AlertPolicy"))
    slo = _slo(_inline(metadata, sli), ("sli", "sliRef"), policy, _UNITS_V2, {"labels": pairs(prefix=True)})
    specs: dict[str, Check] = {"SLO": slo, "SLI": sli, "DataSource": _data_source(), "Service": _SERVICE, **alerting}
    return _objects(metadata, {**specs, "BudgetAdjustment": anything})


_SERVICE = record({"description": _DESCRIPTION})


def _v1alpha() -> dict[str, Check]:
    later = {"labels": pairs(lists=True), "annotations": pairs(prefix=True)}
    metadata = record({"name": name, "displayName": text()}, "name", lenient=later)
    metric = record({"source": text(), "queryType": text(), "query": text()}, "source", "query")
    ratio = record({"good": metric, "total": metric, "incremental": flag}, "good", "total", lenient={"counter": flag})
    objective = {
        "displayName": text(1050),
        "value": number(),
        "ratioMetrics": ratio,
        "target": number(0, 1),
        "timeSliceTarget": number(0, 1, upto=True),
        "op": choice(*OPERATORS),
    }
    units = choice("Second", "Minute", "Hour", "Day", "Week", "Month", "Quarter", "Year")
    window = {"unit": units, "count": number(0, above=True),
              "isRolling": flag, "calendar": _calendar()}  # fmt: skip
    fields: dict[str, Check] = {
        "description": _DESCRIPTION,
        "service": text(),
        "indicator": record({"thresholdMetric": metric}, "thresholdMetric"),
        "timeWindows": items(record(window, "unit", "count"), 0, 1),
        "budgetingMethod": choice("Occurrences", "Timeslices"),
        "objectives": items(record(objective, "target"), 1, advice=_NO_PROMISE),
    }
    slo = record(fields, "service", "objectives")
    return _objects(metadata, {"SLO": slo, "Service": _SERVICE})
