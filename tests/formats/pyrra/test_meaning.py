"""Pyrra's own rules and ours, on the same series in one promtool test, fire alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.session import sloctl
from tests.formats.pyrra.original import latency, objective, ratio
from tests.support.prometheus import Distribution
from tests.support.promtool import run_unit_tests

SCRAPE = 30
OURS = {"fast": "14", "medium": "7", "slow": "2", "long-term": "1"}
"""Our tiers, and Pyrra's factors, by which its alerts are told apart here."""


@dataclass(frozen=True, slots=True)
class Window:
    """A tier as Pyrra writes it."""

    factor: int
    short: str
    long: str
    hold: str


DAYS_28 = (Window(14, "5m", "1h", "2m"), Window(7, "30m", "6h", "15m"), Window(2, "2h", "1d", "1h"))
DAYS_30 = (Window(14, "5m", "1h4m", "2m"), Window(7, "32m", "6h26m", "16m"))


def pyrra_rules(errors: str, total: str, windows: tuple[Window, ...], by: str = "") -> dict[str, Any]:
    """Write rules as Pyrra lays them out: error ratios per window, then alerts on pairs of them."""
    group = f" by ({by})" if by else ""
    spans = dict.fromkeys(span for window in windows for span in (window.short, window.long))
    rules: list[dict[str, Any]] = [
        {
            "record": f"orders:burnrate{span}",
            "expr": f"{errors.format(by=group, window=span)} / {total.format(by=group, window=span)}",
            "labels": {"slo": "orders"},
        }
        for span in spans
    ]
    for window in windows:
        limit = f"({window.factor} * (1-0.99))"
        parts = (f'orders:burnrate{span}{{slo="orders"}} > {limit}' for span in (window.short, window.long))
        labels = {"factor": str(window.factor)}
        rules.append({"alert": "ErrorBudgetBurn", "expr": " and ".join(parts), "for": window.hold, "labels": labels})
    return {"groups": [{"name": "orders", "interval": "30s", "rules": rules}]}


COUNTED = ("sum{by} (rate(errors_total[{window}]))", "sum{by} (rate(requests_total[{window}]))")


def counter(*phases: tuple[int, float]) -> str:
    """Write a counter in promtool's notation: phases of (minutes, growth per scrape)."""
    value, parts = 0.0, []
    for minutes, growth in phases:
        count = minutes * 60 // SCRAPE
        parts.append(f"{value:g}+{growth:g}x{count - 1}")
        value += growth * count
    return " ".join(parts)


def agree(window: Window, tier: str, minutes: int, at_least: int, apart: int = 2) -> Iterator[dict[str, Any]]:
    """Ask that both alerts fire at the same evaluations, and as often as expected at least.

    `apart` evaluations may differ: one where an alert begins, and one where it ends.
    """
    theirs = f'ALERTS{{alertname="ErrorBudgetBurn", factor="{window.factor}", alertstate="firing"}}'
    ours = f'ALERTS{{alertname=~"ErrorBudgetBurn(Page|Ticket)", tier="{tier}", alertstate="firing"}}'
    counted = {name: f"(sum(count_over_time({alert}[{minutes}m])) or vector(0))" for name, alert in
               (("theirs", theirs), ("ours", ours))}  # fmt: skip
    both = f"(sum(count_over_time((count({ours}) and count({theirs}))[{minutes}m:30s])) or vector(0))"
    asked = (
        f"abs({counted['ours']} - {counted['theirs']}) <= bool {apart}",
        f"({both} >= bool {counted['theirs']} - {apart})",
        f"({counted['theirs']} >= bool {at_least})",
        f"({counted['theirs']} <= bool {0 if not at_least else minutes * 2})",
    )
    for expr in asked:
        yield {"expr": expr, "eval_time": f"{minutes}m", "exp_samples": [{"labels": "{}", "value": 1}]}


def prove(
    distribution: Distribution, folder: Path, text: str, rules: dict[str, Any], series: dict[str, str],
    checks: list[dict[str, Any]],
) -> None:  # fmt: skip
    """Compile an objective, and assert that promtool sees in its rules and in Pyrra's what the checks say."""
    (folder / "slo.yaml").write_text(text)
    done = sloctl("compile", "slo.yaml", "-o", "out", cwd=folder)
    assert 0 == done.code, done.err
    (folder / "pyrra.json").write_text(json.dumps(rules))
    (compiled,) = (folder / "out").iterdir()
    rows = [{"series": name, "values": values} for name, values in series.items()]
    tests = [{"interval": f"{SCRAPE}s", "input_series": rows, "promql_expr_test": checks}]
    content = {"rule_files": ["pyrra.json", f"out/{compiled.name}"], "evaluation_interval": "30s", "tests": tests}
    (folder / "test.json").write_text(json.dumps(content))
    run_unit_tests(folder / "test.json", promtool=distribution.promtool)


