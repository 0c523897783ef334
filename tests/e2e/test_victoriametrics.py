"""The same compiled rules in VictoriaMetrics with vmalert, and in Prometheus, side by side at one gateway."""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import requests
import yaml
from demo.gateway import JOB, Gateway, Traffic, serving
from demo.process import Server, get, wait_until
from demo.servers import alerts, prometheus, query, victoria_metrics, vmalert

from tests.support.alertmanager import Pager, compiled_routes, compiled_rules, pager

SECONDS = 40.0

QUIET = Traffic(sends_per_second=4)

OUTAGE = {
    ("ErrorBudgetBurnPage", "fast", "active"),
    ("ErrorBudgetBurnPage", "slow", "active"),
    ("ErrorBudgetBurnTicket", "trend", "suppressed"),
    ("ErrorBudgetBurnTicket", "drain", "suppressed"),
}
ROBOTS = OUTAGE | {("SmsVolumeRunaway", "", "active")}


def known(somebody: Pager) -> set[tuple[str, str, str]]:
    """Return name, tier and state of every alert that reached an Alertmanager."""
    return {(each.name, each.labels.get("tier", ""), each.state) for each in somebody.held()}


def shape(text: str) -> str:
    """Replace the numbers of a text, which differ with the moment, and the durations, which differ in length too."""
    return re.sub(r"\d[\d.]*", "N", re.sub(r"\d[\d.]*[dhms]( \d[\d.]*[dhms])*\b", "N", text))


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


def begin(database: Server, rules: Path) -> None:
    """Give every recorded series a first sample of 0.

    This VictoriaMetrics takes 10 s to notice a series that was asked for before it was there. In a chain of eight
    recordings, each asking for the one before, that is more than a minute, once in the life of an SLO.
    """
    groups = yaml.safe_load(rules.read_text(encoding="utf-8"))["groups"]
    rules_of_all = [rule for group in groups for rule in group["rules"]]
    series = [{"__name__": rule["record"], **rule["labels"]} for rule in rules_of_all if "record" in rule]
    now = int(time.time() * 1000)
    lines = [json.dumps({"metric": metric, "values": [0], "timestamps": [now]}) for metric in series]
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(f"{database.url}/api/v1/import", data="\n".join(lines), timeout=10)
    answer.raise_for_status()
    get(f"{database.url}/internal/force_flush").raise_for_status()


@contextmanager
def both(rules: Path, target: str, left: Pager, right: Pager) -> Iterator[None]:
    """Watch a gateway with Prometheus, which tells `left`, and with vmalert, which tells `right`: all is well."""
    scrapes = {JOB: target}
    with victoria_metrics(scrapes=scrapes) as database:
        begin(database, rules)
        with (
            prometheus(scrapes=scrapes, rules=[rules], alertmanager=left.url) as server,
            vmalert(rules=[rules], datasource=database.url, alertmanager=right.url) as evaluator,
        ):
            for url in (server.url, database.url):
                wait_until(partial(query, url, "slo:total_events:increase30d > 0"), SECONDS, f"events at {url}")
            assert ([], []) == (alerts(server.url), alerts(evaluator.url))
            yield


def assert_told_alike(expected: set[tuple[str, str, str]], left: Pager, right: Pager) -> None:
    """Both Alertmanagers come to hold these alerts, and those have the same labels and the same texts."""
    wait_until(lambda: known(left) == expected, SECONDS, f"{expected} from Prometheus")
    wait_until(lambda: known(right) == expected, SECONDS, f"{expected} from vmalert")
    assert said(left) == said(right)


def test_both_raise_the_same_alerts(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """An outage and a robot loop in it raise the same alerts, with the same labels and texts; tickets are held back."""
    for program in ("prometheus", "alertmanager", "victoria-metrics", "vmalert"):
        tool(program)
    rules = compiled_rules(tmp_path / "rules", "victoriametrics")
    routes = compiled_routes(tmp_path / "routes")
    gateway = Gateway()
    gateway.set_traffic(QUIET)
    with (
        serving(gateway) as target,
        pager(routes) as left,
        pager(routes) as right,
        both(rules, target, left, right),
    ):
        gateway.start_outage()
        assert_told_alike(OUTAGE, left, right)
        gateway.start_robot_loop()
        gateway.start_outage()  # it goes on, else the pages would end
        assert_told_alike(ROBOTS, left, right)
