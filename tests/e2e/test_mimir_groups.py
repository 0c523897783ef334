"""Groups cut to the limits of Mimir, beside whole ones, on one Prometheus that evaluates both."""

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from demo.gateway import Traffic
from demo.process import Server, get, wait_until
from demo.servers import alerts, prometheus

from tests.cli.session import sloctl
from tests.support.docs import ROOT
from tests.support.prometheus import Distribution
from tests.support.stage import Stage

SECONDS = 40.0
RULES_PER_GROUP = 5
SETTINGS = f"""\
evaluation_interval: 1s
scrape_interval: 1s
targets: {{mimir: {{max_rules_per_group: {RULES_PER_GROUP}}}}}
"""
WINDOWS = ("5m", "1h", "6h", "3d", "30d")


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, Path, int]:
    """The example, whole and cut; the cut rules bear other names. The number is that of cuts in the chain of an SLO."""
    (tmp_path / "sloctl.yaml").write_text(SETTINGS)
    for target in ("prometheus", "mimir"):
        spec = ROOT / "examples" / "sms-helpline.yaml"
        assert 0 == sloctl("compile", spec, "--target", target, "-o", target, cwd=tmp_path).code
    cut = yaml.safe_load((tmp_path / "mimir" / "sms-helpline.yml").read_text())
    assert max(len(group["rules"]) for group in cut["groups"]) <= RULES_PER_GROUP
    path = tmp_path / "cut.yml"
    text = yaml.safe_dump({"groups": cut["groups"]}, sort_keys=False)
    text = re.sub(r"\bslo:(?=\w)", "cut:", text)  # names of series, not the label
    path.write_text(text.replace("alert: ", "alert: Cut").replace("name: ", "name: cut/"))
    parts = sum(group["name"].startswith("slo/") for group in cut["groups"])
    return tmp_path / "prometheus" / "sms-helpline.yml", path, parts - 1


def samples(server: Server, metric: str) -> list[tuple[float, float]]:
    """Return times and values of the samples of the one series of a metric."""
    data: Any = get(f"{server.url}/api/v1/query", {"query": f"{metric}[5m]"}).json()["data"]["result"]
    return [(time, float(value)) for each in data for time, value in each["values"]]


def assert_equal_within(server: Server, metric: str, seconds: float) -> None:
    """Assert that what the cut rules recorded is what the whole ones recorded, at most so many seconds before.

    The counts only grow here, so it lies between the values of the whole rules then and now.
    """
    whole, cut = samples(server, f"slo:{metric}"), samples(server, f"cut:{metric}")
    first, last = whole[0][0] + seconds, whole[-1][0]
    compared = [(time, value) for time, value in cut if first <= time <= last]
    assert len(compared) > 5
    for time, value in compared:
        then = max(recorded for at, recorded in whole if at <= time - seconds)
        now = min(recorded for at, recorded in whole if at >= time)
        assert then <= value <= now, f"{metric} at {time}"


def test_cut_groups_measure_and_page_like_whole_ones(
    distribution: Distribution, both: tuple[Path, Path, int], stage: Stage
) -> None:
    """Sums are those of whole groups, at most one evaluation older for each cut before them; the same tiers page."""
    whole, cut, cuts = both
    stage.gateway.set_traffic(Traffic(sends_per_second=40, failure_ratio=0.5))
    with prometheus(
        scrapes=stage.scrapes, rules=[whole, cut], evaluation_interval=None, program=distribution.prometheus
    ) as server:
        for name in ("ErrorBudgetBurnPage", "CutErrorBudgetBurnPage"):
            wait_until(partial(firing, server, name), SECONDS, name)
        wait_until(lambda: len(samples(server, "cut:bad_events:increase30d")) > 20, SECONDS, "samples")
        for window in WINDOWS:
            for count in ("bad", "total"):
                assert_equal_within(server, f"{count}_events:increase{window}", cuts + 2.0)
        assert firing(server, "ErrorBudgetBurnPage") == firing(server, "CutErrorBudgetBurnPage")


def firing(server: Server, name: str) -> set[str]:
    """Return the tiers of an alert that fire."""
    return {each.labels["tier"] for each in alerts(server.url, name) if each.state == "firing"}
