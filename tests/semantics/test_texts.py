"""What the person who is called reads: every word of it, as Prometheus prints it."""

from pathlib import Path
from typing import Any

from tests.semantics.harness import Says, Spec, Story, prove, service, short, slo
from tests.support.prometheus import Distribution

LABELS = {"slo_service": "shop", "owner": "team-shop", "priority": "P1", "notify": "page", "severity": "critical"}
GIVEN = {"action": "Look"}


def reads(at: str, name: str, summary: str, description: str, **labels: str) -> Says:
    """Expect a threshold alert with these texts and these labels beside the static ones."""
    runbook = f"https://runbooks.example.org/{name}"
    annotations = {"summary": summary, "description": description, "runbook_url": runbook, **GIVEN}
    return Says(at, name, LABELS | labels, annotations)


def reads_slo(at: str, alert: str, tier: str, summary: str, description: str, **more: Any) -> Says:
    """Expect an alert of the SLO `orders` with these texts."""
    labels = LABELS | {"slo": "orders", "tier": tier} | more.get("labels", {})
    runbook = "https://runbooks.example.org/orders"
    annotations = {"summary": summary, "description": description, "runbook_url": runbook} | GIVEN
    return Says(at, alert, labels, annotations | more.get("annotations", {}))


EVENTS = {"bad": "failed_total", "total": "all_total"}


def test_burning_budget(distribution: Distribution, tmp_path: Path) -> None:
    """What is broken for whom and how badly; what is tolerated; how long a budget lasts at this pace.

    10 of 15 events each half minute are bad: a budget of 0.1 % of an hour is gone in 5.4 s.
    """
    spec = service(slos=[short(slo(events=EVENTS) | {"description": "Orders are accepted"})])
    series = {"failed_total": "100+10x90", "all_total": "100+15x90"}
    page = reads_slo(
        "41m",
        "ErrorBudgetBurnPage",
        "quick",
        "shop/orders: more than 1.2 times the errors that 99.9% allows (Orders are accepted)",
        "600 of 900 events (66.67%) in the last 30m were bad; up to 0.12% is tolerated. "
        "At this rate a full 1h budget is gone in 5.4s.",
    )
    prove(distribution, tmp_path, spec, Story(series=series, says=[page]))


def test_burning_budget_of_an_awkward_group(distribution: Distribution, tmp_path: Path) -> None:
    """Quotes, backslashes, backticks, braces and any script in a label's value; the numbers are those of its group."""
    spec = service(slos=[short(slo(events=EVENTS, by=["region"]) | {"description": "It is {{ here }}"})])
    region = 'S\u00fc"d\\ost `{{ x }}` \u6771 \U0001f525'
    written = region.replace("\\", "\\\\").replace('"', '\\"')
    series = {
        f'failed_total{{region="{written}"}}': "100+10x90",
        f'all_total{{region="{written}"}}': "100+15x90",
        'all_total{region="fine"}': "100+1500x90",
    }
    page = reads_slo(
        "41m",
        "ErrorBudgetBurnPage",
        "quick",
        f"shop/orders (region {region}): more than 1.2 times the errors that 99.9% allows (It is {{{{ here }}}})",
        "600 of 900 events (66.67%) in the last 30m were bad; up to 0.12% is tolerated. "
        "At this rate a full 1h budget is gone in 5.4s.",
        labels={"region": region},
    )
    prove(distribution, tmp_path, spec, Story(series=series, says=[page]))


def test_drain_and_error_ratio(distribution: Distribution, tmp_path: Path) -> None:
    """At a burn rate of 1 there are simply more errors than allowed; an error ratio has no number of events."""
    tier = {"name": "drain", "severity": "page", "budget": "50%", "long": "30m", "short": "5m"}
    ratio = slo(raw={"error_ratio": "avg_over_time(ratio[$window])"}, objective="99%")
    spec = service(slos=[ratio | {"period": "1h", "alerting": {"tiers": [tier], "no_data": "off"}}])
    page = reads_slo(
        "40m",
        "ErrorBudgetBurnPage",
        "drain",
        "shop/orders: more errors than 99% allows",
        "2.6% of all events in the last 30m were bad; up to 1% is tolerated. "
        "At this rate a full 1h budget is gone in 23m 4s.",
    )
    prove(distribution, tmp_path, spec, Story(series={"ratio": "0.026x90"}, says=[page]))


def test_missing_data(distribution: Distribution, tmp_path: Path) -> None:
    """What is missing, since when, and what to look at; the group too."""
    spec = service(slos=[short(slo(events=EVENTS, by=["region"]), no_data="page")])
    ticket = reads_slo(
        "80m",
        "SLODataMissing",
        "no_data",
        "shop/orders (region eu): no data, so an outage would go unnoticed",
        "The series behind the SLI were there during the last day and have been gone for 30m.",
        labels={"region": "eu"},
        annotations={
            "impact": "As long as they are gone, no other alert of this SLO can fire.",
            "action": "Find out why the metrics are gone: target, scrape job, exporter, or a renamed metric.",
        },
    )
    prove(distribution, tmp_path, spec, Story(series={'all_total{region="eu"}': "1+1x80 stale"}, says=[ticket]))


