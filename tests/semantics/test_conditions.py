"""Each kind of threshold alert fires beyond its level, not at it, and for nothing else."""

from pathlib import Path
from typing import Any

from tests.semantics.harness import LAG, SCRAPE, See, Spec, Story, firing, prove, scraped, service
from tests.support.prometheus import Distribution


def alert(name: str = "Alert", **condition: Any) -> Spec:
    """Write an alert with its condition; `hold` is its `for`."""
    hold = {"for": condition.pop("hold")} if "hold" in condition else {}
    return {"name": name, **condition, **hold}


def fires(at: str | int, name: str = "Alert", times: float = 1) -> See:
    """See that an alert fires."""
    return firing(at, times, f'alertname="{name}"')


def silent(at: str | int, name: str = "Alert") -> See:
    """See that an alert does not fire."""
    return firing(at, None, f'alertname="{name}"')


def test_count_above_the_level(distribution: Distribution, tmp_path: Path) -> None:
    """120 in an hour are not above 120, but above 119; when no more are sent, that is over."""
    levels = {"At": 120, "Beyond": 119}
    alerts = [alert(name, count={"of": "sent_total", "over": "1h", "above": level}) for name, level in levels.items()]
    series = {"sent_total": "50+1x150 200x20"}
    sees = [silent("70m", "At"), fires("70m", "Beyond"), silent("80m", "Beyond")]
    prove(distribution, tmp_path, service(alerts=alerts), Story(series=series, sees=sees))


def test_count_below_the_level(distribution: Distribution, tmp_path: Path) -> None:
    """10 in 10m is not below 10, 9 is; a counter that is gone, or never came, has counted nothing."""
    spec = service(
        alerts=[
            alert("Few", count={"of": "sent_total", "over": "10m", "below": 10}),
            alert("Never", count={"of": "unsent_total", "over": "10m", "below": 10}),
        ]
    )
    ten, nine = ((2, 1), (1, 0)) * 40, ((9, 1), (11, 0)) * 4
    enough = {"sent_total": scraped(100, *ten)}
    few = {"sent_total": scraped(100, *nine)}
    gone = {"sent_total": "100+40x40 stale"}
    prove(
        distribution,
        tmp_path,
        spec,
        Story(series=enough, sees=[silent("30m", "Few"), fires("30m", "Never")], step="10s"),
        Story(series=few, sees=[fires("30m", "Few")], step="10s"),
        Story(series=gone, sees=[silent("20m", "Few"), fires("40m", "Few")]),
    )


def test_count_by_label(distribution: Distribution, tmp_path: Path) -> None:
    """With `by` each sender is counted by itself, over all its series; 60 and 60 of two senders are not 120 of one."""
    of = 'sent_total{direction="out"}'
    spec = service(alerts=[alert(count={"of": of, "over": "10m", "above": 100, "by": ["sender"]})])
    series = {
        'sent_total{direction="out",sender="robot",pod="a"}': "100+3x60",
        'sent_total{direction="out",sender="robot",pod="b"}': "100+3x60",
        'sent_total{direction="out",sender="person"}': "100+3x60",
        'sent_total{direction="in",sender="person"}': "100+90x60",
    }
    prove(distribution, tmp_path, spec, Story(series=series, sees=[firing("20m", {"robot": 1}, by="sender")]))


def test_ratio_with_its_floor(distribution: Distribution, tmp_path: Path) -> None:
    """5 % is not above 5 %, 6 % is; 100 % of 9 events is too little to judge, of 10 it is not; 0/0 is nothing."""
    spec = service(alerts=[alert(ratio={"part": "bad_total", "of": "all_total", "over": "10m", "above": "5%"})])
    prove(
        distribution,
        tmp_path,
        spec,
        Story(series={"bad_total": "100+5x60", "all_total": "1000+100x60"}, sees=[silent("20m")]),
        Story(series={"bad_total": "100+6x60", "all_total": "1000+100x60"}, sees=[fires("20m")]),
        Story(series={"bad_total": "100+0.44x60", "all_total": "100+0.44x60"}, sees=[silent("20m")]),
        Story(series={"bad_total": "100+0.52x60", "all_total": "100+0.52x60"}, sees=[fires("20m")]),
        Story(series={"bad_total": "100x60", "all_total": "100x60"}, sees=[See("20m", "ALERTS", None)]),
        Story(series={"all_total": "100+40x60"}, sees=[See("20m", "ALERTS", None)]),
    )


