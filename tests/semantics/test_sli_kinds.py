"""Each SLI kind counts bad and total events as they were."""

from pathlib import Path

from tests.semantics.harness import See, Story, firing, no_nan, prove, scraped, service, short, slo
from tests.support.prometheus import Distribution
from tests.support.promtool import check_rules

BAD5, TOTAL5 = "slo:bad_events:increase5m", "slo:total_events:increase5m"
BAD30, TOTAL30 = "slo:bad_events:increase30m", "slo:total_events:increase30m"
RATIO, LEFT = "slo:error_ratio:period", "slo:error_budget_remaining:ratio"

EVENTS = service(
    slos=[
        short(slo("bad-total", events={"bad": "failed_total", "total": "all_total"})),
        short(slo("good-total", events={"good": "fine_total", "total": "all_total"})),
        short(slo("good-bad", events={"good": "fine_total", "bad": "failed_total"})),
    ]
)


def every(number: float) -> dict[str, float]:
    """Expect the same number of all three ways to write an events SLI."""
    return dict.fromkeys(("bad-total", "good-total", "good-bad"), number)


def test_events_from_any_two_counters(distribution: Distribution, tmp_path: Path) -> None:
    """2 bad and 38 good events each half minute are 20 of 400 in 5m, 120 of 2400 in 30m, however they are counted."""
    series = {"failed_total": "100+2x72", "fine_total": "900+38x72", "all_total": "1000+40x72"}
    sees = [
        See("36m", BAD5, every(20), "slo"),
        See("36m", TOTAL5, every(400), "slo"),
        See("36m", BAD30, every(120), "slo"),
        See("36m", TOTAL30, every(2400), "slo"),
        See("36m", RATIO, every(0.05), "slo"),
    ]
    prove(distribution, tmp_path, EVENTS, Story(series=series, sees=sees))


def test_failures_never_seen_are_none(distribution: Distribution, tmp_path: Path) -> None:
    """Without a series of failures nothing was bad: the ratio is 0, the whole budget is left, nothing fires."""
    series = {"fine_total": "1000+40x72", "all_total": "1000+40x72"}
    sees = [
        See("36m", BAD30, every(0), "slo"),
        See("36m", TOTAL30, every(2400), "slo"),
        See("36m", RATIO, every(0), "slo"),
        See("36m", LEFT, every(1), "slo"),
        firing("36m", None),
    ]
    prove(distribution, tmp_path, EVENTS, Story(series=series, sees=sees))


def test_success_never_seen_is_an_outage(distribution: Distribution, tmp_path: Path) -> None:
    """Without a series of successes everything was bad, and each of the three pages."""
    series = {"failed_total": "1000+40x72", "all_total": "1000+40x72"}
    sees = [See("36m", BAD5, every(400), "slo"), See("36m", RATIO, every(1), "slo"), firing("36m", every(1), by="slo")]
    prove(distribution, tmp_path, EVENTS, Story(series=series, sees=sees))


def test_no_traffic_is_no_alert(distribution: Distribution, tmp_path: Path) -> None:
    """Counters that stand still are 0 of 0: recorded as such, without a ratio, without NaN, and without alert."""
    series = {"failed_total": "100x130", "fine_total": "900x130", "all_total": "1000x130"}
    sees = [
        See("60m", BAD30, every(0), "slo"),
        See("60m", TOTAL30, every(0), "slo"),
        See("60m", RATIO, None),
        no_nan("60m", "59m"),
        See("60m", "count_over_time(ALERTS[60m])", None),
    ]
    prove(distribution, tmp_path, EVENTS, Story(series=series, sees=sees))


def test_restart_is_no_burst(distribution: Distribution, tmp_path: Path) -> None:
    """A process that restarts counts from 0; what it had counted before is not counted again."""
    series = {
        "failed_total": scraped(500, (50, 2)) + " " + scraped(2, (30, 2)),
        "fine_total": scraped(5000, (50, 38)) + " " + scraped(38, (30, 38)),
        "all_total": scraped(5500, (50, 40)) + " " + scraped(40, (30, 40)),
    }
    sees = [
        See("36m", BAD30, every(120), "slo"),
        See("36m", TOTAL30, every(2400), "slo"),
        See("36m", f"max_over_time({TOTAL5}[15m])", every(400), "slo"),
    ]
    prove(distribution, tmp_path, EVENTS, Story(series=series, sees=sees, step="10s"))


