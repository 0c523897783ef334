"""`sloctl test` for every kind of SLI and condition: right rules pass, a wrong one is found out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.session import Outcome, sloctl
from tests.support.prometheus import Distribution

TIERS = [{"name": "quick", "severity": "page", "budget": "60%", "long": "30m", "short": "5m"}]
WINDOW = "[$window]"
SLIS: dict[str, dict[str, Any]] = {
    "bad and total": {"events": {"bad": "failed_total", "total": "all_total"}},
    "good and total": {"events": {"good": 'x_total{r=~"ok|warn"}', "total": "x_total"}},
    "good and bad": {"events": {"good": 'x_total{code!~"5.."}', "bad": 'x_total{code=~"5.."}'}},
    "grouped": {"events": {"bad": 'x_total{code=~"5.."}', "total": "x_total"}, "by": ["region", "zone"]},
    "latency": {"latency": {"histogram": 'http_seconds{job=~"a|b"}', "below": "300ms"}},
    "whole latency": {"latency": {"histogram": "http_seconds_bucket", "below": "1s"}, "by": ["region"]},
    "probe": {"probe": {"up": 'probe_success{job="blackbox"}'}},
    "grouped probe": {"probe": {"up": "up"}, "by": ["site"]},
    "raw counts": {"raw": {"bad": f"sum(increase(b{WINDOW}))", "total": f"sum(increase(t{WINDOW}))"}},
    "raw rates": {"raw": {"bad": f"sum(rate(b{WINDOW})) or vector(0)", "total": f"sum(rate(t{WINDOW}))"}},
    "raw ratio": {"raw": {"error_ratio": f"(sum(rate(b{WINDOW})) or vector(0)) / sum(rate(t{WINDOW}))"}},
    "free": {"timeslice": {"expr": f"histogram_quantile(0.9, sum by (le) (rate(x_bucket{WINDOW})))", "below": 1}},
}


def prove(folder: Path, distribution: Distribution, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Outcome:
    """Run the command with the promtool of a distribution."""
    monkeypatch.setenv("PATH", str(Path(distribution.promtool).parent))
    return sloctl("test", "spec.json", *arguments, cwd=folder)


def write(folder: Path, **content: Any) -> None:
    """Write a spec."""
    head = {"apiVersion": "sloctl/v1", "kind": "Service", "metadata": {"name": "shop", "owner": "team-shop"}}
    defaults = {"runbook": "https://runbooks.example.org/{name}", "action": "Look", "priority": "P2"}
    (folder / "spec.json").write_text(json.dumps({**head, "defaults": defaults, **content}))


@pytest.mark.parametrize("sli", SLIS.values(), ids=SLIS.keys())
def test_every_sli_kind_is_proven(
    sli: dict[str, Any], distribution: Distribution, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The series made for each kind agree with the rules of the kind, in every version of Prometheus."""
    slo = {"name": "s", "objective": 98, "period": "1h", "sli": sli, "alerting": {"tiers": TIERS, "no_data": "page"}}
    write(tmp_path, slos=[slo])
    found = prove(tmp_path, distribution, monkeypatch)
    assert 0 == found.code, found.out
    assert "  s/quick: stays quiet under healthy traffic ok; fires " in found.out


@pytest.mark.parametrize("objective", [80, 95, 99.99])
def test_strict_and_lax_objectives_are_proven(objective: float, tool: Callable[[str], str], tmp_path: Path) -> None:
    """Where an outage is seen at once, and where the long window must be nearly full."""
    sli = {"events": {"bad": "b_total", "total": "t_total"}}
    slo = {"name": "s", "objective": objective, "period": "2h", "sli": sli, "alerting": {"tiers": TIERS}}
    slo["alerting"]["ticket"] = "off"
    write(tmp_path, slos=[slo])
    tool("promtool")
    found = sloctl("test", "spec.json", cwd=tmp_path)
    assert 0 == found.code, found.out


