"""The alerts of an SLO fire when the arithmetic of burn rates says so, end when it says so, and at no other time."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.semantics.harness import LAG, SCRAPE, See, Story, firing, prove, scraped, service, short, slo
from tests.support.prometheus import Distribution

EVENTS = {"bad": "failed_total", "total": "all_total"}
SPEC = service(slos=[slo(events=EVENTS)])
REGIONS = service(slos=[short(slo(events=EVENTS, by=["region"]))])
QUICK = service(slos=[short(slo(events=EVENTS))])

RATE = 300
"""Events between two scrapes, day and night."""

QUIET = 12
"""Scrapes before anything is counted, so that the burst of history falls into windows that are there already."""

HOUR, DAY = 120, 2880
"""Scrapes in an hour and a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A share of the events fails for some scrapes, after as much traffic as a window holds.

    Only the last `even` scrapes of that traffic are played; what is older is counted at once, as it does not matter
    for a sum over the window when it came.
    """

    window: int
    share: float
    lasting: int
    even: int = 20
    after: int = 0

    def seen(self, number: int) -> int:
        """Return the time of the first evaluation that knows the scrape this many after the beginning."""
        return 10 + (QUIET + 1 + self.even + number) * SCRAPE + LAG

    def story(self, *sees: See) -> Story:
        """Tell what happens, and what is to be seen of it."""
        history = max(0, self.window - self.even - self.lasting) * RATE
        bad = RATE * self.share
        series = {
            "failed_total": scraped(1e6, (QUIET + 1 + self.even, 0), (self.lasting, bad), (self.after, 0)),
            "all_total": scraped(1e9, (QUIET, 0), (1, history), (self.even + self.lasting + self.after, RATE)),
        }
        return Story(series=series, sees=sees, step="10s")


# Scrapes until the bad events exceed L * b * (1 - S): 51.8 s, 129.6 s, 259.2 s, 259.2 s at 100 %.
GOLDEN = [
    ("fast", HOUR, 1.0, 2),
    ("slow", 6 * HOUR, 1.0, 5),
    ("trend", DAY, 1.0, 9),
    ("drain", 3 * DAY, 1.0, 9),
    ("fast", HOUR, 0.1, 18),  # 8.6 m
    ("slow", 6 * HOUR, 0.1, 44),  # 21.6 m
    ("trend", DAY, 0.1, 87),  # 43.2 m
    ("drain", 3 * DAY, 0.1, 87),
]


@pytest.mark.parametrize(("tier", "window", "share", "scrapes"), GOLDEN, ids=str)
def test_tier_fires_on_time(
    distribution: Distribution, tmp_path: Path, tier: str, window: int, share: float, scrapes: int
) -> None:
    """At 99.9 % each tier fires at the first evaluation that knows enough bad events, and not at the one before."""
    incident = Incident(window=window, share=share, lasting=scrapes, even=HOUR if window == HOUR else 20)
    alert = f'tier="{tier}"'
    early, late = firing(incident.seen(scrapes - 1), None, alert), firing(incident.seen(scrapes), 1, alert)
    prove(distribution, tmp_path, SPEC, incident.story(early, late))


def test_slow_incident_never_pages_fast(distribution: Distribution, tmp_path: Path) -> None:
    """At 1 % bad events the slow tier pages after 3.6 h, which are 432 scrapes, and the fast one never does.

    Evaluated every 5m, and so seen at scrapes 426 and 436, with 6h of traffic between those two.
    """
    spec = service(slos=[slo(events=EVENTS) | {"alerting": {"ticket": "off"}}])
    incident = Incident(window=6 * HOUR + 5, share=0.01, lasting=436, even=HOUR)
    story = incident.story(
        firing(incident.seen(426), None, 'tier="slow"'),
        firing(incident.seen(436), 1, 'tier="slow"'),
        See(incident.seen(436), 'count_over_time(ALERTS{tier="fast"}[4h])', None),
    )
    prove(distribution, tmp_path, spec, story, interval="5m")


def test_alert_ends_after_recovery(distribution: Distribution, tmp_path: Path) -> None:
    """After a full outage the fast tier is over once its 5m hold no failure, the slow one after its 30m."""
    incident = Incident(window=6 * HOUR, share=1.0, lasting=20, after=62)
    story = incident.story(
        firing(incident.seen(20 + 9), 1, 'tier="fast"'),
        firing(incident.seen(20 + 10), None, 'tier="fast"'),
        firing(incident.seen(20 + 59), 1, 'tier="slow"'),
        firing(incident.seen(20 + 60), None, 'tier="slow"'),
    )
    prove(distribution, tmp_path, SPEC, story)


def test_no_flapping_while_a_burst_ages(distribution: Distribution, tmp_path: Path) -> None:
    """Failures that all fell between two scrapes keep the slow tier firing for half an hour without a break.

    They are 1500 of the 216,000 events in 6h, of which 1296 are tolerated.
    """
    incident = Incident(window=6 * HOUR, share=5.0, lasting=1, after=62)
    first, last = incident.seen(1), incident.seen(60)
    counted = f'count_over_time(ALERTS{{alertstate="firing", tier="slow"}}[{last - first + 10}s])'
    story = incident.story(See(last, counted, 60), firing(incident.seen(61), None, 'tier="slow"'))
    prove(distribution, tmp_path, SPEC, story)


def test_floor_on_bad_events(distribution: Distribution, tmp_path: Path) -> None:
    """One request a minute: 4 failures call nobody though they are far above the share; the fifth pages."""
    series = {
        "failed_total": scraped(100, (70, 0), *((1, 1), (1, 0)) * 5),
        "all_total": scraped(1000, *((1, 1), (1, 0)) * 40),
    }
    sees = [
        See(10 + 78 * SCRAPE + LAG, "slo:bad_events:increase30m", 4),
        See(10 + 78 * SCRAPE + LAG, "ALERTS", None),
        See(10 + 79 * SCRAPE + LAG, "slo:bad_events:increase30m", 5),
        firing(10 + 79 * SCRAPE + LAG, 1),
    ]
    prove(distribution, tmp_path, QUICK, Story(series=series, sees=sees, step="10s"))


def test_single_failure_when_the_spec_asks_for_it(distribution: Distribution, tmp_path: Path) -> None:
    """With `min_bad_events: 1` the first failure of a quiet service pages."""
    spec = service(slos=[short(slo(events=EVENTS), min_bad_events=1)])
    series = {"failed_total": scraped(100, (70, 0), (1, 1)), "all_total": scraped(1000, *((1, 1), (1, 0)) * 36)}
    at = 10 + 71 * SCRAPE + LAG
    prove(
        distribution,
        tmp_path,
        spec,
        Story(series=series, sees=[firing(at - SCRAPE, None), firing(at, 1)], step="10s"),
    )


def test_missing_data(distribution: Distribution, tmp_path: Path) -> None:
    """A ticket half an hour after the series went away, not sooner; none once they are back."""
    series = {"failed_total": "100+0x139 stale", "all_total": f"1000+40x139 stale {'_ ' * 90}9000+40x30"}
    sees = [
        See("74m", 'ALERTS{alertname="SLODataMissing"}', None),
        See("76m", 'ALERTS{alertname="SLODataMissing",alertstate="pending"}', 1),
        firing("104m", None),
        firing("106m", 1, 'alertname="SLODataMissing",tier="no_data",notify="page"'),
        firing("106m", 1),
        See("118m", "ALERTS", None),
    ]
    spec = service(slos=[short(slo(events=EVENTS), no_data="page")])
    prove(distribution, tmp_path, spec, Story(series=series, sees=sees))


def test_missing_data_of_one_group(distribution: Distribution, tmp_path: Path) -> None:
    """With `by` only the group that is gone is missing; what never was there is not missing."""
    series = {'all_total{region="eu"}': "1000+40x79 stale", 'all_total{region="us"}': "1000+40x160"}
    spec = service(slos=[short(slo(events=EVENTS, by=["region"]), no_data="page")])
    sees = [
        firing("77m", {"eu": 1}, 'alertname="SLODataMissing"', by="region"),
        firing("77m", 1),
    ]
    never = [See("77m", "ALERTS", None), See("77m", "slo:total_events:increase5m", None)]
    prove(
        distribution,
        tmp_path,
        spec,
        Story(series=series, sees=sees),
        Story(series={"other_total": "1+1x160"}, sees=never),
    )


def test_missing_data_is_forgotten_after_a_day(distribution: Distribution, tmp_path: Path) -> None:
    """Who does not care for a day that the data is gone is not reminded for ever."""
    spec = service(slos=[short(slo(events=EVENTS), no_data="page")])
    series = {"all_total": "1000+40x79 stale"}
    sees = [firing("24h", 1, 'alertname="SLODataMissing"'), See("25h", "ALERTS", None)]
    prove(distribution, tmp_path, spec, Story(series=series, sees=sees), interval="5m")
