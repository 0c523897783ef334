"""The compiled rules and the compiled routes together: who is told what, and what is held back."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from demo.gateway import JOB, Gateway, Traffic, serving
from demo.process import wait_until
from demo.servers import Alert, alerts, prometheus, query
from demo.webhook import Notification

from tests.support.alertmanager import Pager, compiled_routes, compiled_rules, pager
from tests.support.prometheus import Distribution

SECONDS = 30.0

QUIET, BUSY = Traffic(sends_per_second=2), Traffic(sends_per_second=200)
OWNED = {"slo_service": "sms-helpline", "owner": "team-messaging", "env": "prod"}


@dataclass(frozen=True, slots=True)
class Story:
    """A gateway that is watched: by the Prometheus at `url`, which tells a pager."""

    gateway: Gateway
    pager: Pager
    url: str

    def alerts(self, name: str) -> list[Alert]:
        """Return what Prometheus says of an alert."""
        return alerts(self.url, name)

    def told(self, name: str, status: str, **labels: str) -> list[Notification]:
        """Wait until somebody was told of an alert; return every such notification."""

        def now() -> list[Notification]:
            received = self.pager.webhook.received(name, status)
            return [each for each in received if labels.items() <= each.labels.items()]

        return wait_until(now, SECONDS, f"{name} {labels} {status}")


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled rules of the help line."""
    return compiled_rules(tmp_path_factory.mktemp("rules"))


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory, tool: Callable[[str], str]) -> str:
    """The compiled configuration for Alertmanager."""
    tool("alertmanager")
    return compiled_routes(tmp_path_factory.mktemp("routes"))


@pytest.fixture
def story(distribution: Distribution, rules: Path, routes: str) -> Iterator[Story]:
    """A quiet help line, watched since a moment ago."""
    gateway = Gateway()
    gateway.set_traffic(QUIET)
    with (
        serving(gateway) as target,
        pager(routes) as somebody,
        prometheus(
            scrapes={JOB: target}, rules=[rules], alertmanager=somebody.url, program=distribution.prometheus
        ) as server,
    ):
        wait_until(lambda: query(server.url, "slo:total_events:increase30d > 0"), SECONDS, "events")
        assert [] == alerts(server.url)
        yield Story(gateway, somebody, server.url)


def test_robot_loop_calls_its_owner(story: Story) -> None:
    """Two robots text each other; the owner's pager gets owner, priority, action and runbook, and nobody else is told.

    The alert has no `for`, since its window of an hour is the waiting time. So it is never pending: it fires in the
    evaluation that first sees more than 5000 messages.
    """
    story.gateway.start_robot_loop()
    [seen] = wait_until(lambda: story.alerts("SmsVolumeRunaway"), SECONDS, "SmsVolumeRunaway")
    assert "firing" == seen.state
    [told, *_] = story.told("SmsVolumeRunaway", "firing")
    labels = OWNED | {"alertname": "SmsVolumeRunaway", "priority": "P2", "notify": "page", "severity": "critical"}
    assert ("team-messaging-page", "/team-messaging-page", labels) == (told.receiver, told.path, told.labels)
    texts = dict(told.annotations)
    measured = re.fullmatch(r"It grew by (\d+) in the last 1h; up to 5000 is allowed\.", texts.pop("description"))
    assert measured is not None
    assert int(measured[1]) > 5000
    assert {
        "summary": "More than 5000 SMS were sent in an hour",
        "impact": "Every message is billed; two robots may be answering each other",
        "action": "Switch the auto-responder off, then block the sender",
        "runbook_url": "https://runbooks.example.org/sms-helpline/volume",
        "dashboard_url": "https://grafana.example.org/d/sms",
    } == texts
    assert {"SmsVolumeRunaway"} == {each.labels["alertname"] for each in story.pager.webhook.received()}


def tickets(somebody: Pager) -> Mapping[str, str]:
    """Return the state in Alertmanager of the tickets of the SLO, by their tier."""
    return {each.labels["tier"]: each.state for each in somebody.held(**OWNED, alertname="ErrorBudgetBurnTicket")}


def assert_held_back_by_a_page(somebody: Pager) -> None:
    """Both tickets of the SLO are suppressed, by nothing but its pages, and nobody has been told of them."""
    wait_until(lambda: tickets(somebody) == {"trend": "suppressed", "drain": "suppressed"}, SECONDS, "held tickets")
    pages = {each.fingerprint for each in somebody.held(alertname="ErrorBudgetBurnPage")}
    for ticket in somebody.held(alertname="ErrorBudgetBurnTicket"):
        assert set() < set(ticket.inhibited_by) <= pages
    assert [] == somebody.webhook.received("ErrorBudgetBurnTicket")