@pytest.mark.parametrize("scrape", ["15s", "60s", "2m", "15m"])
def test_any_scrape_interval_is_proven(scrape: str, tool: Callable[[str], str], tmp_path: Path) -> None:
    """Base windows of 5m, 10m and an hour; with slow scrapes there are minutes between two samples."""
    tier = {"name": "quick", "severity": "page", "budget": "60%", "long": "6h", "short": "2h"}
    sli = {"events": {"good": "g_total", "total": "t_total"}}
    slo = {"name": "s", "objective": 99, "period": "12h", "sli": sli, "alerting": {"tiers": [tier], "no_data": "page"}}
    write(tmp_path, slos=[slo])
    (tmp_path / "sloctl.yaml").write_text(f"scrape_interval: {scrape}\n")
    tool("promtool")
    found = sloctl("test", "spec.json", cwd=tmp_path)
    assert 0 == found.code, found.out


LONG = {
    "the long window is another": ("bad_events:increase2d{", "bad_events:increase4h{"),
    "the short window is another": ("total_events:increase4h{", "total_events:increase2d{"),
    "the limit is another": ("> 1.19 * 0.01", "> 1.21 * 0.01"),
    "the floor is one higher": (">= 5", ">= 6"),
    "it fires at once": ("for: 20m", "for: 0m"),
}


