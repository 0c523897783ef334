"""Imported SLOs alert when OpenSLO says: its formulas, written as rules, are loaded beside ours into one promtool test.

OpenSLO has one window per alert. Ours asks in a short one too, so it fires from the same moment, and ends sooner.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.cli.session import sloctl
from tests.formats.openslo.original import alerting, burning, ratio, raw, slo, threshold
from tests.support.promtool import run_unit_tests

SETTINGS = 'defaults: {runbook: "https://runbooks.example.org/{slo}", action: Look at it, owner: team-shop}\n'
HOUR = 120
"""Samples in an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An SLO, the formula of its burn rate over 1h by the text of OpenSLO, and input series, one sample in 30s."""

    slo: str
    burn_rate: str
    series: dict[str, str]
    fires: bool = True


def counter(*steps: tuple[int, int]) -> str:
    """Write a counter that grows by so much per sample, for so many samples each."""
    value, parts = 0, []
    for growth, samples in steps:
        parts.append(f"{value}+{growth}x{samples - 1}")
        value += growth * samples
    return " ".join(parts)


def gauge(*steps: tuple[float, int]) -> str:
    """Write a gauge that has each value for so many samples."""
    return " ".join(f"{value}x{samples - 1}" for value, samples in steps)


HEALTHY, BROKEN = 3 * HOUR, HOUR
OK, FAILED = 'orders_total{state="ok"}', 'orders_total{state="failed"}'
OUTAGE = {OK: counter((50, HEALTHY), (25, BROKEN)), FAILED: counter((0, HEALTHY), (25, BROKEN))}
DRIP = {OK: counter((1000, HEALTHY), (975, BROKEN)), FAILED: counter((0, HEALTHY), (25, BROKEN))}
SLOW = {OK: counter((1000, HEALTHY + BROKEN)), FAILED: counter((10, HEALTHY + BROKEN))}
LEVEL = {"queue_length": gauge((10, HEALTHY), (500, BROKEN))}
SHARE = {"error_share": gauge((0, HEALTHY), (0.4, BROKEN))}
COUNTS = ratio(bad=FAILED, total="sum(orders_total)")
BURNED = f"sum(increase({FAILED}[1h])) / sum(increase(orders_total[1h])) / 0.001"
SLICED = "{target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 5m}"
SLICE = f"sum(increase({FAILED}[5m])) / sum(increase(orders_total[5m])) > bool 0.05"
STORIES = {
    "an outage of events": Story(slo=slo(sli=COUNTS, rest=alerting(burning())), burn_rate=BURNED, series=OUTAGE),
    "a drip of events": Story(slo=slo(sli=COUNTS, rest=alerting(burning())), burn_rate=BURNED, series=DRIP),
    "too slow a drip": Story(
        slo=slo(sli=COUNTS, rest=alerting(burning())), burn_rate=BURNED, series=SLOW, fires=False),
    "samples above a level": Story(
        slo=slo(sli=threshold("max(queue_length)"), objectives="{target: 0.99, op: lte, value: 100}",
                rest=alerting(burning())),
        burn_rate="sum_over_time((max(queue_length) > bool 100)[1h:1m]) / 60 / 0.01", series=LEVEL),
    "a ratio of successes": Story(
        slo=slo(sli=raw("1 - error_share", "success"), objectives="{target: 0.99}", rest=alerting(burning())),
        burn_rate="avg(avg_over_time(error_share[1h])) / 0.01", series=SHARE),
    "bad slices": Story(
        slo=slo(sli=COUNTS, method="Timeslices", objectives=SLICED, rest=alerting(burning())),
        burn_rate=f"avg_over_time(({SLICE})[1h:5m]) / 0.01", series=OUTAGE),
    "ratios of slices": Story(
        slo=slo(sli=COUNTS, method="RatioTimeslices", objectives="{target: 0.99, timeSliceWindow: 5m}",
                rest=alerting(burning())),
        burn_rate=f"avg_over_time(({SLICE.partition(' > ')[0]})[1h:5m]) / 0.01", series=OUTAGE),
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_fires_when_openslo_says(story: Story, tmp_path: Path, tool: Callable[[str], str]) -> None:
    """The alert begins with the first minute in which the burn rate of OpenSLO is exceeded, give or take two."""
    (tmp_path / "orders.yaml").write_text(story.slo)
    (tmp_path / "sloctl.yaml").write_text(SETTINGS)
    done = sloctl("compile", "orders.yaml", "-o", "rules", cwd=tmp_path)
    assert (0, "") == (done.code, done.out), done.err
    rule = {"alert": "Original", "expr": f"({story.burn_rate}) > 14"}
    (tmp_path / "original.yml").write_text(yaml.safe_dump({"groups": [{"name": "original", "rules": [rule]}]}))
    test = tmp_path / "test.yml"
    test.write_text(yaml.safe_dump(promtool_test(story)))
    run_unit_tests(test, promtool=tool("promtool"))


def began(alert: str) -> str:
    """Ask when an alert fired first, in seconds."""
    return f'min_over_time((time() * count(ALERTS{{{alert}, alertstate="firing"}}) ^ 0)[240m:1m])'


def promtool_test(story: Story) -> dict[str, object]:
    """Expect both alerts to begin to fire within two minutes of one another, or neither ever."""
    begins = {
        name: began(which) for name, which in {"original": 'alertname="Original"', "ours": 'slo_service="shop"'}.items()
    }
    apart = f"abs({begins['original']} - {begins['ours']}) <= bool 120"
    checks = [
        {"expr": f"({begins[name]} or vector(0)) > bool 0", "eval_time": "240m",
         "exp_samples": [{"labels": "{}", "value": int(story.fires)}]} for name in begins
    ]  # fmt: skip
    alike = {"expr": apart, "eval_time": "240m", "exp_samples": [{"labels": "{}", "value": 1}]}
    series = [{"series": name, "values": values} for name, values in story.series.items()]
    test = {"interval": "30s", "input_series": series, "promql_expr_test": [*checks, *([alike] if story.fires else [])]}
    return {"rule_files": ["original.yml", "rules/shop.yml"], "evaluation_interval": "1m", "tests": [test]}


def test_alert_after_waits(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """`alertAfter: 10m` is the `for` of the alert: it fires ten minutes after the same alert without."""
    condition = "{kind: burnrate, op: gt, threshold: 14, lookbackWindow: 1h, alertAfter: 10m}"
    at_once, later = (
        slo(metadata=f"name: {name}", sli=COUNTS, rest=alerting(burning(said)))
        for name, said in (("at-once", condition.replace(", alertAfter: 10m", "")), ("later", condition))
    )
    (tmp_path / "orders.yaml").write_text(f"{at_once}---\n{later}")
    (tmp_path / "sloctl.yaml").write_text(SETTINGS)
    assert 0 == sloctl("compile", "orders.yaml", "-o", "rules", cwd=tmp_path).code
    waited = " - ".join(began(f'slo="{name}"') for name in ("later", "at-once"))
    series = [{"series": name, "values": values} for name, values in OUTAGE.items()]
    check = {"expr": waited, "eval_time": "240m", "exp_samples": [{"labels": "{}", "value": 600}]}
    test = {"interval": "30s", "input_series": series, "promql_expr_test": [check]}
    path = tmp_path / "test.yml"
    path.write_text(yaml.safe_dump({"rule_files": ["rules/shop.yml"], "evaluation_interval": "1m", "tests": [test]}))
    run_unit_tests(path, promtool=tool("promtool"))