def test_ratio_below_counts_a_missing_part_as_none(distribution: Distribution, tmp_path: Path) -> None:
    """No success at all is less than 90 % success; without traffic there is no share."""
    of = {"part": "good_total", "of": "all_total", "over": "10m", "below": "90%", "by": ["region"]}
    spec = service(alerts=[alert(ratio=of)])
    series = {
        'all_total{region="dead"}': "100+40x60",
        'all_total{region="well"}': "100+40x60",
        'good_total{region="well"}': "100+36x60",
        'all_total{region="idle"}': "100x60",
    }
    prove(distribution, tmp_path, spec, Story(series=series, sees=[firing("20m", {"dead": 1}, by="region")]))


def test_value_at_the_level_and_beyond(distribution: Distribution, tmp_path: Path) -> None:
    """120 is neither above nor below 120; beyond it the alert fires once that has lasted 5m, unless `for` says else."""
    spec = service(
        alerts=[
            alert("High", value={"of": "depth", "above": 120}),
            alert("Low", value={"of": "depth", "below": 120}),
            alert("HighAtOnce", value={"of": "depth", "above": 120}, hold="0s"),
            alert("HighLater", value={"of": "depth", "above": 120, "for": "10m"}),
        ]
    )
    at_level = Story(series={"depth": "120x60"}, sees=[See("20m", "ALERTS", None)])
    above = Story(
        series={"depth": "120x19 121x60"},
        sees=[
            fires("10m", "HighAtOnce"),
            silent(900 - SCRAPE, "High"),
            fires("15m", "High"),
            silent(1200 - SCRAPE, "HighLater"),
            fires("20m", "HighLater"),
            See("20m", 'ALERTS{alertname="Low"}', None),
        ],
    )
    below = Story(series={"depth": "119x40"}, sees=[fires("6m", "Low"), See("6m", 'ALERTS{alertname!="Low"}', None)])
    prove(distribution, tmp_path, spec, at_level, above, below)


def test_value_of_several_series(distribution: Distribution, tmp_path: Path) -> None:
    """One full queue is enough for `above`, one empty for `below`; the other ways to combine can be asked for."""
    conditions: dict[str, Spec] = {
        "Worst": {"above": 90},
        "Average": {"above": 51, "agg": "avg"},
        "Sum": {"above": 101, "agg": "sum"},
        "Emptiest": {"below": 10},
        "Each": {"above": 90, "by": ["queue"]},
    }
    alerts = [alert(name, value={"of": "depth", **more}) for name, more in conditions.items()]
    series = {'depth{queue="a"}': "95x40", 'depth{queue="b"}': "6x40"}
    sees = [
        fires("6m", "Worst"),
        silent("6m", "Average"),
        silent("6m", "Sum"),
        fires("6m", "Emptiest"),
        firing("6m", {"a": 1}, 'alertname="Each"', by="queue"),
    ]
    prove(distribution, tmp_path, service(alerts=alerts), Story(series=series, sees=sees))


def test_value_averaged_over_a_window(distribution: Distribution, tmp_path: Path) -> None:
    """A spike of one sample does not lift the average of 10m above the level; a plateau does, and needs no `for`."""
    spec = service(alerts=[alert(value={"of": "depth", "over": "10m", "above": 50})])
    spike = Story(series={"depth": "10x30 600 10x30"}, sees=[See("20m", "count_over_time(ALERTS[20m])", None)])
    plateau = Story(series={"depth": "10x30 100x30"}, sees=[silent("19m"), fires("22m")])
    prove(distribution, tmp_path, spec, spike, plateau)


def test_absent_and_back(distribution: Distribution, tmp_path: Path) -> None:
    """Gone for ten minutes it fires, with the labels that the selector pins; a short gap and the return are silent."""
    spec = service(alerts=[alert(absent={"of": 'up{job="api", zone=~"a|b"}'})])
    series = {'up{job="api",zone="a"}': f"1x20 stale {'_ ' * 10}1x20 stale {'_ ' * 40}1x40"}
    sees = [
        silent("15m"),
        silent("34m"),
        firing("37m", {"api": 1}, by="job"),
        silent("50m"),
    ]
    prove(distribution, tmp_path, spec, Story(series=series, sees=sees))


