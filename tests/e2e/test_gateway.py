"""The gateway and the webhook do what the stories built on them take for granted."""

import pytest
import requests
from demo.gateway import USUAL, Gateway, Traffic, serving
from demo.process import get
from demo.webhook import listening


def read(gateway: Gateway, metric: str, **labels: str) -> float | None:
    """Return a metric's present value; None when the series does not exist."""
    return gateway.registry.get_sample_value(metric, labels)


def test_slow_traffic_is_counted_in_whole_messages() -> None:
    """Half a message a second is one message after two seconds, however short the steps are."""
    gateway = Gateway()
    gateway.set_traffic(Traffic(sends_per_second=0.5))
    for _ in range(16):
        gateway.advance(0.125)
    assert 1.0 == read(gateway, "sms_sends_total", direction="outbound", region="eu")


def test_partial_failure_refuses_its_share() -> None:
    """One message in four is refused at a failure ratio of 0.25, and the queue does not grow."""
    gateway = Gateway()
    gateway.set_traffic(Traffic(sends_per_second=8, failure_ratio=0.25))
    gateway.advance(10)
    assert 20.0 == read(gateway, "sms_send_failures_total", region="us")
    assert 0.0 == read(gateway, "sms_queue_oldest_message_age_seconds", region="us")


def test_outage_of_one_region_spares_the_other() -> None:
    """In an outage every message of that region fails and its queue ages; elsewhere nothing happens."""
    gateway = Gateway()
    gateway.start_outage("eu")
    gateway.advance(60)
    sends = read(gateway, "sms_sends_total", direction="outbound", region="eu")
    assert 60 * USUAL.sends_per_second == sends
    assert sends == read(gateway, "sms_send_failures_total", region="eu")
    assert 60.0 == read(gateway, "sms_queue_oldest_message_age_seconds", region="eu")
    assert 0.0 == read(gateway, "sms_send_failures_total", region="us")
    assert 0.0 == read(gateway, "sms_queue_oldest_message_age_seconds", region="us")


def test_recovery_ends_outage_and_loop() -> None:
    """After recovery the usual traffic succeeds, and the queue is empty."""
    gateway = Gateway()
    gateway.start_robot_loop()
    gateway.start_outage()
    gateway.advance(10)
    failures = read(gateway, "sms_send_failures_total", region="eu")
    sends = read(gateway, "sms_sends_total", direction="outbound", region="eu")
    gateway.recover()
    gateway.advance(10)
    assert failures == read(gateway, "sms_send_failures_total", region="eu")
    assert sends is not None
    assert sends + 10 * USUAL.sends_per_second == read(gateway, "sms_sends_total", direction="outbound", region="eu")
    assert 0.0 == read(gateway, "sms_queue_oldest_message_age_seconds", region="eu")


def test_unknown_region_is_refused() -> None:
    """A misspelt region is an error that names the known ones, not an outage of nothing."""
    with pytest.raises(ValueError, match=r"no region 'ue'; there are eu, us"):
        Gateway().start_outage("ue")


def test_metrics_are_there_before_the_first_message() -> None:
    """Every series is served from the start at its zero, so that the first failure counts as an increase."""
    with serving(Gateway()) as target:
        text = get(f"http://{target}/metrics").text
    assert 'sms_send_failures_total{region="eu"} 0.0' in text
    assert 'sms_sends_total{direction="outbound",region="us"}' in text


def test_webhook_refuses_what_is_no_notification() -> None:
    """A body that Alertmanager would not send is answered with 400 and not kept."""
    with listening() as webhook, requests.Session() as session:
        session.trust_env = False
        answers = [session.post(webhook.url, data=body, timeout=5).status_code for body in ("", "[]", "{}", "nonsense")]
        received = webhook.received()
    assert [400, 400, 400, 400] == answers
    assert [] == received