def test_latency_finds_the_bucket_however_it_is_written(distribution: Distribution, tmp_path: Path) -> None:
    """`1` and `1.0`, a metric in milliseconds, and a tiny limit that Go writes as `5e-05`: 4 of 40 are slower."""
    spec = service(
        slos=[
            short(slo("second", latency={"histogram": "seconds", "below": "1s"})),
            short(slo("millis", latency={"histogram": 'took_milliseconds{job="a"}', "below": "300ms"})),
            short(slo("millis-float", latency={"histogram": 'took_milliseconds_bucket{job="b"}', "below": "300ms"})),
            short(slo("minutes", latency={"histogram": "long_seconds", "below": "5m"})),
        ]
    )
    fast, all_of_them = "1000+36x72", "2000+40x72"
    series = {
        'seconds_bucket{le="1",instance="go"}': fast,
        'seconds_bucket{le="1.0",instance="python"}': fast,
        'seconds_bucket{le="10",instance="go"}': all_of_them,
        'seconds_count{instance="go"}': all_of_them,
        'seconds_count{instance="python"}': all_of_them,
        'took_milliseconds_bucket{le="300",job="a"}': fast,
        'took_milliseconds_count{job="a"}': all_of_them,
        'took_milliseconds_bucket{le="300.0",job="b"}': fast,
        'took_milliseconds_bucket{le="0.3",job="b"}': all_of_them,
        'took_milliseconds_count{job="b"}': all_of_them,
        'long_seconds_bucket{le="300"}': fast,
        "long_seconds_count": all_of_them,
    }
    slow, count = {"second": 80, "millis": 40, "millis-float": 40, "minutes": 40}, 400
    sees = [
        See("36m", BAD5, slow, "slo"),
        See("36m", TOTAL5, {name: 2 * count if name == "second" else count for name in slow}, "slo"),
        See("36m", RATIO, dict.fromkeys(slow, 0.1), "slo"),
    ]
    prove(distribution, tmp_path, spec, Story(series=series, sees=sees))


def test_probe_counts_failed_probes(distribution: Distribution, tmp_path: Path) -> None:
    """One probe in four fails in one room, none in the other; a room that is never probed is not there."""
    spec = service(slos=[short(slo(probe={"up": "probe_success"}, by=["room"]))])
    series = {
        'probe_success{room="attic"}': "_ 1 _ _ 0 _ _ 1 _ _ 1 _ " * 40,
        'probe_success{room="cellar"}': "_ 1 _ " * 160,
    }
    sees = [
        See("36m", BAD30, {"attic": 15, "cellar": 0}, "room"),
        See("36m", TOTAL30, {"attic": 60, "cellar": 60}, "room"),
        See("36m", RATIO, {"attic": 0.25, "cellar": 0}, "room"),
    ]
    prove(distribution, tmp_path, spec, Story(series=series, sees=sees, step="10s"))


def test_timeslice_leaves_out_slices_without_traffic(distribution: Distribution, tmp_path: Path) -> None:
    """A minute at the level is bad with `below` and `above`, good with `at_most` and `at_least`; no value, no slice.

    Ten minutes NaN, ten minutes bad, ten minutes good; nothing is missing data, so nobody is called for a quiet night.
    """
    sides = ("below", "above", "at_most", "at_least")
    slices = {side: {"expr": "quotient / 2", side: 3, "slice": "1m"} for side in sides}
    spec = service(slos=[short(slo(side.replace("_", "-"), timeslice=fields)) for side, fields in slices.items()])
    series = {"quotient": f"{'NaN ' * 21}6x20 4x20 {'NaN ' * 80}"}
    sees = [
        See(630, TOTAL5, {"below": 0, "above": 0, "at-most": 0, "at-least": 0}, "slo"),
        See(1830, TOTAL30, {"below": 20, "above": 20, "at-most": 20, "at-least": 20}, "slo"),
        See(1830, BAD30, {"below": 10, "above": 20, "at-most": 0, "at-least": 10}, "slo"),
        See("64m", TOTAL30, {"below": 0, "above": 0, "at-most": 0, "at-least": 0}, "slo"),
        See("64m", 'ALERTS{alertname="SLODataMissing"}', None),
        no_nan("64m", "63m"),
    ]
    prove(distribution, tmp_path, spec, Story(series=series, sees=sees))


