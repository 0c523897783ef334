"""Indicators become SLI kinds that measure the same, and the alerts of an objective become tiers and alerts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sloctl.formats._spec import Fate
from tests.formats.pyrra.original import (
    findings_of,
    latency,
    native,
    objective,
    pointed_at,
    ratio,
    remarks,
    said,
    slo,
    translated,
)


def test_a_ratio_counts_events() -> None:
    """Errors and all requests are taken over as they stand, with one budget per group."""
    text = objective(indicator=ratio('a{job="shop",code=~"5.."}', 'a{job="shop"}', "[zone, zone]"))
    events = {"bad": 'a{job="shop",code=~"5.."}', "total": 'a{job="shop"}'}
    assert {"events": events, "by": ["zone"]} == slo(text)["sli"]


def test_a_pinned_label_splits_nothing() -> None:
    """Grouping by a label that the metric pins changes nothing, so it is no error here."""
    translation = translated(objective(indicator=ratio('a{code="500",job="shop"}', 'a{job="shop"}', "[job, zone]")))
    assert ([], ["zone"]) == (said(translation), translation.documents[0].data["slos"][0]["sli"]["by"])  # type: ignore[index]
    assert "`job` splits nothing, because the selectors pin it" in remarks(translation, Fate.DERIVED)


@pytest.mark.parametrize(
    ("success", "total", "expected"),
    [
        ('t_seconds_bucket{job="a",le="0.5"}', 't_seconds_count{job="a"}',
         {"latency": {"histogram": 't_seconds{job="a"}', "below": "500ms"}}),
        ('t_seconds_bucket{le="1",job="a"}', 't_seconds_count{job="a"}',
         {"latency": {"histogram": 't_seconds{job="a"}', "below": "1s"}}),
        ('t_milliseconds_bucket{le="250"}', "t_milliseconds_count",
         {"latency": {"histogram": "t_milliseconds", "below": "250ms"}}),
        ('t_bucket{le="0.00005"}', "t_count", {"events": {"good": 't_bucket{le="0.00005"}', "total": "t_count"}}),
        ('t_bucket{le="1",code!="500"}', "t_count",
         {"events": {"good": 't_bucket{le=~"1|1\\\\.0",code!="500"}', "total": "t_count"}}),
        ('fast_total{le="1"}', "all_total", {"events": {"good": 'fast_total{le=~"1|1\\\\.0"}', "total": "all_total"}}),
        ('t_bucket{le="+Inf"}', "t_count", {"events": {"good": 't_bucket{le="+Inf"}', "total": "t_count"}}),
    ],
)  # fmt: skip
def test_latency(success: str, total: str, expected: object) -> None:
    """Bucket and count of one histogram are a latency; anything else counts good events, whole limits in both ways."""
    assert expected == slo(objective(indicator=latency(success, total)))["sli"]


def test_native_latency() -> None:
    """A native histogram keeps its limit; where its name tells milliseconds, the limit is meant in those."""
    text = objective(indicator="    latencyNative: {total: {metric: t_seconds}, latency: 200ms, grouping: [route]}\n")
    sli = {"native_latency": {"histogram": "t_seconds", "below": "200ms"}, "by": ["route"]}
    assert (sli, []) == (slo(text)["sli"], said(translated(text)))
    (note,) = said(translated(text.replace("t_seconds", "t_milliseconds")))
    assert note.startswith("S404: the limit is taken in the unit of the metric")


def test_a_gauge_is_a_probe() -> None:
    """A gauge that is 1 or 0 is a probe."""
    assert {"probe": {"up": 'up{job="a"}'}} == slo(objective(indicator="    bool_gauge: {metric: 'up{job=\"a\"}'}\n"))[
        "sli"
    ]


def rows(text: str, **options: str) -> list[tuple[object, ...]]:
    """Return the tiers of an objective as rows."""
    keys = ("name", "severity", "burn_rate", "long", "short", "for")
    return [tuple(tier.get(key) for key in keys) for tier in slo(text, **options)["alerting"].get("tiers", ())]


def test_the_tiers_of_28d() -> None:
    """Pyrra's four tiers, with its burn rates and its `for`."""
    assert [
        ("fast", "page", Decimal(14), "1h", "5m", "2m"),
        ("medium", "page", Decimal(7), "6h", "30m", "15m"),
        ("slow", "ticket", Decimal(2), "1d", "2h", "1h"),
        ("long-term", "ticket", Decimal(1), "4d", "6h", "3h"),
    ] == rows(objective())


def test_windows_are_scaled_and_fit_the_base() -> None:
    """Windows of 30d are rounded to minutes as Pyrra does, then to the nearest multiple of the base window."""
    times = [(long, short, hold) for *_, long, short, hold in rows(objective(window="30d"))]
    assert [
        ("1h5m", "5m", "2m"),
        ("6h25m", "30m", "16m"),
        ("1d1h45m", "2h10m", "1h4m"),
        ("4d6h50m", "6h25m", "3h13m"),
    ] == times
    (told,) = [text for text in remarks(translated(objective(window="30d")), Fate.DERIVED) if "multiples of 5m" in text]
    assert "`fast` 1h4m/5m to 1h5m/5m" in told
    slow = rows(objective(), scrape="2m")
    assert ("fast", "page", Decimal(14), "1h", "10m", "2m") == slow[0]


def test_a_tier_that_never_fires_is_left_out() -> None:
    """At 90 % the factor 14 asks for 140 % errors: Pyrra's rule is dead, and here that is said at the target."""
    translation = translated(objective(target='"90"'))
    (note,) = findings_of(translation)
    assert ("S404", '"90"') == (note.problem.code, pointed_at(note))
    assert "the tier `fast` is left out, because it can never fire" in note.message
    assert ["medium", "slow", "long-term"] == [name for name, *_ in rows(objective(target='"90"'))]