def every_condition() -> list[Spec]:
    """Write one alert of each kind, with and without groups."""
    conditions: list[dict[str, Any]] = [
        {"name": "Many", "count": {"of": 'sent_total{to!=""}', "over": "10m", "above": 1000, "by": ["to"]}},
        {"name": "Few", "count": {"of": "gone_total", "over": "10m", "below": 10}},
        {"name": "Share", "ratio": {"part": "bad_total", "of": "sent_total", "over": "10m", "above": "5%"}},
        {"name": "High", "value": {"of": "depth", "above": 120, "by": ["queue"]}},
        {"name": "Low", "value": {"of": "depth", "below": 5000, "over": "10m", "agg": "sum"}},
        {"name": "Absent", "absent": {"of": 'up{job="api"}'}},
        {"name": "TooFew", "absent": {"of": 'up{job="db"}', "expect": 3}},
        {"name": "AllGone", "absent": {"of": 'up{job="cache"}', "expect": 2}},
        {"name": "Stale", "stale": {"timestamp": "done_seconds", "older_than": "10m"}},
        {"name": "Full", "exhaustion": {"of": "free", "within": "4h", "based_on": "10m", "and_below": 5000}},
        {"name": "Any", "expr": 'depth{queue="a"} > 9'},
    ]
    return conditions


def test_threshold_alerts(distribution: Distribution, tmp_path: Path) -> None:
    """Each kind says what it watches, what it measured, and what would be fine."""
    down = "target is down, its scrape fails, or the metric was renamed."
    says = [
        reads(
            "20m",
            "Many",
            'sent_total{to!=""} grew by more than 1000 in 10m (to a "b")',
            "It grew by 2000 in the last 10m; up to 1000 is allowed.",
            to='a "b"',
        ),
        reads(
            "20m",
            "Few",
            "gone_total grew by less than 10 in 10m",
            "It grew by 0 in the last 10m; at least 10 is expected.",
        ),
        reads("20m", "Share", "bad_total is above 5% of sent_total", "7.5% over the last 10m; up to 5% is allowed."),
        reads("20m", "High", "depth is above 120 (queue a)", "The max is 1.5k; up to 120 is allowed.", queue="a"),
        reads(
            "20m",
            "Low",
            "depth is below 5000, averaged over 10m",
            "The sum is 1.5k, averaged over 10m; at least 5000 is expected.",
        ),
        reads("20m", "Absent", 'There are no series of up{job="api"}', f"A {down}", job="api"),
        reads(
            "20m", "TooFew", 'There are fewer than 3 series of up{job="db"}', f"2 of 3 are reported: a {down}", job="db"
        ),
        reads(
            "20m",
            "AllGone",
            'There are fewer than 2 series of up{job="cache"}',
            f"0 of 2 are reported: a {down}",
            job="cache",
        ),
        reads(
            "20m",
            "Stale",
            "No success for more than 10m: done_seconds",
            "The last success was 19m 0s ago; up to 10m is allowed.",
        ),
        reads("20m", "Full", "free will reach 0 within 4h", "3k now; at the pace of the last 10m it is 0 in 4h."),
        reads("20m", "Any", 'depth{queue="a"} > 9', "The value is 1.5k.", queue="a"),
    ]
    series = {
        'sent_total{to="a \\"b\\""}': "100+100x60",
        "bad_total": "100+7.5x60",
        'depth{queue="a"}': "1500x60",
        'up{job="db",pod="a"}': "1x60",
        'up{job="db",pod="b"}': "1x60",
        "done_seconds": "60x60",
        "free": "5000-50x60",
    }
    prove(distribution, tmp_path, service(alerts=every_condition()), Story(series=series, says=says))


def test_own_texts_and_labels(distribution: Distribution, tmp_path: Path) -> None:
    """Summary and description of the spec are templates; everything else is printed as it was written."""
    alert = {
        "name": "Deep",
        "value": {"of": "depth", "above": 1, "by": ["queue"]},
        "summary": "{{ $labels.queue }} is deep",
        "description": '{{ $value | printf "%.1f" }} m',
        "impact": 'Water, {{ 100 % }} of "it"',
        "action": "Run `drain {{queue}}`",
        "labels": {"room": "cellar", "severity": "wet"},
        "annotations": {"wiki": "see {{ $labels.queue }}"},
        "dashboard": "https://grafana.example.org/d/{name}",
    }
    annotations = {
        "summary": "a is deep",
        "description": "2.0 m",
        "impact": 'Water, {{ 100 % }} of "it"',
        "action": "Run `drain {{queue}}`",
        "runbook_url": "https://runbooks.example.org/Deep",
        "dashboard_url": "https://grafana.example.org/d/Deep",
        "wiki": "see a",
    }
    says = Says("6m", "Deep", LABELS | {"queue": "a", "room": "cellar", "severity": "wet"}, annotations)
    story = Story(series={'depth{queue="a"}': "2x20"}, says=[says])
    prove(distribution, tmp_path, service(alerts=[alert]), story)
