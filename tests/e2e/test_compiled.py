"""The compiled example, end to end: from the spec of the SMS help line to the page on somebody's desk."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from demo.gateway import Gateway, Traffic
from demo.process import Server, wait_until
from demo.servers import Alert, alerts, prometheus, query, victoria_metrics, vmalert

from sloctl.model.rules import Recording, RuleFile
from sloctl.pipeline.compile import compile_paths
from sloctl.pipeline.settings import load_settings
from tests.support.prometheus import Distribution
from tests.support.promtool import check_rules
from tests.support.stage import Stage

SPEC = Path(__file__).parents[2] / "examples" / "sms-helpline.yaml"
SETTINGS = "evaluation_interval: 1s\nscrape_interval: 1s\n"
SECONDS = 30.0

BUSY, ROBOTS = Traffic(sends_per_second=20), Traffic(sends_per_second=4000)
IDENTITY = {"slo_service": "sms-helpline", "slo": "delivery"}
COMMON = {"slo_service": "sms-helpline", "owner": "team-messaging", "env": "prod"}


@pytest.fixture
def compiled(tmp_path: Path) -> tuple[Path, RuleFile]:
    """The example compiled with settings for a hasty world: scraped and evaluated each second."""
    (tmp_path / "sloctl.yaml").write_text(SETTINGS)
    settings, findings = load_settings(tmp_path)
    assert [] == findings
    done = compile_paths([SPEC], settings, tmp_path, emit=True)
    assert () == done.findings
    path = tmp_path / "sms-helpline.yml"
    path.write_text(done.artifacts[0].content)
    return path, done.rule_files[0]


def recorded(database: Server, metric: str) -> float | None:
    """Return the value of the one recorded series of a metric, which has the labels of the SLO and no others."""
    found = query(database.url, metric)
    if not found:
        return None
    assert [IDENTITY | {"__name__": metric}] == [dict(sample.labels) for sample in found]
    return found[0].value


def recorded_names(database: Server) -> set[str]:
    """Return the names of all recorded series."""
    found = query(database.url, 'count by (__name__) ({__name__=~"slo:.+"})')
    return {sample.labels["__name__"] for sample in found}


def awaited(server: Server, name: str, state: str, **labels: str) -> Alert:
    """Wait until an alert with the labels is in a state, and return it."""

    def now() -> list[Alert]:
        found = [each for each in alerts(server.url, name) if each.state == state]
        return [each for each in found if labels.items() <= each.labels.items()]

    return wait_until(now, SECONDS, f"{name} {state}")[0]


def counted(gateway: Gateway, metric: str) -> float:
    """Return what the gateway has counted of a metric since it was made, over all its series."""
    samples = [sample for family in gateway.registry.collect() for sample in family.samples]
    return sum(sample.value for sample in samples if sample.name == metric)


def assert_measured(stage: Stage, database: Server, rules: RuleFile) -> None:
    """Every recording of the file is there, with plausible numbers: events, no bad ones, a whole budget, no alert."""
    wanted = {rule.record for rule in rules.rules if isinstance(rule, Recording)}
    wait_until(lambda: wanted <= recorded_names(database), SECONDS, "all recordings")
    wait_until(lambda: (recorded(database, "slo:total_events:increase30d") or 0) > 0, SECONDS, "events")
    assert 0 < (recorded(database, "slo:total_events:increase5m") or 0) < counted(stage.gateway, "sms_sends_total")
    assert 0.0 == recorded(database, "slo:bad_events:increase30d")
    assert 1.0 == recorded(database, "slo:error_budget_remaining:ratio")


def assert_outage_pages(stage: Stage, server: Server, database: Server) -> None:
    """An outage pages by the fast tier; the page says how bad it is, what to do, and where that is written."""
    stage.gateway.start_outage()
    page = awaited(server, "ErrorBudgetBurnPage", "firing", tier="fast")
    labels = COMMON | {"slo": "delivery", "priority": "P1", "notify": "page", "severity": "critical"}
    assert labels.items() <= page.labels.items()
    assert "https://runbooks.example.org/sms-helpline/delivery" == page.annotations["runbook_url"]
    assert "Switch to the second carrier, then call the first" == page.annotations["action"]
    assert "https://grafana.example.org/d/sms" == page.annotations["dashboard_url"]
    said = page.annotations["description"]
    expected = (
        r"(\d+) of (\d+) events \([\d.]+%\) in the last 1h were bad; up to 1\.44% is tolerated\. "
        r"At this rate a full 30d budget is gone in \S.*\."
    )
    match = re.fullmatch(expected, said)
    assert match, said
    assert 5 <= int(match[1]) < int(match[2])
    bad = recorded(database, "slo:bad_events:increase5m") or 0
    assert 5 <= bad <= counted(stage.gateway, "sms_send_failures_total")
    wait_until(lambda: stage.webhook.received("ErrorBudgetBurnPage", "firing"), SECONDS, "the page")


def assert_queue_is_watched(stage: Stage, server: Server) -> None:
    """Two minutes of outage, passed at once, make an old message: pending, since that has to last for ten minutes."""
    stage.gateway.advance(125)
    alert = awaited(server, "SmsQueueTooOld", "pending")
    assert (COMMON | {"priority": "P3", "notify": "ticket"}).items() <= alert.labels.items()
    assert re.fullmatch(r"The oldest has been waiting for 2m [\d.]+s\.", alert.annotations["description"])


def assert_robots_are_noticed(stage: Stage, server: Server) -> None:
    """Two machines that text each other are paged for as soon as they have sent 5000 messages."""
    stage.gateway.set_traffic(ROBOTS)
    awaited(server, "SmsVolumeRunaway", "firing")
    [page, *_] = wait_until(lambda: stage.webhook.received("SmsVolumeRunaway", "firing"), SECONDS, "the page")
    assert (COMMON | {"priority": "P2", "notify": "page", "severity": "critical"}).items() <= page.labels.items()
    assert "More than 5000 SMS were sent in an hour" == page.annotations["summary"]
    assert re.fullmatch(r"It grew by \d{4,} in the last 1h; up to 5000 is allowed\.", page.annotations["description"])
    assert "Switch the auto-responder off, then block the sender" == page.annotations["action"]
    assert "https://runbooks.example.org/sms-helpline/volume" == page.annotations["runbook_url"]


def test_prometheus_tells_the_story(distribution: Distribution, compiled: tuple[Path, RuleFile], stage: Stage) -> None:
    """Each version of Prometheus records the SLI, pages for an outage, watches the queue and notices the robots."""
    path, rules = compiled
    check_rules(path, promtool=distribution.promtool)
    stage.gateway.set_traffic(BUSY)
    with prometheus(
        scrapes=stage.scrapes,
        rules=[path],
        alertmanager=stage.alertmanager,
        evaluation_interval=None,
        program=distribution.prometheus,
    ) as server:
        assert_measured(stage, server, rules)
        assert [] == alerts(server.url)
        assert_outage_pages(stage, server, server)
        assert_queue_is_watched(stage, server)
        assert_robots_are_noticed(stage, server)


def test_vmalert_pages_by_the_same_file(
    compiled: tuple[Path, RuleFile], stage: Stage, tool: Callable[[str], str]
) -> None:
    """VictoriaMetrics with vmalert adds up the tiles, and pages for the outage and for the robots.

    It takes 10 s to notice a new series, once for each recording on a recording: this waits for those up to 1h.
    """
    tool("victoria-metrics")
    tool("vmalert")
    path, _rules = compiled
    stage.gateway.set_traffic(BUSY)
    with (
        victoria_metrics(scrapes=stage.scrapes) as database,
        vmalert(
            rules=[path], datasource=database.url, alertmanager=stage.alertmanager, evaluation_interval=None
        ) as server,
    ):
        stage.gateway.start_outage()
        wait_until(lambda: (recorded(database, "slo:bad_events:increase1h") or 0) > 0, SECONDS, "the sum of an hour")
        assert_outage_pages(stage, server, database)
        assert_robots_are_noticed(stage, server)
