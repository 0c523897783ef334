"""The same compiled rules in VictoriaMetrics with vmalert, and in Prometheus, side by side at one gateway."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from demo.gateway import JOB, Gateway, Traffic, serving
from demo.process import Server, wait_until
from demo.servers import alerts, prometheus, query, victoria_metrics, vmalert

from tests.support.alertmanager import Pager, compiled_examples, pager

SECONDS = 40.0

QUIET = Traffic(sends_per_second=4)

SLO_ALERTS = {
    ("ErrorBudgetBurnPage", "fast", "active"),
    ("ErrorBudgetBurnPage", "slow", "active"),
    ("ErrorBudgetBurnTicket", "trend", "suppressed"),
    ("ErrorBudgetBurnTicket", "drain", "suppressed"),
}
RUNAWAY = ("SmsVolumeRunaway", "", "active")


def known(somebody: Pager) -> set[tuple[str, str, str]]:
    """Return name, tier and state of every alert that reached an Alertmanager."""
    return {(each.name, each.labels.get("tier", ""), each.state) for each in somebody.held()}


def shape(text: str) -> str:
    """Replace the numbers of a text, which differ with the moment, and the durations, which differ in length too."""
    return re.sub(r"\d[\d.]*", "N", re.sub(r"\b\d[\d.]*[dhms]( \d[\d.]*[dhms])+", "N", text))


def said(somebody: Pager) -> Mapping[frozenset[tuple[str, str]], Mapping[str, str]]:
    """Return the annotations, without their numbers, of every alert by its labels.

    vmalert adds one label, `alertgroup` with the name of the rule group; routes and inhibition do not look at it.
    """
    return {
        frozenset((name, value) for name, value in each.labels.items() if name != "alertgroup"): {
            name: shape(text) for name, text in each.annotations.items()
        }
        for each in somebody.held()
    }


@contextmanager
def both(rules: Path, target: str, left: Pager, right: Pager) -> Iterator[tuple[Server, Server]]:
    """Watch a gateway with Prometheus, which tells `left`, and with vmalert, which tells `right`."""
    scrapes = {JOB: target}
    with (
        victoria_metrics(scrapes=scrapes) as database,
        prometheus(scrapes=scrapes, rules=[rules], alertmanager=left.url) as server,
        vmalert(rules=[rules], datasource=database.url, alertmanager=right.url) as evaluator,
    ):
        for each in (server, database):
            wait_until(lambda url=each.url: query(url, "slo:total_events:increase30d > 0"), SECONDS, each.name)
        yield server, evaluator


def test_same_alerts_in_both(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """An outage and then a robot loop raise the same alerts, with the same labels and texts, tickets held back alike."""
    for program in ("prometheus", "alertmanager", "victoria-metrics", "vmalert"):
        tool(program)
    rules = compiled_examples("prometheus", tmp_path / "rules") / "sms-helpline.yml"
    routes = (compiled_examples("alertmanager", tmp_path / "routes") / "alertmanager.yml").read_text("utf-8")
    gateway = Gateway()
    gateway.set_traffic(QUIET)
    with serving(gateway) as target, pager(routes) as left, pager(routes) as right:
        with both(rules, target, left, right) as servers:
            assert [[], []] == [alerts(each.url) for each in servers]
            gateway.start_outage()
            for somebody in (left, right):
                wait_until(lambda each=somebody: known(each) == SLO_ALERTS, SECONDS, f"outage at {somebody.url}")
            assert said(left) == said(right)

            gateway.start_robot_loop()
            for somebody in (left, right):
                wait_until(lambda each=somebody: RUNAWAY in known(each), SECONDS, f"robots at {somebody.url}")
            wait_until(lambda: said(left) == said(right), SECONDS, "the same alerts")
