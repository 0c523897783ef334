"""The harness works: from the gateway's counter to the notification at the webhook, on real servers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from demo.gateway import JOB, Gateway, Traffic, serving
from demo.process import Server, wait_until
from demo.servers import alertmanager, alerts, notify, prometheus, query, victoria_metrics, vmalert
from demo.webhook import Webhook, listening

from tests.support.prometheus import Distribution

RULES = """\
groups:
  - name: alerts/try-out
    interval: 30s
    rules:
      - record: sends:increase1h
        expr: sum by (region) (increase(sms_sends_total{job="helpline",direction="outbound"}[1h]))
      - alert: TooMany
        expr: sends:increase1h{region="eu"} > 50
        for: 2s
        labels: {severity: critical}
        annotations: {summary: '{{ $value | printf "%.0f" }} messages'}
"""

LOOP = Traffic(sends_per_second=100)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A rule file with an alert that needs two minutes to notice anything, were its interval left alone."""
    path = tmp_path / "rules.yml"
    path.write_text(RULES)
    return path


@pytest.fixture
def gateway() -> Gateway:
    """A gateway with the usual traffic."""
    return Gateway()


@pytest.fixture
def target(gateway: Gateway) -> Iterator[str]:
    """The gateway's address while it is served."""
    with serving(gateway) as address:
        yield address


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """A listening pager."""
    with listening() as pager:
        yield pager


@pytest.fixture
def pager_route(webhook: Webhook, tool: Callable[[str], str]) -> Iterator[Server]:
    """An Alertmanager that sends everything to the pager."""
    tool("alertmanager")
    with alertmanager(notify(webhook.url)) as server:
        yield server


def story(server: Server, database: Server, gateway: Gateway, webhook: Webhook) -> list[str]:
    """Start the robot loop, recover after the page, and return the states that were seen on the way."""
    wait_until(lambda: query(database.url, 'sms_sends_total{job="helpline"}'), 20, "the first scrape")
    states = [] if alerts(server.url) else ["quiet"]
    gateway.set_traffic(LOOP, "eu")
    for state in ("pending", "firing"):
        wait_until(lambda state=state: state in {each.state for each in alerts(server.url, "TooMany")}, 20, state)
        states.append(state)
    wait_until(lambda: webhook.received("TooMany", "firing"), 20, "the notification")
    return [*states, "notified"]


def test_prometheus_from_counter_to_notification(
    distribution: Distribution, rules: Path, gateway: Gateway, target: str, webhook: Webhook, pager_route: Server
) -> None:
    """An alert on a one-hour window goes pending, fires and reaches the webhook with its labels, within seconds."""
    with prometheus(
        scrapes={JOB: target}, rules=[rules], alertmanager=pager_route.url, program=distribution.prometheus
    ) as server:
        assert ["quiet", "pending", "firing", "notified"] == story(server, server, gateway, webhook)
    [first, *_] = webhook.received("TooMany", "firing")
    assert {"alertname": "TooMany", "region": "eu", "severity": "critical"} == first.labels
    assert first.annotations["summary"].endswith(" messages")


def test_vmalert_from_counter_to_notification(
    rules: Path, gateway: Gateway, target: str, webhook: Webhook, pager_route: Server, tool: Callable[[str], str]
) -> None:
    """The same rule file goes the same way in VictoriaMetrics with vmalert."""
    tool("victoria-metrics")
    tool("vmalert")
    with (
        victoria_metrics(scrapes={JOB: target}) as database,
        vmalert(rules=[rules], datasource=database.url, alertmanager=pager_route.url) as server,
    ):
        assert ["quiet", "pending", "firing", "notified"] == story(server, database, gateway, webhook)
    [first, *_] = webhook.received("TooMany", "firing")
    assert "critical" == first.labels["severity"]