def test_an_objective_that_can_page_nobody() -> None:
    """At 80 % both tiers that page are dead; the others still compile."""
    alerting = slo(objective(target='"80"'))["alerting"]
    assert ("off", ["slow", "long-term"]) == (alerting["page"], [tier["name"] for tier in alerting["tiers"]])


def test_windows_too_short_for_a_rate() -> None:
    """A window of 1d gives Pyrra rates over 2m and 0s; what is left of them is said."""
    notes = said(translated(objective(window="1d")))
    assert "S404: the tier `fast` is left out: its windows in 1d would be 2m and 0s, too short for a rate" in notes
    assert ("medium", "page", Decimal(7), "15m", "5m", "1m") == rows(objective(window="1d"))[0]


def test_severities() -> None:
    """A severity decides who is called; the usual one of those is the priority's, any other becomes a label."""
    text = objective(rest="  alerting: {severities: {fastBurn: sev1, mediumBurn: warning, absent: warning}}\n")
    (document,) = native(text)
    fast, medium, *_ = document["slos"][0]["alerting"]["tiers"]
    assert ("page", "sev1") == (fast["severity"], fast["labels"]["severity"])
    assert ("ticket", None) == (medium["severity"], medium["labels"].get("severity"))
    assert ("P3", None) == (document["alerts"][0]["priority"], document["alerts"][0].get("labels"))


def test_labels_of_the_tiers() -> None:
    """Pyrra's labels `long`, `short` and `exhaustion` are on the alerts."""
    fast = slo(objective())["alerting"]["tiers"][0]
    assert {"long": "1h", "short": "5m", "exhaustion": "2d"} == fast["labels"]


def test_one_failure_may_alert_unless_told() -> None:
    """Pyrra has no floor; an annotation or the settings give one."""
    assert 0 == slo(objective())["alerting"]["min_bad_events"]
    assert 5 == slo(objective(), min_bad_events=5)["alerting"]["min_bad_events"]
    head = "metadata: {name: orders, annotations: {sloctl/min_bad_events: '7'}}"
    assert 7 == slo(objective(head=head))["alerting"]["min_bad_events"]
    (told,) = [text for text in remarks(translated(objective()), Fate.DERIVED) if text.startswith("one failed event")]
    assert "`min_bad_events: 5`" in told


@pytest.mark.parametrize(
    ("indicator", "watched"),
    [
        (ratio('a{code="5"}', 'a{job="x"}'), [("SLOMetricAbsentOrders", 'a{job="x"}')]),
        (ratio("failed_total", "all_total"),
         [("SLOMetricAbsentOrders", "all_total"), ("SLOMetricAbsentOrdersErrors", "failed_total")]),
        (latency('t_bucket{le="2"}', "t_count"),
         [("SLOMetricAbsentOrders", "t_count"), ("SLOMetricAbsentOrdersSuccess", 't_bucket{le=~"2|2\\\\.0"}')]),
        ("    bool_gauge: {metric: up}\n", [("SLOMetricAbsentOrders", "up")]),
        ("    latencyNative: {total: {metric: t}, latency: 1s}\n", []),
    ],
)  # fmt: skip
def test_absent_metrics(indicator: str, watched: list[tuple[str, str]]) -> None:
    """The metrics that Pyrra watches are watched, until its fastest tier would fire."""
    (document,) = native(objective(indicator=indicator))
    alerts = document.get("alerts", [])
    assert watched == [(alert["name"], alert["absent"]["of"]) for alert in alerts]
    assert {"10m"} >= {alert["absent"]["for"] for alert in alerts}


def test_names_of_alerts() -> None:
    """The alert on an absent metric keeps its name as a beginning."""
    translation = translated(objective(rest="  alerting: {absentName: orders_gone}\n"))
    assert "OrdersGoneOrders" == translation.documents[0].data["alerts"][0]["name"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("alerting", "place", "old"),
    [
        ("{absent: true}", "orders", "`ErrorBudgetBurn`"),
        ("{name: OrdersBurn}", "OrdersBurn", "`OrdersBurn` or `ErrorBudgetBurn`"),
        ("{burnrates: false}", "other", "`ErrorBudgetBurn`"),
    ],
)
def test_names_of_alerts_are_lost(alerting: str, place: str, old: str) -> None:
    """Routes match names, so it is said once for a service that those of its alerts on burn rates are other ones."""
    texts = objective(rest=f"  alerting: {alerting}\n"), objective(head="metadata: {name: other}")
    (note,) = [each for each in translated(*texts).findings if each.problem.code == "S406"]
    expected = f"the alerts are named `ErrorBudgetBurnPage` and `ErrorBudgetBurnTicket`, not {old}"
    assert (place, expected) == (pointed_at(note), note.message)


def test_without_alerts_no_name_is_lost() -> None:
    """Where Pyrra writes no alert on burn rates, nothing is said about its name."""
    assert () == translated(objective(rest="  alerting: {burnrates: false, name: OrdersBurn}\n")).findings


def test_what_has_no_counterpart_is_named() -> None:
    """Output options of Pyrra's controller are lost, and performance mode is not needed."""
    rest = (
        "  partial_response_strategy: warn\n  performanceOverAccuracy: true\n  ruleOutput: {shortRulesLabels: {a: b}}\n"
    )
    assert ["S403", "S404", "S403"] == [each[:4] for each in said(translated(objective(rest=rest)))]
