"""SLIs of OpenSLO become SLIs of `sloctl/v1`: every kind, every open window, every budgeting method."""

from __future__ import annotations

import pytest

from sloctl.formats._spec import Fate
from tests.formats.openslo.original import first_slo, found, query, ratio, raw, remarks, sli, slo, threshold, translated

SLICED = "{target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: %s}"
EVENTS = {"bad": 'orders_total{state="failed"}', "total": "orders_total"}
FAILED, ALL = 'sum(rate(orders_total{state="failed"}[%s]))', "sum(rate(orders_total[%s]))"

RATIOS = {
    "counters by name": (ratio(bad='orders_total{state="failed"}', total="orders_total"), EVENTS),
    "sums of counters": (ratio(bad='sum(orders_total{state="failed"})', total="sum(orders_total)"), EVENTS),
    "a counter by its name": (ratio("", bad='orders_total{state="failed"}', total="orders_total"), EVENTS),
    "the window of Go templates": (ratio(bad=FAILED % "{{ .window }}", total=ALL % "{{.window}}"), EVENTS),
    "the window as a variable": (ratio(bad=FAILED % "$window", total=ALL % "${window}"), EVENTS),
    "the window as a word": (ratio(bad=FAILED % "window", total=ALL % "window"), EVENTS),
    "the window of Grafana": (ratio(bad=FAILED % "$__rate_interval", total=ALL % "$__range"), EVENTS),
    "a fixed range": (ratio(bad=FAILED % "5m", total=ALL % "5m"), EVENTS),
    "rate without sum": (
        ratio(good="rate(ok_total[5m])", total="rate(all_total[5m])"), {"good": "ok_total", "total": "all_total"}),
    "two ways in one ratio": (
        ratio(good="ok_total", total="sum(rate(all_total[5m]))"), {"good": "ok_total", "total": "all_total"}),
    "an offset": (
        ratio(good="sum(ok_total offset 5m)", total="all_total"),
        None),
}  # fmt: skip


@pytest.mark.parametrize(("spec", "events"), RATIOS.values(), ids=RATIOS)
def test_counters_become_events(spec: str, events: dict[str, str] | None) -> None:
    """However the window is left open, a ratio of counters is counted by the kind `events`, which loses none."""
    made = sli(slo(sli=spec))
    assert ({"events": events} if events else ["raw"]) == (made if events else list(made))


def test_an_offset_stays_behind_the_range() -> None:
    """A range is put between a selector and its offset."""
    made = sli(slo(sli=ratio(good="sum(ok_total offset 5m)", total="all_total")))
    assert "sum(increase(all_total[$window]))" == made["raw"]["total"]
    assert "sum(increase(ok_total[$window] offset 5m))" in made["raw"]["bad"]


def test_labels_of_the_queries_split_the_budget() -> None:
    """`sum by` gives each value of the label a budget of its own."""
    both = {key: f"sum by (region) ({key}_total)" for key in ("good", "total")}
    assert {"events": {"good": "good_total", "total": "total_total"}, "by": ["region"]} == sli(slo(sli=ratio(**both)))


def test_gauges_are_added_up_sample_by_sample() -> None:
    """With `counter: false` each sample is a number of events; an expression that is no sum is asked once a minute."""
    made = sli(slo(sli=ratio("false", bad="failed_now", total="sum(handled_now)")))
    bad, total = (f"sum(sum_over_time({name}_now[$window]))" for name in ("failed", "handled"))
    assert {"bad": bad, "total": total} == made["raw"]
    made = sli(slo(sli=ratio("false", bad="count(up == 0)", total="count(up)")))
    assert "sum_over_time((count(up == 0))[$window:1m])" == made["raw"]["bad"]


def test_a_counter_that_is_called_a_gauge_is_counted() -> None:
    """Adding up the samples of a counter measures nothing, so the name is believed, and a note says so."""
    translation = translated(slo(sli=ratio("false", bad='orders_total{state="failed"}', total="orders_total")))
    assert [
        ("S404", 'orders_total{state="failed"}', "`orders_total` is a counter by its name, so its growth is counted"),
        ("S404", "orders_total", "`orders_total` is a counter by its name, so its growth is counted"),
    ] == found(translation)
    assert EVENTS == first_slo(translation)["sli"]["events"]


def test_a_ratio_that_is_recorded_already_is_averaged() -> None:
    """`raw` is a ratio of failures, or of successes, and becomes an error ratio."""
    averaged = "avg_over_time(error_share[$window])"
    assert {"raw": {"error_ratio": averaged}} == sli(slo(sli=raw("error_share")))
    complement = sli(slo(sli=raw("error_share", "success")))["raw"]["error_ratio"]
    assert f"1-({averaged})" == "".join(complement.split())
    subquery = "avg_over_time((max(error_share))[$window:1m])"
    assert {"raw": {"error_ratio": subquery}} == sli(slo(sli=raw("max(error_share)")))


def test_a_ratio_of_rates_becomes_events() -> None:
    """A raw ratio in which counters are divided is counted event by event: no mean of ratios is left."""
    assert {"events": EVENTS} == sli(slo(sli=raw(f"{FAILED % '5m'} / {ALL % '5m'}")))


def test_a_ratio_that_does_not_add_up_is_averaged() -> None:
    """What is no count cannot be added up over time, so the ratio is averaged, with a warning."""
    translation = translated(slo(sli=ratio(good="max(rate(a_total[5m]))", total="max(rate(b_total[5m]))")))
    message = "these are no counts that add up, so long windows are averages of the ratio over short ones"
    assert [("S403", "ratioMetric", message)] == found(translation)
    assert ["error_ratio"] == list(first_slo(translation)["sli"]["raw"])


