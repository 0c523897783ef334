"""What fields of an OpenSLO object must hold together; asked after each of them is well by itself."""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.core.human import and_list
from sloctl.formats.openslo._fields import V1, V1ALPHA
from sloctl.formats.openslo._objects import Spot, Thing
from sloctl.formats.openslo._report import Report
from sloctl.formats.openslo._shape import every, wrong

INDICATOR_KEYS = {V1: ("indicator", "indicatorRef"), V1ALPHA: ("indicator", "ratioMetrics")}
_V2_KEYS = ("sli", "sliRef")


def indicator_keys(version: str) -> tuple[str, str]:
    """Return the keys of an SLI that is written in place, and of one that is named."""
    return INDICATOR_KEYS.get(version, _V2_KEYS)


def check_together(thing: Thing, report: Report) -> bool:
    """Report fields of an object that do not go together, and tell whether all is well."""
    if thing.kind == "SLO":
        return _check_slo(thing, report)
    return every(_check_sli(spec, report) for spec in _sli_specs(thing))


def _sli_specs(thing: Thing) -> Iterator[Spot]:
    """Yield the specs of SLIs in an object: its own, and those written in place."""
    if thing.kind == "SLI":
        yield thing.spec
    if thing.kind == "SLO" and thing.version != V1ALPHA:
        key, _ = indicator_keys(thing.version)
        places = [thing.spec.step(key), *(each.step(key) for each in thing.spec.step("objectives").items())]
        yield from (place.step("spec") for place in places if place.has("spec"))


def _check_slo(thing: Thing, report: Report) -> bool:
    is_v1alpha = thing.version == V1ALPHA
    checks = [
        _check_service(thing.spec, report),
        _check_window(thing.spec.step("timeWindows" if is_v1alpha else "timeWindow"), report),
        _check_indicators(thing, report),
        *(_check_sli(spec, report) for spec in _sli_specs(thing)),
        *(_check_objective(each, thing, report) for each in thing.spec.step("objectives").items()),
    ]
    if is_v1alpha and not thing.spec.has("budgetingMethod"):
        report.strictly(thing.spec.at(), "`spec.budgetingMethod` is required", "such as `Occurrences`")
    return all(checks)


def _check_service(spec: Spot, report: Report) -> bool:
    if spec.text("service") or spec.text("serviceRef"):
        return True
    report.invalid(spec.at(), "`spec.service` is required", "the name of the service that the SLO is about")
    return False


def _check_window(windows: Spot, report: Report) -> bool:
    if not windows.items():
        advice = "such as `- {duration: 30d, isRolling: true}`"
        message = f"`{windows.name}` is missing, so the period is 30d"
        report.disputed(windows.at(), message, advice)
        return not report.is_strict
    window = windows.items()[0]
    is_rolling, calendar = window.step("isRolling").value, window.has("calendar")
    if is_rolling and calendar:
        return wrong(window, report, "has a `calendar`, but `isRolling` is `true`", "remove one of the two")
    if is_rolling is False and not calendar:
        return wrong(
            window, report, "has no `calendar`, but `isRolling` is `false`", "say when the calendar window begins"
        )
    if is_rolling is None and not calendar:
        report.strictly(
            window.at(), f"`{window.name}` has neither `isRolling: true` nor a `calendar`", "write `isRolling: true`"
        )
    return True


def _check_indicators(thing: Thing, report: Report) -> bool:
    """Hold that there is one SLI for all objectives, or one for each."""
    keys, objectives = indicator_keys(thing.version), thing.spec.step("objectives").items()
    general = [key for key in keys if thing.spec.has(key)]
    own = [each for each in objectives if any(each.has(key) for key in keys)]
    named = and_list([f"`{key}`" for key in keys], "or")
    if len(general) + bool(own) > 1:
        where = thing.spec.step(general[0])
        return wrong(where, report, f"is one SLI too many: OpenSLO takes {named} once at `spec`, or on each objective")
    if not general and not own:
        report.invalid(thing.spec.at(), f"there is no SLI: OpenSLO wants {named} at `spec`, or on each objective")
        return False
    if thing.version == V1ALPHA:
        return True
    lone = [each for each in objectives if own and sum(each.has(key) for key in keys) != 1]
    return every(wrong(each, report, f"must have exactly one of {named}") for each in lone)


def _check_sli(spec: Spot, report: Report) -> bool:
    given = [key for key in ("thresholdMetric", "ratioMetric") if spec.has(key)]
    if len(given) != 1:
        return wrong(spec, report, "must have exactly one of `thresholdMetric` and `ratioMetric`")
    if given == ["thresholdMetric"]:
        return True
    ratio = spec.step("ratioMetric")
    has = {key: ratio.has(key) for key in ("good", "bad", "total", "raw", "rawType")}
    if has["raw"]:
        return _check_raw(ratio, has, report)
    if not has["total"]:
        return wrong(ratio, report, "must have `total` with `good` or `bad`, or `raw`")
    if has["good"] == has["bad"]:
        return wrong(ratio, report, "must have exactly one of `good` and `bad` beside `total`")
    return True


def _check_raw(ratio: Spot, has: dict[str, bool], report: Report) -> bool:
    beside = [f"`{key}`" for key in ("good", "bad", "total") if has[key]]
    if beside:
        return wrong(ratio, report, f"has `raw`, and {and_list(beside)} too", "OpenSLO allows one way to say a ratio")
    return has["rawType"] or wrong(ratio, report, "must have `rawType` beside `raw`", "`success` or `failure`")


def _check_objective(objective: Spot, thing: Thing, report: Report) -> bool:
    method = thing.spec.text("budgetingMethod")
    if thing.version == V1ALPHA:
        return _check_old_objective(objective, method, report)
    good = True
    if objective.has("target") == objective.has("targetPercent"):
        good = wrong(objective, report, "must have exactly one of `target` and `targetPercent`")
    needed = {"Timeslices": ("timeSliceTarget", "timeSliceWindow"), "RatioTimeslices": ("timeSliceWindow",)}.get(
        method, ()
    )
    for key in needed:
        if not objective.has(key):
            good = wrong(objective, report, f"must have `{key}`, because `budgetingMethod` is `{method}`")
    return good


def _check_old_objective(objective: Spot, method: str, report: Report) -> bool:
    if method != "Timeslices" or objective.has("timeSliceTarget"):
        return True
    message = f"`{objective.name}` has no `timeSliceTarget`, so all its events are counted"
    report.disputed(objective.at(), message, "write which share of a slice must be good")
    return not report.is_strict


def check_operator(objective: Spot, *, is_threshold: bool, report: Report) -> bool:
    """Hold that `op` and `value` stand where a value is compared, and nowhere else."""
    keys = ("op", "value")
    if is_threshold:
        missing = [key for key in keys if not objective.has(key)]
        return every(
            wrong(objective, report, f"must have `{key}`, because its SLI is a `thresholdMetric`") for key in missing
        )
    for key in keys:
        if objective.has(key):
            spot = objective.step(key)
            report.disputed(spot.at_key(), f"`{spot.name}` says nothing about a ratio, so it is left out", "remove it")
    return True