def test_absent_expects_a_number_of_series(distribution: Distribution, tmp_path: Path) -> None:
    """Two of three are too few, three are enough; from two to none the same alert goes on, without a second wait."""
    spec = service(alerts=[alert(absent={"of": 'up{job="api"}', "expect": 3})])
    series = {
        'up{job="api",pod="a"}': "1x60 stale",
        'up{job="api",pod="b"}': "1x60 stale",
        'up{job="api",pod="c"}': "1x40 stale",
    }
    sees = [
        silent("20m"),
        silent("29m"),
        fires("31m"),
        See("36m", f'count_over_time(ALERTS{{alertstate="firing"}}[{5 * 60 - 1}s])', 10),
        firing("36m", {"api": 1}, by="job"),
    ]
    prove(distribution, tmp_path, spec, Story(series=series, sees=sees))


def test_stale_success(distribution: Distribution, tmp_path: Path) -> None:
    """Exactly an hour old is not older than an hour; the newest success of the group counts."""
    spec = service(alerts=[alert(stale={"timestamp": "success_seconds", "older_than": "1h", "by": ["job"]})])
    series = {
        'success_seconds{job="late"}': "60x130",
        'success_seconds{job="fine",pod="old"}': "0x130",
        'success_seconds{job="fine",pod="new"}': "0x60 1800x70",
    }
    sees = [See("61m", "ALERTS", None), firing("61m30s", {"late": 1}, by="job")]
    prove(distribution, tmp_path, spec, Story(series=series, sees=sees))


def test_exhaustion_needs_forecast_and_level_of_one_series(distribution: Distribution, tmp_path: Path) -> None:
    """A disk that fills up and is short of space fires; one that is short and another that fills up do not."""
    condition = {"of": "free_gb", "within": "4h", "based_on": "30m", "and_below": 20}
    spec = service(alerts=[alert(exhaustion=condition)])
    steady, roomy = {'free_gb{disk="a"}': "8x100"}, {'free_gb{disk="b"}': "900-5x100"}
    doomed = {'free_gb{disk="c"}': "11-0.05x100"}  # 6 GB an hour leave its last 7 GB for 70 minutes
    prove(
        distribution,
        tmp_path,
        spec,
        Story(series=steady | roomy, sees=[See("40m", "ALERTS", None)]),
        Story(series=steady | doomed, sees=[fires("40m")]),
    )


def test_exhaustion_towards_a_ceiling(distribution: Distribution, tmp_path: Path) -> None:
    """What fills up is guarded from below, each group by itself."""
    condition = {"of": "used_percent", "reaches": 100, "within": "1h", "based_on": "20m", "and_above": 80}
    spec = service(alerts=[alert(exhaustion=condition | {"by": ["disk"]})])
    series = {
        'used_percent{disk="a"}': "80+0.2x80",
        'used_percent{disk="b"}': "20+0.7x80",
        'used_percent{disk="c"}': "90x80",
    }
    prove(distribution, tmp_path, spec, Story(series=series, sees=[firing("30m", {"a": 1}, by="disk")]))


def test_any_expression(distribution: Distribution, tmp_path: Path) -> None:
    """`expr` fires for each series of its answer, after its `for`, and goes on for `keep_firing_for`."""
    more = {"hold": "2m", "keep_firing_for": "5m"}
    spec = service(alerts=[alert(expr="depth > 5 # deep\n", **more)])
    series = {'depth{queue="a"}': "6x20 1x40", 'depth{queue="b"}': "5x60"}
    sees = [silent("1m"), firing("3m", {"a": 1}, by="queue"), fires("14m"), silent("17m")]
    prove(distribution, tmp_path, spec, Story(series=series, sees=sees))


def test_count_at_the_edges_of_its_window(distribution: Distribution, tmp_path: Path) -> None:
    """Events count from the first evaluation that knows them until they are as old as the window."""
    spec = service(alerts=[alert(count={"of": "sent_total", "over": "10m", "above": 5})])
    series = {"sent_total": scraped(1000, (30, 0), (1, 10), (40, 0))}
    came = 10 + 31 * SCRAPE + LAG
    sees = [silent(came - SCRAPE), fires(came), fires(came + 600 - 2 * SCRAPE), silent(came + 600)]
    prove(distribution, tmp_path, spec, Story(series=series, sees=sees, step="10s"))