@pytest.fixture(scope="module")
def long_tier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A compiled SLO with a tier over days, which is proven from recorded windows."""
    folder = tmp_path_factory.mktemp("long")
    tier = {"name": "week", "severity": "ticket", "budget": "34%", "long": "2d", "short": "4h", "for": "20m"}
    sli = {"events": {"bad": 'x_total{code=~"5.."}', "total": "x_total"}, "by": ["region"]}
    slo = {"name": "s", "objective": 99, "period": "7d", "sli": sli, "alerting": {"tiers": [tier], "no_data": "off"}}
    write(folder, slos=[slo])
    assert 0 == sloctl("compile", "spec.json", cwd=folder).code
    return folder


def test_a_tier_over_days_is_proven(long_tier: Path, tool: Callable[[str], str]) -> None:
    """When it fires and ends is known to a few minutes, although its history is days long."""
    tool("promtool")
    found = sloctl("test", "spec.json", cwd=long_tier)
    assert 0 == found.code, found.out
    claims = ("fires 55m after a full outage begins", "resets 3h57m30s after recovery")
    assert [] == [claim for claim in claims if f"{claim} ok" not in found.out], found.out


@pytest.mark.parametrize(("right", "wrong"), LONG.values(), ids=LONG.keys())
def test_a_wrong_tier_over_days_is_caught(
    right: str, wrong: str, long_tier: Path, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """One piece of its alert replaced is found out."""
    tool("promtool")
    head, alert = (long_tier / "rules" / "shop.yml").read_text().split("- alert:", 1)
    assert right in alert
    (tmp_path / "rules.yml").write_text(f"{head}- alert:{alert.replace(right, wrong, 1)}")
    found = sloctl("test", "spec.json", "--rules", str(tmp_path / "rules.yml"), cwd=long_tier)
    assert 1 == found.code
    assert "\n    s/week: " in found.out


CONDITIONS: dict[str, tuple[dict[str, Any], str, str]] = {
    "count": ({"count": {"of": "x_total", "over": "10m", "above": 100}, "for": "2m"}, "> 100", "> 105"),
    "count for": ({"count": {"of": "x_total", "over": "1h", "above": 100}, "for": "10m"}, "for: 10m", "for: 8m"),
    "count of nothing": ({"count": {"of": "x_total", "over": "10m", "above": 0}}, "> 0", ">= 0"),
    "too little": ({"count": {"of": "x_total", "over": "10m", "below": 100}}, "< 100", "<= 100"),
    "too little of nothing": ({"count": {"of": "x_total", "over": "10m", "below": 9}}, " or vector(0)", ""),
    "too little in a group": ({"count": {"of": "x_total", "over": "1h", "below": 5, "by": ["a"]}}, "< 5", "> 5"),
    "ratio": ({"ratio": {"part": 'x{c=~"5.."}', "of": "x", "over": "10m", "above": "5%"}}, "> 0.05", "> 0.06"),
    "ratio floor": ({"ratio": {"part": "a", "of": "b", "over": "10m", "above": "5%"}}, ">= 10", ">= 9"),
    "ratio below": ({"ratio": {"part": "a", "of": "b", "over": "1h", "below": "95%"}, "for": "5m"}, "< 0.95", "> 0.95"),
    "value": ({"value": {"of": "g", "above": 10, "by": ["a"]}}, "> 10", ">= 10"),
    "value for": ({"value": {"of": "g", "above": 10, "for": "30m"}}, "for: 30m", "for: 20m"),
    "value below 0": ({"value": {"of": "g", "below": -3.5}}, "< -3.5", "< -3.6"),
    "average": ({"value": {"of": "g", "above": 10, "over": "30m"}}, "avg_over_time", "max_over_time"),
    "lingering": ({"value": {"of": "g", "above": 1}, "keep_firing_for": "20m"}, "keep_firing_for: 20m", ""),
    "absent": ({"absent": {"of": 'g{job="a"}', "for": "10m"}}, "for: 10m", "for: 20m"),
    "fewer": ({"absent": {"of": 'g{job="a"}', "expect": 3}}, "< 3", "< 2"),
    "stale": ({"stale": {"timestamp": "g", "older_than": "26h", "by": ["a"]}}, "> 93600", "> 95000"),
    "runs out": (
        {"exhaustion": {"of": "g", "within": "4h", "based_on": "6h", "and_below": 1000, "by": ["a"]}},
        "14400",
        "60000",
    ),
    "fills up": (
        {"exhaustion": {"of": "g", "reaches": 100, "within": "1d", "based_on": "1d", "and_above": 60}},
        "> 60",
        "> 50",
    ),
    "expression": ({"expr": "sum by (a) (rate(x_total[10m])) > 2.5"}, "> 2.5", "< 2.5"),
    "bare expression": ({"expr": 'g{a=~"b|c"} > 3', "for": "5m"}, "> 3", ">= 3"),
    "time since": ({"expr": "time() - max(g) > 3600"}, "> 3600", "> 3700"),
    "average in an expression": ({"expr": "max by (a) (avg_over_time(g[10m])) < 3"}, "< 3", "<= 3"),
}


@pytest.mark.parametrize(("condition", "right", "wrong"), CONDITIONS.values(), ids=CONDITIONS.keys())
def test_every_condition_is_proven(
    condition: dict[str, Any], right: str, wrong: str, tool: Callable[[str], str], tmp_path: Path
) -> None:
    """The right rule passes; with one piece of it replaced it fails, and the report names the alert."""
    tool("promtool")
    write(tmp_path, alerts=[{"name": "Alert", **condition}])
    assert 0 == sloctl("compile", "spec.json", cwd=tmp_path).code
    path = tmp_path / "rules" / "shop.yml"
    text = path.read_text()
    found = sloctl("test", "spec.json", cwd=tmp_path)
    assert 0 == found.code, found.out
    assert ", 0 failed, 0 not proven" in found.err
    assert right in text
    path.write_text(text.replace(right, wrong, 1))
    found = sloctl("test", "spec.json", "--rules", "rules", cwd=tmp_path)
    assert 1 == found.code
    assert "\n    Alert: " in found.out


FREE = {
    "sum(rate(a[5m])) / sum(rate(b[5m])) > 1": "no series can be made up for an expression",
    "sum without (pod) (g) > 1": "no series can be made up for an expression",
    "g{a=~'b', a='c'} > 1": 'no value was found for which `a=~"b"` and `a="c"` hold',
    "max(g offset 1h) > 1": "no series can be made up for an expression",
}


@pytest.mark.parametrize(("expr", "reason"), FREE.items())
def test_a_free_expression_is_not_proven(expr: str, reason: str, tool: Callable[[str], str], tmp_path: Path) -> None:
    """Nothing is guessed: the report gives the reason, and the run does not fail."""
    tool("promtool")
    write(tmp_path, alerts=[{"name": "Alert", "expr": expr, "for": "5m"}])
    found = sloctl("test", "spec.json", cwd=tmp_path)
    assert 0 == found.code
    assert f"  Alert: not proven: {reason}" in found.out
    assert "0 claims proven, 0 failed, 1 not proven" in found.err