@pytest.mark.parametrize(
    ("operator", "side"), [("lt", "below"), ("lte", "at_most"), ("gt", "above"), ("gte", "at_least")]
)
def test_a_threshold_is_looked_at_once_a_minute(operator: str, side: str) -> None:
    """With Occurrences each sample of a threshold SLI is an event; the operator keeps its meaning to the letter."""
    text = slo(sli=threshold("max(queue_length)"), objectives=f"{{target: 0.99, op: {operator}, value: 100}}")
    assert {"timeslice": {"expr": "max(queue_length)", side: 100, "slice": "1m"}} == sli(text)


def test_slices_of_a_ratio() -> None:
    """With Timeslices a slice is good if enough of its events are; the series of failures need not be there."""
    made = sli(slo(method="Timeslices", objectives=SLICED % "1m"))
    failed, total = 'sum(increase(orders_total{state="failed"}[$window]))', "sum(increase(orders_total[$window]))"
    assert {"expr": f"({failed} or 0 * {total}) / {total}", "at_most": 0.05, "slice": "1m"} == {
        **made["timeslice"], "at_most": float(made["timeslice"]["at_most"])}  # fmt: skip


def test_long_slices_slide() -> None:
    """A slice of 10m is read whole, and looked at every 5m: a base window has no room for it."""
    translation = translated(slo(method="Timeslices", objectives=SLICED % "10m"))
    made = first_slo(translation)["sli"]["timeslice"]
    assert "5m" == made["slice"]
    assert "sum(increase(orders_total[10m]))" in made["expr"]
    text = "slices of 10m slide by 5m instead of standing side by side: in sum they count alike"
    assert ("10m", text) in remarks(translation, Fate.DERIVED)


def test_slices_of_a_threshold() -> None:
    """In a slice of 5m, the share of good minutes decides; in one of 1m, its value."""
    objective = "{target: 0.99, op: lt, value: 3, timeSliceTarget: 0.8, timeSliceWindow: %s}"
    short, long = (
        sli(slo(sli=threshold("load"), method="Timeslices", objectives=objective % length)) for length in ("1m", "5m")
    )
    assert {"expr": "load", "below": 3, "slice": "1m"} == short["timeslice"]
    assert "1 - avg_over_time((load < bool 3)[$window:1m])" == long["timeslice"]["expr"]


def test_ratios_of_slices_weigh_alike() -> None:
    """With RatioTimeslices the shares of slices are averaged; a slice without events is none."""
    made = sli(slo(method="RatioTimeslices", objectives="{target: 0.99, timeSliceWindow: 5m}"))
    failed, total = 'sum(increase(orders_total{state="failed"}[5m]))', "sum(increase(orders_total[5m]))"
    share = f"({failed} or 0 * {total}) / {total}"
    assert f"avg_over_time((({share}) >= 0)[$window:5m])" == made["raw"]["error_ratio"]


def test_fields_of_another_method_are_named() -> None:
    """What says nothing with a budgeting method is left out, and in the report."""
    translation = translated(slo(objectives=SLICED % "1m"))
    assert [
        ("timeSliceTarget", "`timeSliceTarget` says nothing with Occurrences"),
        ("timeSliceWindow", "`timeSliceWindow` says nothing with Occurrences"),
    ] == [remark for remark in remarks(translation, Fate.LOST) if "says nothing" in remark[1]]


def test_minutes_without_a_unit() -> None:
    """The specification lets `timeSliceWindow: 1` mean a minute."""
    assert "1m" == sli(slo(method="Timeslices", objectives=SLICED % "1"))["timeslice"]["slice"]


REFUSED = {
    "another source": (
        threshold("x").replace("Prometheus", "Datadog"),
        ("S402", "Datadog", "the metrics are in `Datadog`, and only PromQL can be compiled")),
    "no query": (
        "{thresholdMetric: {metricSource: {type: Prometheus, spec: {metric: up}}}}",
        ("S402", "{metric: up}", "`spec.indicator.spec.thresholdMetric.metricSource.spec` holds no PromQL")),
    "broken PromQL": (
        threshold("sum(rate(x[5m])) +"),
        ("C301", "+", "expected an operand after `+`")),
    "a counter in a maximum": (
        ratio(good="max(x_total)", total="y_total"),
        ("S402", "max(x_total)",
         "a counter is read without a range, and what is done with it does not add up over time")),
    "two ranges": (
        ratio(good="sum(rate(x_total[5m])) + sum(rate(y_total[1h]))", total="y_total"),
        ("S402", "[5m]", "the query reads fixed ranges ([1h] and [5m]), so it is unclear where the window belongs")),
}  # fmt: skip


@pytest.mark.parametrize(("spec", "finding"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_counted_is_refused(spec: str, finding: tuple[str, str, str]) -> None:
    """An SLI that cannot be compiled is an error at the very words, and no SLO comes of it."""
    objectives = "{target: 0.99, op: lt, value: 1}" if "threshold" in spec else "{target: 0.99}"
    translation = translated(slo(sli=spec, objectives=objectives))
    assert [finding] == found(translation)
    assert () == translation.documents


def test_a_source_nobody_knows_is_taken_for_prometheus() -> None:
    """The validator lets a source without type and reference pass; it is read as Prometheus, with a warning."""
    unknown = query("load").replace("type: Prometheus, ", "")
    text = slo(sli=f"{{thresholdMetric: {unknown}}}", objectives="{target: 0.9, op: lt, value: 1}")
    ((code, _, message),) = found(translated(text))
    assert "S403" == code
    assert "has neither a type nor a reference to a DataSource" in message
    assert ["S401"] == [each[0] for each in found(translated(text, strict=True))]
