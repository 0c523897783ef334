"""Long windows are the sum of short ones: nothing is lost between them, gaps count 0, groups stay apart."""

from pathlib import Path

from tests.semantics.harness import LAG, SCRAPE, See, Story, firing, near, no_nan, prove, scraped, service, short, slo
from tests.support.prometheus import Distribution

EVENTS = {"bad": "failed_total", "total": "all_total"}
SPEC = service(slos=[short(slo(events=EVENTS))])
REGIONS = service(slos=[short(slo(events=EVENTS, by=["region"]))])


def scrape(number: int) -> int:
    """Return the time of the evaluation that is the first to see a scrape of `scraped`, in seconds."""
    return 10 + number * SCRAPE + LAG


def test_window_is_the_growth_of_the_counter(distribution: Distribution, tmp_path: Path) -> None:
    """However unevenly events arrive: 5m, 30m and 1h are the counter now less the counter then, to the event."""
    growth = [(number * number) % 17 for number in range(140)]
    seen = 130
    series = {"all_total": scraped(1000, *((1, each) for each in growth)), "failed_total": scraped(7, (140, 0))}
    sees = [
        See(scrape(seen), f"slo:total_events:increase{window}", sum(growth[seen - scrapes : seen]))
        for window, scrapes in (("5m", 10), ("30m", 60), ("1h", 120))
    ]
    prove(distribution, tmp_path, SPEC, Story(series=series, sees=sees, step="10s"))


def test_burst_between_two_scrapes_is_neither_lost_nor_doubled(distribution: Distribution, tmp_path: Path) -> None:
    """300 failures between two scrapes are 300 in 30m at each evaluation of the next half hour, and then none."""
    series = {"failed_total": scraped(1000, (30, 0), (1, 300), (80, 0)), "all_total": scraped(9000, (111, 400))}
    first, last = scrape(31), scrape(31) + 1800 - SCRAPE
    bad = "slo:bad_events:increase30m"
    sees = [
        See(first - SCRAPE, bad, 0),
        See(last, f"min_over_time({bad}[{last - first}s])", 300),
        See(last, f"max_over_time({bad}[{last - first}s])", 300),
        See(last + SCRAPE, bad, 0),
    ]
    prove(distribution, tmp_path, SPEC, Story(series=series, sees=sees, step="10s"))


def test_windows_fill_with_history(distribution: Distribution, tmp_path: Path) -> None:
    """A new series has its ratio and its burn rate from its first minutes on; longer windows hold what there is.

    After 6m and 10m30s it has grown by 480 and 840, 40 each half minute.
    """
    series = {"failed_total": "100+4x60", "all_total": "1000+40x60"}
    sees = [
        See("6m", "slo:total_events:increase5m", 400),
        near("6m", "slo:total_events:increase1h", 480, 40),
        near("10m30s", "slo:total_events:increase1h", 840, 40),
        See("6m", "slo:error_ratio:period", 0.1),
        See("6m", "slo:error_budget_remaining:ratio", -99),
        See("6m", "slo:burn_rate:ratio1h", 100),
    ]
    prove(distribution, tmp_path, SPEC, Story(series=series, sees=sees))


def test_gap_in_the_scrapes_counts_nothing_and_costs_nothing_else(distribution: Distribution, tmp_path: Path) -> None:
    """After ten minutes without scrapes the windows miss those ten minutes, and never a tile of others.

    40 events each half minute for 40m, a gap of 10m (20 scrapes), 40 again: 1h holds 50m of them at most. Each level
    looks back at moments of the gap, at which its own tiles were missing.
    """
    gap = "_ _ _ " * 19
    series = {
        "failed_total": f"{scraped(100, (80, 0))} {gap} {scraped(100, (90, 0))}",
        "all_total": f"{scraped(1000, (80, 40))} {gap} {scraped(9000, (90, 40))}",
    }
    total, later = "slo:total_events:increase1h", f"{scrape(180) - scrape(125)}s"
    sees = [
        See(scrape(78), "slo:total_events:increase5m", 400),
        See(scrape(96), "slo:total_events:increase5m", None),
        # 40m were counted, and go on being there while the newest 5m are missing.
        near(scrape(96), total, 80 * 40, 40),
        See(scrape(96), "slo:error_ratio:period", 0),
        near(scrape(180), f"min_over_time({total}[{later}])", 100 * 40, 40),
        near(scrape(180), f"max_over_time({total}[{later}])", 100 * 40, 40),
        no_nan(scrape(180), "90m"),
    ]
    prove(distribution, tmp_path, SPEC, Story(series=series, sees=sees, step="10s"))