OUTAGE = ((120, 0.0), (60, 10.0), (60, 0.0))
FIFTH = ((60, 0.0), (120, 2.0), (60, 0.0))
STEADY = ((240, 10.0),)
PLAIN = ratio("errors_total", "requests_total")


FLAPPING = ((60, 0.0), *((5, 10.0), (5, 0.0)) * 9, (90, 0.0))


@pytest.mark.parametrize(
    ("errors", "fast", "medium", "apart"),
    [(OUTAGE, 80, 60, 2), (FIFTH, 100, 60, 2), (((120, 0.0), (2, 10.0), (118, 0.0)), 0, 0, 0), (FLAPPING, 20, 20, 18)],
    ids=["outage", "a fifth", "two minutes", "flapping"],
)
def test_incidents(
    distribution: Distribution, tmp_path: Path, errors: tuple[tuple[int, float], ...], fast: int, medium: int,
    apart: int,
) -> None:  # fmt: skip
    """Both tiers that page fire at the same evaluations, `for` included, in four shapes of incidents."""
    series = {"errors_total": counter(*errors), "requests_total": counter(*STEADY)}
    first, second = DAYS_28[:2]
    checks = [*agree(first, "fast", 240, fast, apart), *agree(second, "medium", 240, medium, apart)]
    prove(distribution, tmp_path, objective(indicator=PLAIN), pyrra_rules(*COUNTED, DAYS_28), series, checks)


@pytest.mark.parametrize(
    ("errors", "fast", "medium", "apart"), [(OUTAGE, 60, 30, 2), (FIFTH, 80, 20, 4)], ids=["outage", "a fifth"]
)
def test_rounded_windows(
    distribution: Distribution, tmp_path: Path, errors: tuple[tuple[int, float], ...], fast: int, medium: int,
    apart: int,
) -> None:  # fmt: skip
    """In 30d the windows are not quite Pyrra's: an outage alerts a minute later at most, a fifth of errors two."""
    series = {"errors_total": counter(*errors), "requests_total": counter(*STEADY)}
    first, second = DAYS_30
    checks = [*agree(first, "fast", 179, fast, apart), *agree(second, "medium", 179, medium, apart)]
    text = objective(indicator=PLAIN, window="30d")
    prove(distribution, tmp_path, text, pyrra_rules(*COUNTED, DAYS_30), series, checks)


def test_one_failed_request(distribution: Distribution, tmp_path: Path) -> None:
    """Where one failure of few requests alerts in Pyrra, it does here: there is no floor unless somebody sets it."""
    series = {"errors_total": counter((60, 0.0)) + " 1x360", "requests_total": "0+0.05x480"}
    rules = pyrra_rules(*COUNTED, DAYS_28)
    prove(distribution, tmp_path, objective(indicator=PLAIN), rules, series, list(agree(DAYS_28[0], "fast", 240, 4)))


def test_latency_and_groups(distribution: Distribution, tmp_path: Path) -> None:
    """Slow requests fire alike, only for the group that is slow."""
    bucket = 'sum{by} (rate(t_seconds_bucket{{le=~"1(\\\\.0)?"}}[{window}]))'
    count = "sum{by} (rate(t_seconds_count[{window}]))"
    text = objective(indicator=latency('t_seconds_bucket{le="1"}', "t_seconds_count") + "      grouping: [zone]\n")
    rules = pyrra_rules(f"({count} - {bucket})", count, DAYS_28, by="zone")
    series = {
        't_seconds_count{zone="a"}': counter(*STEADY),
        't_seconds_bucket{zone="a",le="1.0"}': counter((120, 10.0), (60, 0.0), (60, 10.0)),
        't_seconds_count{zone="b"}': counter(*STEADY),
        't_seconds_bucket{zone="b",le="1.0"}': counter(*STEADY),
    }
    healthy = 'count_over_time(ALERTS{alertstate="firing", zone="b"}[240m])'
    quiet = {"expr": healthy, "eval_time": "240m", "exp_samples": []}
    prove(distribution, tmp_path, text, rules, series, [*agree(DAYS_28[0], "fast", 240, 80), quiet])


def test_absent_metrics(distribution: Distribution, tmp_path: Path) -> None:
    """The alert on an absent metric fires at the very evaluations of Pyrra's."""
    theirs = {"alert": "SLOMetricAbsent", "expr": "absent(requests_total) == 1", "for": "10m"}
    rules = {"groups": [{"name": "orders-increase", "interval": "30s", "rules": [theirs]}]}
    series = {"errors_total": "0x240", "requests_total": "0+10x40 _x80 stale _x60 1+10x60"}
    firing = 'sum(count_over_time(ALERTS{{alertstate="firing", alertname="{}"}}[120m]))'
    names = ("SLOMetricAbsent", "SLOMetricAbsentOrders")
    equal = f"{firing.format(names[0])} == bool {firing.format(names[1])}"
    check = {"expr": equal, "eval_time": "120m", "exp_samples": [{"labels": "{}", "value": 1}]}
    prove(distribution, tmp_path, objective(indicator=PLAIN), rules, series, [check])
