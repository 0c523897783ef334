"""What OpenSLO forbids is refused at the very words; where its texts and its tools disagree, `strict` decides."""

from __future__ import annotations

import pytest

from tests.formats.openslo.original import (
    ORDERS,
    WINDOW,
    alerting,
    burning,
    first_slo,
    found,
    query,
    slo,
    slos,
    thing,
    threshold,
    translated,
)

METHODS = "must be `Occurrences`, `Timeslices` or `RatioTimeslices`"
EITHER = "`indicator` or `indicatorRef`"
BOTH = "[{conditionRef: a}, {conditionRef: b}]"
V2 = "openslo.com/v2alpha"
ONCE = f"OpenSLO takes {EITHER} once at `spec`, or on each objective"
BAD = {
    "unknown field": (
        slo(rest="team: a"),
        "team", "`spec` has an unknown field `team`; OpenSLO allows no others"),
    "unknown field deep down": (
        slo(objectives="{target: 0.9, tagret: 1}"),
        "tagret", "`spec.objectives[0]` has an unknown field `tagret`; OpenSLO allows no others"),
    "unknown kind": (
        thing("Slo", "{}"),
        "Slo", "`kind` must be a kind of openslo/v1, not `Slo`"),
    "no kind": (
        "apiVersion: openslo/v1\nmetadata: {name: x}\n",
        "apiVersion", "`kind` is required"),
    "no name": (
        slo(metadata="displayName: x"),
        "metadata", "`metadata.name` is required"),
    "long description": (
        slo(rest=f"description: {'x' * 1051}"),
        "x" * 1051, "`spec.description` has 1,051 characters; OpenSLO allows 1,050"),
    "label key": (
        slo(metadata="name: x, labels: {-team: a}"),
        "-team", "`-team` is no key for `metadata.labels`"),
    "label value": (
        slo(metadata="name: x, labels: {team: 3}"),
        "3", "`metadata.labels.team` must be text, not `3`"),
    "annotation key": (
        slo(metadata='name: x, annotations: {"Not.A.Domain/x": a}'),
        '"Not.A.Domain/x"', "`Not.A.Domain/x` is no key for `metadata.annotations`"),
    "name with a space": (
        slo(metadata="name: my slo"),
        "my slo", "`metadata.name` must be an RFC 1123 label, not `my slo`"),
    "no object at all": (
        "- apiVersion: openslo/v1\n  kind: Service\n  metadata: {name: x}\n  spec: {}\n- orders\n",
        "orders", "an object of OpenSLO is a mapping, not `orders`"),
    "name of a wrong type": (
        slo(metadata="name: 3"),
        "3", "`metadata.name` must be text, not `3`"),
    "method": (
        slo(method="occurrences"),
        "occurrences", f"`spec.budgetingMethod` {METHODS}, not `occurrences`"),
    "target of 1": (
        slo(objectives="{target: 1}"),
        "1", "`spec.objectives[0].target` must be at least 0 and below 1, not `1`"),
    "target in percent": (
        slo(objectives="{target: 99.9}"),
        "99.9", "`spec.objectives[0].target` must be at least 0 and below 1, not `99.9`"),
    "target in quotes": (
        slo(objectives='{target: "0.9"}'),
        '"0.9"', "`spec.objectives[0].target` must be a number, not `0.9`"),
    "two targets": (
        slo(objectives="{target: 0.9, targetPercent: 90}"),
        "{target: 0.9, targetPercent: 90}",
        "`spec.objectives[0]` must have exactly one of `target` and `targetPercent`"),
    "no objectives": (
        slo(objectives=""),
        "[]", "`spec.objectives` must have at least 1 item, not 0"),
    "window of nothing": (
        slo(window="{duration: 0d, isRolling: true}"),
        "0d", "`spec.timeWindow[0].duration` must be positive, not `0d`"),
    "unit": (
        slo(window="{duration: 30D, isRolling: true}"),
        "30D",
        "`spec.timeWindow[0].duration` must be a whole number and `m`, `h`, `d`, `w`, `M`, `Q` or `Y`, not `30D`"),
    "two windows": (
        slo(window=f"{WINDOW}, {WINDOW}"),
        f"[{WINDOW}, {WINDOW}]", "`spec.timeWindow` must have at most 1 item, not 2"),
    "rolling calendar": (
        slo(window="{duration: 1M, isRolling: true, calendar: {startTime: 2026-01-01 00:00:00, timeZone: UTC}}"),
        "{duration: 1M, isRolling: true, calendar: {startTime: 2026-01-01 00:00:00, timeZone: UTC}}",
        "`spec.timeWindow[0]` has a `calendar`, but `isRolling` is `true`"),
    "calendar without a calendar": (
        slo(window="{duration: 1M, isRolling: false}"),
        "{duration: 1M, isRolling: false}", "`spec.timeWindow[0]` has no `calendar`, but `isRolling` is `false`"),
    "no SLI": (
        slo(indicator="description: x"),
        "spec", f"there is no SLI: OpenSLO wants {EITHER} at `spec`, or on each objective"),
    "SLI twice": (
        slo(objectives="{target: 0.9, indicatorRef: x}"),
        "indicator", f"`spec.indicator` is one SLI too many: {ONCE}"),
    "one SLI for two": (
        slo(indicator="description: x", objectives="{target: 0.9, indicatorRef: x}, {target: 0.8}"),
        "{target: 0.8}", f"`spec.objectives[1]` must have exactly one of {EITHER}"),
    "two kinds of SLI": (
        slo(sli=f"{{thresholdMetric: {query('x')}, ratioMetric: {{}}}}"),
        "spec", "`spec.indicator.spec` must have exactly one of `thresholdMetric` and `ratioMetric`"),
    "good and bad": (
        slo(sli=f"{{ratioMetric: {{good: {query('a')}, bad: {query('b')}, total: {query('c')}}}}}"),
        "ratioMetric", "`spec.indicator.spec.ratioMetric` must have exactly one of `good` and `bad` beside `total`"),
    "good alone": (
        slo(sli=f"{{ratioMetric: {{good: {query('a')}}}}}"),
        "ratioMetric", "`spec.indicator.spec.ratioMetric` must have `total` with `good` or `bad`, or `raw`"),
    "raw and total": (
        slo(sli=f"{{ratioMetric: {{raw: {query('a')}, rawType: success, total: {query('c')}}}}}"),
        "ratioMetric", "`spec.indicator.spec.ratioMetric` has `raw`, and `total` too"),
    "raw of no type": (
        slo(sli=f"{{ratioMetric: {{raw: {query('a')}}}}}"),
        "ratioMetric", "`spec.indicator.spec.ratioMetric` must have `rawType` beside `raw`"),
    "empty metric": (
        slo(sli="{thresholdMetric: {metricSource: {type: Prometheus, spec: {}}}}"),
        "spec", "`spec.indicator.spec.thresholdMetric.metricSource.spec` must be a mapping with at least one field"),
    "slices without a target": (
        slo(method="Timeslices", objectives="{target: 0.9, timeSliceWindow: 1m}"),
        "{target: 0.9, timeSliceWindow: 1m}",
        "`spec.objectives[0]` must have `timeSliceTarget`, because `budgetingMethod` is `Timeslices`"),
    "threshold without a level": (
        slo(sli=threshold("x"), objectives="{target: 0.9, op: lt}"),
        "{target: 0.9, op: lt}", "`spec.objectives[0]` must have `value`, because its SLI is a `thresholdMetric`"),
    "two conditions": (
        thing("AlertPolicy", f"{{conditions: {BOTH}, notificationTargets: [{{targetRef: c}}]}}"),
        BOTH, "`spec.conditions` must have exactly 1 item, not 2"),
    "no target": (
        thing("AlertPolicy", "{conditions: [{conditionRef: a}], notificationTargets: []}"),
        "[]", "`spec.notificationTargets` must have at least 1 item, not 0"),
    "operator beside a condition": (
        thing("AlertPolicy", "{conditions: [{operator: gt, conditionRef: a}], notificationTargets: [{targetRef: c}]}"),
        "operator", "`spec.conditions[0]` has an unknown field `operator`"),
    "condition without a threshold": (
        thing("AlertCondition", "{severity: page, condition: {kind: burnrate, op: gt, lookbackWindow: 1h}}"),
        "condition", "`spec.condition.threshold` is required"),
    "reference and object": (
        slo(rest=alerting("{alertPolicyRef: x, spec: {}}")),
        "{alertPolicyRef: x, spec: {}}", "`spec.alertPolicies[0]` has both `alertPolicyRef` and `spec`"),
    "missing SLI": (
        slo(indicator="indicatorRef: orders-ok"),
        "orders-ok", "the SLI `orders-ok` referenced at `spec.indicatorRef` does not exist"),
    "missing policy": (
        slo(rest=alerting("{alertPolicyRef: fast}")),
        "fast", "the AlertPolicy `fast` referenced at `spec.alertPolicies[0].alertPolicyRef` does not exist"),
    "months in v2alpha": (
        slo(indicator="sliRef: x", window="{duration: 1M, isRolling: true}").replace("openslo/v1", V2),
        "1M", "`spec.timeWindow[0].duration` must be a whole number and `m`, `h`, `d` or `w`, not `1M`"),
    "display name in v2alpha": (
        thing("Service", "{}", metadata="name: x, displayName: X", version="openslo.com/v2alpha"),
        "displayName", "`metadata` has an unknown field `displayName`; OpenSLO allows no others"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words", "message"), BAD.values(), ids=BAD)
def test_what_openslo_forbids_is_refused(text: str, words: str, message: str) -> None:
    """Each rule of the format is an error at the words that break it, and nothing is compiled."""
    translation = translated(text)
    assert [("S401", words, message)] == found(translation)
    assert () == translation.documents


def test_an_unknown_version_is_refused() -> None:
    """What `openslo/v1beta1` says is not guessed at."""
    ((code, words, _),) = found(translated(thing("SLO", "{}", version="openslo/v1beta1")))
    assert ("S402", "openslo/v1beta1") == (code, words)


def test_all_that_is_wrong_is_said_at_once() -> None:
    """Every mistake of every object is reported in one run."""
    texts = slo(method="x", objectives="{target: 7}"), thing("AlertNotificationTarget", "{}", metadata="name: a")
    assert ["spec.budgetingMethod", "spec.objectives[0].target", "spec.target"] == [
        message.split("`")[1] for _, _, message in found(translated(*texts))
    ]


def test_an_object_that_is_wrong_is_not_missing() -> None:
    """What refers to a broken object is not reported as well."""
    broken = thing("SLI", "{description: x}", metadata="name: ok")
    assert ["`spec` must have exactly one of `thresholdMetric` and `ratioMetric`"] == [
        message for _, _, message in found(translated(slo(indicator="indicatorRef: ok"), broken))
    ]


TARGET = "spec.alertPolicies[0].spec.notificationTargets[0].targetRef"
DISPUTED = {
    "names": (slo(metadata="name: My_SLO.v1"), None),
    "display names": (slo(metadata=f"name: x, displayName: {'x' * 64}"), None),
    "no time window": (slo(window=""), "`spec.timeWindow` is missing, so the period is 30d"),
    "neither rolling nor calendar": (slo(window="{duration: 30d}"), None),
    "operator for a ratio": (
        slo(objectives="{target: 0.9, op: gt}"),
        "`spec.objectives[0].op` says nothing about a ratio, so it is left out"),
    "minutes as a number": (
        slo(method="Timeslices", objectives="{target: 0.9, timeSliceTarget: 0.9, timeSliceWindow: 1}"), None),
    "plain name of a policy": (
        slo(rest=alerting("fast"))
        + "---\n" + thing("AlertPolicy", burning()[burning().index("spec: ") + 6 : -1], metadata="name: fast"),
        "`spec.alertPolicies[0]` is a plain name"),
    "condition without an operator": (
        slo(rest=alerting(burning("{kind: burnrate, threshold: 2, lookbackWindow: 1h}"))),
        "`spec.alertPolicies[0].spec.conditions[0].spec.condition` has no `op`; it is read as `gt`"),
    "condition without a kind": (slo(rest=alerting(burning("{op: gt, threshold: 2, lookbackWindow: 1h}"))), None),
    "target that is nowhere": (
        slo(rest=alerting(burning(targets="{targetRef: pager}"))),
        f"the AlertNotificationTarget `pager` referenced at `{TARGET}` does not exist"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "warning"), DISPUTED.values(), ids=DISPUTED)
def test_what_is_disputed_is_an_error_only_when_strict(text: str, warning: str | None) -> None:
    """What the specification allows, or people have always written, compiles; the official validator refuses it."""
    lenient, strict = translated(text), translated(text, strict=True)
    expected = [("S403", warning)] if warning else []
    assert expected == [(code, message) for code, _, message in found(lenient)]
    assert 1 == len(lenient.documents)
    assert {"S401"} == {code for code, _, _ in found(strict)}


def test_a_window_of_minutes_was_meant_in_months() -> None:
    """`1m` is a minute, so an SLO over it is refused with the month that was meant."""
    translation = translated(slo(window="{duration: 1m, isRolling: true}"))
    assert [("S402", "1m", "a time window of 1m is too short for an error budget")] == found(translation)
    assert "`m` are minutes; did you mean `1M`, months?" == translation.findings[0].help


@pytest.mark.parametrize(("written", "period"), [("1M", "30d"), ("1Q", "90d"), ("1Y", "365d"), ("4w", "28d")])
def test_long_units_are_converted(written: str, period: str) -> None:
    """Prometheus knows neither months nor quarters, and means other things by `M` and `Y`."""
    (only,) = slos(slo(window=f"{{duration: {written}, isRolling: true}}"))
    assert period == only["period"]


def test_a_calendar_window_is_watched_as_a_rolling_one() -> None:
    """There are no calendar windows here: the nearest rolling one is taken, with a warning."""
    window = "{duration: 1M, calendar: {startTime: 2026-01-01 00:00:00, timeZone: Europe/Berlin}}"
    translation = translated(slo(sli=ORDERS, window=window))
    assert [("S403", "calendar")] == [(code, words) for code, words, _ in found(translation)]
    assert "30d" == first_slo(translation)["period"]