def test_period_budget_and_burn_rate(distribution: Distribution, tmp_path: Path) -> None:
    """Six minutes at 5 % bad in an otherwise clean hour: ratio, remaining budget and burn rate by hand.

    Of 4800 events in the period of 1h, 24 are bad: 0.5 %, five times the budget of 0.1 %, which leaves minus four.
    """
    series = {"failed_total": scraped(1000, (60, 0), (12, 2), (60, 0)), "all_total": scraped(9000, (132, 40))}
    sees = [
        See(scrape(130), "slo:error_ratio:period", 0.005),
        See(scrape(130), "slo:error_budget_remaining:ratio", -4),
        See(scrape(130), "slo:burn_rate:ratio1h", 5),
        See(scrape(130), "slo:objective:ratio", 0.999),
        See(scrape(130), 'slo:info{owner="team-shop",objective="99.9",period="1h"}', 1),
        firing(scrape(130), None),
    ]
    prove(distribution, tmp_path, SPEC, Story(series=series, sees=sees, step="10s"))


def test_groups_are_measured_apart(distribution: Distribution, tmp_path: Path) -> None:
    """An outage in one region is not thinned by the traffic of another; a region without failures has a clean ratio."""
    series = {
        'failed_total{region="eu"}': "100+20x76",
        'all_total{region="eu"}': "1000+20x76",
        'all_total{region="us",pod="a"}': "1000+3000x76",
        'all_total{region="us",pod="b"}': "1000+1000x76",
    }
    sees = [
        See("36m", "slo:bad_events:increase30m", {"eu": 1200, "us": 0}, "region"),
        See("36m", "slo:total_events:increase30m", {"eu": 1200, "us": 240_000}, "region"),
        See("36m", "slo:error_ratio:period", {"eu": 1, "us": 0}, "region"),
        See("36m", "slo:error_budget_remaining:ratio", {"eu": -999, "us": 1}, "region"),
        firing("36m", {"eu": 1}, by="region"),
    ]
    prove(distribution, tmp_path, REGIONS, Story(series=series, sees=sees))


def test_group_that_is_gone_keeps_its_share_of_the_budget(distribution: Distribution, tmp_path: Path) -> None:
    """A region that was switched off stays in the period until its events have left it."""
    series = {
        'failed_total{region="old"}': "1000+4x40 stale",
        'all_total{region="old"}': "1000+40x40 stale",
        'all_total{region="new"}': "1000+40x200",
    }
    sees = [
        See("40m", "slo:error_ratio:period", {"old": 0.1, "new": 0}, "region"),
        See("90m", "slo:error_ratio:period", {"new": 0}, "region"),
    ]
    prove(distribution, tmp_path, REGIONS, Story(series=series, sees=sees))


def test_longer_levels_add_up(distribution: Distribution, tmp_path: Path) -> None:
    """2h is made of hours as 1h is of minutes."""
    spec = service(slos=[slo(events=EVENTS)])
    series = {"failed_total": "5000+1x260", "all_total": "5000+40x260"}
    sees = [
        See("2h10m", f"slo:{counted}_events:increase{window}", hours * 120 * rate)
        for counted, rate in (("bad", 1), ("total", 40))
        for window, hours in (("1h", 1), ("2h", 2))
    ]
    prove(distribution, tmp_path, spec, Story(series=series, sees=sees), interval="5m")
