"""The harness works: from the gateway's counter to the notification at the webhook, on real servers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from demo.gateway import Traffic
from demo.process import Server, ServerError, running, wait_until
from demo.servers import Alert, alerts, prometheus, query, victoria_metrics, vmalert, with_interval

from tests.support.prometheus import Distribution
from tests.support.promtool import check_rules
from tests.support.stage import Stage

RULES = """\
groups:
  - name: alerts/try-out
    interval: 30s
    rules:
      - record: sends:increase1h
        expr: sum by (region) (increase(sms_sends_total{job="helpline",direction="outbound"}[1h]))
      - alert: TooMany
        expr: sends:increase1h{region="eu"} > 50
        for: 1s
        labels: {severity: critical}
        annotations: {summary: '{{ $value | printf "%.0f" }} messages'}
"""

LOOP = Traffic(sends_per_second=100)
SECONDS = 25.0


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A rule file whose alert would need half a minute to notice anything, were its interval left alone."""
    path = tmp_path / "rules.yml"
    path.write_text(RULES)
    return path


def seen(server: Server, state: str) -> Alert:
    """Wait until the alert is in a state, and return it."""

    def now() -> list[Alert]:
        return [each for each in alerts(server.url, "TooMany") if each.state == state]

    return wait_until(now, SECONDS, f"TooMany {state}")[0]


def assert_story(stage: Stage, server: Server, database: Server) -> None:
    """Quiet at first; with the robot loop the alert is pending, fires, and the webhook hears of it, labels and all."""
    wait_until(lambda: query(database.url, 'sms_sends_total{job="helpline"}'), SECONDS, "the first scrape")
    assert [] == alerts(server.url)
    stage.gateway.set_traffic(LOOP, "eu")
    assert "eu" == seen(server, "pending").labels["region"]
    assert "eu" == seen(server, "firing").labels["region"]
    [first, *_] = wait_until(lambda: stage.webhook.received("TooMany", "firing"), SECONDS, "the notification")
    assert ("eu", "critical") == (first.labels["region"], first.labels["severity"])
    assert first.annotations["summary"].endswith(" messages")


def test_prometheus_from_counter_to_notification(distribution: Distribution, rules: Path, stage: Stage) -> None:
    """An alert on a one-hour window fires in seconds and reaches the webhook, through each version of Prometheus."""
    with prometheus(
        scrapes=stage.scrapes, rules=[rules], alertmanager=stage.alertmanager, program=distribution.prometheus
    ) as server:
        assert_story(stage, server, server)


def test_vmalert_from_counter_to_notification(rules: Path, stage: Stage, tool: Callable[[str], str]) -> None:
    """The same rule file goes the same way in VictoriaMetrics with vmalert."""
    tool("victoria-metrics")
    tool("vmalert")
    with (
        victoria_metrics(scrapes=stage.scrapes) as database,
        vmalert(rules=[rules], datasource=database.url, alertmanager=stage.alertmanager) as server,
    ):
        assert_story(stage, server, database)


def test_shorter_interval_leaves_the_rules_alone(tmp_path: Path, distribution: Distribution) -> None:
    """Only the groups' interval differs, and promtool accepts the copy."""
    copy = tmp_path / "copy.yml"
    copy.write_text(with_interval(RULES, "1s"))
    check_rules(copy, promtool=distribution.promtool)
    assert with_interval(RULES, "30s") == with_interval(copy.read_text(), "30s")
    assert "interval: 1s" in copy.read_text()


def test_failed_start_shows_the_log(tmp_path: Path, distribution: Distribution) -> None:
    """A server that refuses its configuration raises with its own words, at once."""
    (tmp_path / "bad.yml").write_text("scrape_configs: nonsense\n")
    command = [distribution.prometheus, f"--config.file={tmp_path / 'bad.yml'}"]
    with (
        pytest.raises(ServerError, match=r"(?s)prometheus ended with code \d.*nonsense"),
        running("prometheus", lambda port: [*command, f"--web.listen-address=127.0.0.1:{port}"], "/-/ready", tmp_path),
    ):
        pytest.fail("it started")


def test_taken_port_is_tried_again(tmp_path: Path, distribution: Distribution) -> None:
    """When another program takes the chosen port first, the server starts on the next one."""
    asked: list[int] = []
    (tmp_path / "empty.yml").write_text("{}\n")

    with prometheus(scrapes={}, program=distribution.prometheus) as first:
        taken = int(first.url.rsplit(":", 1)[1])

        def command(port: int) -> list[str]:
            asked.append(port)
            listen = taken if len(asked) == 1 else port
            config = f"--config.file={tmp_path / 'empty.yml'}"
            return [distribution.prometheus, config, f"--web.listen-address=127.0.0.1:{listen}"]

        with running("prometheus", command, "/-/ready", tmp_path) as second:
            assert [int(second.url.rsplit(":", 1)[1])] == asked[1:]


def test_server_ends_with_its_block(distribution: Distribution) -> None:
    """An interrupt inside the block leaves no process and no folder behind."""
    with pytest.raises(KeyboardInterrupt), prometheus(scrapes={}, program=distribution.prometheus) as server:
        raise KeyboardInterrupt
    assert server.process.returncode is not None
    assert not server.log.parent.exists()