def test_comments_of_the_spec_do_no_harm(distribution: Distribution, tmp_path: Path) -> None:
    """A comment behind a selector or an expression does not swallow the range or the bracket that follows it."""
    bad, total = "failed_total # by carrier\n", "# outbound\nall_total # all"
    spec = service(
        slos=[
            short(slo("events", events={"bad": bad, "total": total})),
            short(slo("raw", raw={"error_ratio": "rate(failed_total[$window]) / rate(all_total[$window]) # share"})),
            short(slo("timeslice", timeslice={"expr": "rate(failed_total[$window]) # a second\n", "below": 1})),
            short(slo("latency", latency={"histogram": "seconds # of work\n", "below": "1s"})),
            short(slo("probe", probe={"up": "up # reachable"})),
        ]
    )
    series = {
        "failed_total": "100+2x40",
        "all_total": "1000+40x40",
        'seconds_bucket{le="1"}': "1000+40x40",
        "seconds_count": "1000+40x40",
        "up": "1x40",
    }
    sees = [See("8m", RATIO, {"events": 0.05, "raw": 0.05, "timeslice": 0, "latency": 0, "probe": 0}, "slo")]
    prove(distribution, tmp_path, spec, Story(series=series, sees=sees))


RAW = service(
    slos=[
        short(slo("ratio", raw={"error_ratio": "rate(failed_total[$window]) / rate(all_total[$window])"})),
        short(
            slo(
                "counts",
                raw={
                    "bad": "increase(all_total[$window]) * (rate(failed_total[$window]) / rate(all_total[$window]))",
                    "total": "increase(all_total[$window])",
                },
            )
        ),
    ]
)


def test_raw_expressions_count_as_given(distribution: Distribution, tmp_path: Path) -> None:
    """An error ratio of 5 % is 0.05 of each base window; bad and total count events; both come to 5 %."""
    series = {'failed_total{pod="a"}': "100+2x72", 'all_total{pod="a"}': "1000+40x72"}
    sees = [
        See("36m", BAD30, {"ratio": 0.3, "counts": 120}, "slo"),
        See("36m", TOTAL30, {"ratio": 6, "counts": 2400}, "slo"),
        See("36m", RATIO, {"ratio": 0.05, "counts": 0.05}, "slo"),
    ]
    prove(distribution, tmp_path, RAW, Story(series=series, sees=sees))


def test_raw_expression_without_traffic(distribution: Distribution, tmp_path: Path) -> None:
    """0/0 of an idle pod does not hide the outage of another; where all are idle, there are no events and no NaN."""
    idle = {'failed_total{pod="idle"}': "100x150", 'all_total{pod="idle"}': "1000x150"}
    outage = {'failed_total{pod="busy"}': "100+40x150", 'all_total{pod="busy"}': "1000+40x150"}
    mixed = [
        See("36m", BAD30, {"ratio": 6, "counts": 2400}, "slo"),
        See("36m", TOTAL30, {"ratio": 6, "counts": 2400}, "slo"),
        no_nan("36m", "35m"),
    ]
    quiet = [
        See("60m", BAD30, {"ratio": 0, "counts": 0}, "slo"),
        See("60m", TOTAL30, {"ratio": 0, "counts": 0}, "slo"),
        See("60m", "ALERTS", None),
        no_nan("60m", "59m"),
    ]
    prove(distribution, tmp_path, RAW, Story(series=idle | outage, sees=mixed), Story(series=idle, sees=quiet))


def test_native_histogram(distribution: Distribution, tmp_path: Path) -> None:
    """A quarter of the requests took longer than a second; with no requests nothing was slow and nothing is NaN.

    Prometheus 2's promtool has no notation for native histograms; there the rules must at least load.
    """
    spec = service(slos=[short(slo(native_latency={"histogram": "took_seconds", "below": "1s"}))])
    if distribution.version.startswith("2."):
        prove(distribution, tmp_path, spec)
        check_rules(tmp_path / "rules.yml", promtool=distribution.promtool)
        return
    # Schema 0 has the boundaries 1, 2, 4: bucket 0 reaches from 0.5 to 1, bucket 1 from 1 to 2.
    grown = "{{schema:0 count:4000 sum:4000 buckets:[3000 1000]}}+{{schema:0 count:40 sum:40 buckets:[30 10]}}x72"
    still = "{{schema:0 count:40 sum:40 buckets:[30 10]}}x72"
    busy = [See("36m", BAD5, 100), See("36m", TOTAL5, 400), See("36m", RATIO, 0.25)]
    idle = [See("36m", BAD5, 0), See("36m", TOTAL5, 0), See("36m", "ALERTS", None), no_nan("36m", "35m")]
    prove(
        distribution,
        tmp_path,
        spec,
        Story(series={"took_seconds": grown}, sees=busy),
        Story(series={"took_seconds": still}, sees=idle),
    )