def test_page_holds_back_tickets_until_it_is_over(story: Story) -> None:
    """An outage pages; the tickets of the SLO wait until that is over; its end is told, and then what still burns is.

    The windows hold what was recorded since the start, a few seconds. Successful messages bring the share of errors
    below the thresholds of the pages (1.44 % and 0.6 %), one after the other, and leave it above that of the tickets.
    """
    story.gateway.start_outage()
    for tier in ("fast", "slow"):
        [page, *_] = story.told("ErrorBudgetBurnPage", "firing", tier=tier)
        assert "team-messaging-page" == page.receiver
        assert (OWNED | {"slo": "delivery", "priority": "P1", "notify": "page"}).items() <= page.labels.items()
        assert "https://runbooks.example.org/sms-helpline/delivery" == page.annotations["runbook_url"]
    assert_held_back_by_a_page(story.pager)

    story.gateway.set_traffic(BUSY)
    story.told("ErrorBudgetBurnPage", "resolved", tier="fast")
    story.told("ErrorBudgetBurnPage", "resolved", tier="slow")
    story.gateway.set_traffic(QUIET)
    assert [] == story.alerts("ErrorBudgetBurnPage")
    [ticket, *_] = story.told("ErrorBudgetBurnTicket", "firing", tier="drain")
    assert ("team-messaging-ticket", "P3") == (ticket.receiver, ticket.labels["priority"])


SHOP = {"slo_service": "shop-api", "owner": "team-shop"}
EU, US = ({**SHOP, "slo": "availability", "region": region} for region in ("eu", "us"))
PAGE = {"alertname": "ErrorBudgetBurnPage", "notify": "page"}
TICKET = {"alertname": "ErrorBudgetBurnTicket", "notify": "ticket"}
GONE = {"alertname": "SLODataMissing", "notify": "ticket", "tier": "no_data"}
FIRING = {
    "pages in eu": EU | PAGE | {"tier": "fast"},
    "ticket in eu": EU | TICKET | {"tier": "trend"},
    "ticket in us": US | TICKET | {"tier": "trend"},
    "ticket of another SLO": {**SHOP, **TICKET, "slo": "latency", "region": "eu", "tier": "trend"},
    "no data in eu": EU | GONE,
    "no data of another SLO": {**SHOP, **GONE, "slo": "latency", "region": "eu"},
    "threshold in eu": {**SHOP, "alertname": "CertificateExpiresSoon", "notify": "ticket", "region": "eu"},
    "threshold page": {**SHOP, "alertname": "PaymentsDeclined", "notify": "page"},
    "foreign": {"alertname": "DiskFull", "severity": "critical"},
}


@pytest.fixture(scope="module")
def full(routes: str) -> Iterator[Pager]:
    """A pager to which one alert of each kind was sent."""
    with pager(routes) as somebody:
        somebody.post(FIRING.values())
        wait_until(lambda: len(somebody.held()) == len(FIRING), SECONDS, "alerts")
        yield somebody


def test_page_holds_back_the_ticket_of_its_own_group_only(full: Pager) -> None:
    """A page in one region holds back the ticket of that SLO and region, no other, and no word of missing data."""
    named = {frozenset(labels.items()): name for name, labels in FIRING.items()}
    suppressed = [named[frozenset(each.labels.items())] for each in full.held() if each.state == "suppressed"]
    assert ["ticket in eu"] == suppressed


def test_one_notification_per_slo_or_per_alert_of_a_service(full: Pager) -> None:
    """Burning budgets are told by SLO, missing data of a service at once, each threshold alert by itself."""
    by_slo = [("slo", "availability"), ("slo_service", "shop-api")]
    assert {
        ("team-shop-page", frozenset(by_slo)): 1,
        ("team-shop-ticket", frozenset(by_slo)): 2,
        ("team-shop-ticket", frozenset([("slo", "latency"), ("slo_service", "shop-api")])): 1,
        ("team-shop-ticket", frozenset([("alertname", "SLODataMissing"), ("slo_service", "shop-api")])): 2,
        ("team-shop-ticket", frozenset([("alertname", "CertificateExpiresSoon"), ("slo_service", "shop-api")])): 1,
        ("team-shop-page", frozenset([("alertname", "PaymentsDeclined"), ("slo_service", "shop-api")])): 1,
        ("default", frozenset([("alertname", "DiskFull")])): 1,
    } == full.groups()
