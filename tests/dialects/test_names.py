"""`compile --names`: the series of other tools, with our values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.session import sloctl
from tests.support.promtool import check_rules, run_unit_tests

SPEC = """\
apiVersion: sloctl/v1
kind: Service
metadata: {name: shop, owner: team-shop, labels: {env: prod}, aliases: {sloth: My_Shop}}
defaults: {runbook: "https://runbooks.corp/{name}", action: Look at it}
slos:
  - name: orders
    aliases: {sloth: Orders.v1, pyrra: shop-orders}
    objective: 99
    period: 28d
    sli:
      events: {bad: 'orders_total{job="shop", code=~"5..|429"}', total: 'orders_total{job="shop"}'}
  - name: quick
    objective: 99
    sli: {latency: {histogram: 'order_seconds{job="shop"}', below: 300ms}}
  - name: up
    objective: 99
    sli: {probe: {up: 'probe_success{job="shop"}'}, by: [region]}
  - name: fair
    objective: 99
    sli: {raw: {error_ratio: 'avg(avg_over_time(share[$window]))'}}
"""
SERIES = {
    'orders_total{job="shop", code="200"}': "0+98x90",
    'orders_total{job="shop", code="500"}': "0+2x90",
    'order_seconds_count{job="shop"}': "0+100x90",
    'order_seconds_bucket{job="shop", le="0.3"}': "0+97x90",
    'probe_success{job="shop", region="eu"}': "1x90",
    "share": "0.04x90",
}


def compiled(folder: Path, *names: str, text: str = SPEC) -> list[dict[str, Any]]:
    """Compile the spec with the names of some tools, and return the rules of all groups."""
    (folder / "shop.yaml").write_text(text)
    options = [option for name in names for option in ("--names", name)]
    done = sloctl("compile", "shop.yaml", "-o", "rules", *options, cwd=folder)
    assert 0 == done.code, done.err
    content = yaml.safe_load((folder / "rules" / "shop.yml").read_text())
    return [rule for group in content["groups"] for rule in group["rules"]]


def recorded(rules: list[dict[str, Any]]) -> set[str]:
    """Return the names of recorded series."""
    return {rule["record"] for rule in rules if "record" in rule}


def prove(folder: Path, facts: dict[str, float], tool: Callable[[str], str]) -> None:
    """Prove with promtool what expressions are worth after 40 minutes."""
    checks = [
        {"expr": f"round({expr}, 0.000001)", "eval_time": "40m", "exp_samples": [{"labels": "{}", "value": value}]}
        for expr, value in facts.items()
    ]
    series = [{"series": name, "values": values} for name, values in SERIES.items()]
    test = {"interval": "30s", "input_series": series, "promql_expr_test": checks}
    (folder / "test.yml").write_text(
        yaml.safe_dump({"rule_files": ["rules/shop.yml"], "evaluation_interval": "1m", "tests": [test]})
    )
    run_unit_tests(folder / "test.yml", promtool=tool("promtool"))


ID = '{sloth_id="My_Shop-Orders.v1", sloth_service="My_Shop", sloth_slo="Orders.v1"}'
SLOTH = {
    f"sum(slo:sli_error:ratio_rate5m{ID})": 0.02,
    f"sum(slo:sli_error:ratio_rate1h{ID})": 0.02,
    f"sum(slo:sli_error:ratio_rate28d{ID})": 0.02,
    f"sum(slo:objective:ratio{ID})": 0.99,
    f"sum(slo:error_budget:ratio{ID})": 0.01,
    f"sum(slo:time_period:days{ID})": 28,
    f"sum(slo:current_burn_rate:ratio{ID})": 2,
    f"sum(slo:period_burn_rate:ratio{ID})": 2,
    f"sum(slo:period_error_budget_remaining:ratio{ID})": -1,
    f"sum(sloth_slo_info{ID})": 1,
    'sum(slo:sli_error:ratio_rate5m{sloth_slo="quick"})': 0.03,
    'sum(slo:sli_error:ratio_rate5m{sloth_slo="up", region="eu"})': 0,
    'sum(slo:current_burn_rate:ratio{sloth_slo="fair"})': 4,
    'count(max(slo:time_period:days{sloth_id!=""}) by (sloth_id))': 4,
}


def test_sloth_has_our_values(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Each series that Sloth's dashboards read is there, under the old names, and worth what ours is worth."""
    compiled(tmp_path, "sloth")
    prove(tmp_path, SLOTH, tool)


def test_ours_are_found_once(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Both record `slo:objective:ratio`; whoever selects by our labels still finds one series of each SLO."""
    compiled(tmp_path, "sloth", "pyrra")
    both = 'count({__name__=~"slo:.+|pyrra.+", slo_service="shop", sloth_id!=""}) or vector(0)'
    prove(tmp_path, {'count(slo:objective:ratio{slo_service="shop"})': 4, both: 0}, tool)


def test_windows_of_sloth(tmp_path: Path) -> None:
    """All windows that Sloth records are there, though no tier of ours reads some of them."""
    text = SPEC.replace(
        "    objective: 99\n    period: 28d\n", "    objective: 99\n    alerting: {page: off, ticket: off}\n"
    )
    names = recorded(compiled(tmp_path, "sloth", text=text))
    windows = ("5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d")
    assert {f"slo:sli_error:ratio_rate{window}" for window in windows} <= names


def test_alerts_bear_the_labels_of_sloth(tmp_path: Path) -> None:
    """Routes that match Sloth's labels go on working; without the option there are none of them."""
    alerts = [rule["labels"] for rule in compiled(tmp_path, "sloth") if "alert" in rule]
    pages = [labels for labels in alerts if labels["notify"] == "page" and labels["slo"] == "orders"]
    assert {("page", "My_Shop", "Orders.v1", "My_Shop-Orders.v1")} == {
        tuple(labels[f"sloth_{key}"] for key in ("severity", "service", "slo", "id")) for labels in pages
    }
    assert not any("sloth_id" in rule["labels"] for rule in compiled(tmp_path))


def labels_of(rules: list[dict[str, Any]], name: str) -> list[dict[str, str]]:
    """Return the labels of the rules that record a series."""
    return [rule["labels"] for rule in rules if rule.get("record") == name]


SLOTH_SPEC = """\
version: prometheus/v1
service: shop
labels: {owner: team-shop, cluster: eu, tier: "2", region: all}
slos:
  - name: orders
    objective: 99.9
    sli:
      events:
        error_query: sum by (region) (rate(orders_total{code="500"}[{{.window}}]))
        total_query: sum by (region) (rate(orders_total[{{.window}}]))
    alerting: {page_alert: {disable: true}, ticket_alert: {disable: true}}
"""


def test_series_of_sloth_have_the_labels_of_the_spec(tmp_path: Path) -> None:
    """Dashboards select by the labels of the spec, as Sloth spelled them; a label that splits the SLI keeps its own."""
    rules = compiled(tmp_path, "sloth", text=SLOTH_SPEC)
    spec = {"owner": "team-shop", "cluster": "eu", "tier": "2"}
    ids = {"sloth_id": "shop-orders", "sloth_service": "shop", "sloth_slo": "orders"}
    assert [spec | ids] == labels_of(rules, "slo:period_burn_rate:ratio")
    assert [spec | ids | {"sloth_window": "1h"}] == labels_of(rules, "slo:sli_error:ratio_rate1h")


PYRRA_SPEC = """\
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: orders, labels: {pyrra.dev/team: shop, unprefixed: x}}
spec:
  target: "99"
  window: 4w
  indicator:
    ratio:
      errors: {metric: 'orders_total{job="shop", code="500"}'}
      total: {metric: 'orders_total{job="shop"}'}
"""


def test_series_of_pyrra_have_the_labels_of_the_objective(tmp_path: Path) -> None:
    """`pyrra.dev/` labels are on all series, what the metric pins on its own ones, as in Pyrra."""
    rules = compiled(tmp_path, "pyrra", text=PYRRA_SPEC)
    assert [{"slo": "orders", "team": "shop"}] == labels_of(rules, "pyrra_objective")
    assert [{"slo": "orders", "team": "shop", "job": "shop"}] == labels_of(rules, "orders:burnrate5m")


PYRRA = {
    'sum(orders:burnrate5m{slo="shop-orders", job="shop"})': 0.02,
    'sum(orders:burnrate1d{slo="shop-orders"})': 0.02,
    'sum(orders:increase4w{slo="shop-orders", code=~"5..|429"}) / sum(orders:increase4w{slo="shop-orders"})': 0.02,
    'sum(order_seconds:increase30d{slo="quick", le="0.3"}) / sum(order_seconds:increase30d{slo="quick", le=""})': 0.97,
    'sum(probe_success:sum30d{slo="up"}) / sum(probe_success:count30d{slo="up", region="eu"})': 1,
    'sum(pyrra_objective{slo="shop-orders"})': 0.99,
    'sum(pyrra_window{slo="shop-orders"})': 28 * 86_400,
    'sum(pyrra_availability{slo="shop-orders"})': 0.98,
    'sum(pyrra_requests:rate5m{slo="shop-orders"})': 3.333333,
    'sum(pyrra_errors:rate5m{slo="shop-orders"})': 0.066667,
    'sum(pyrra_availability{slo="fair"})': 0.96,
    'sum((pyrra_availability - pyrra_objective) / (1 - pyrra_objective) and pyrra_window{slo="shop-orders"} > 0)': -1,
    'sum((pyrra_availability{slo="fair"} - on(slo) pyrra_objective{slo="fair"}))': -0.03,
}


def test_pyrra_has_our_values(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Each series that Pyrra's dashboards read is there: weeks as Go writes them, errors found by their matcher."""
    compiled(tmp_path, "pyrra")
    prove(tmp_path, PYRRA, tool)


def test_an_sli_without_a_metric(tmp_path: Path) -> None:
    """An SLI that no single metric counts has the generic series of Pyrra only; one with groups has no generic ones."""
    rules = [rule for rule in compiled(tmp_path, "pyrra") if rule.get("labels", {}).get("slo") in {"fair", "up"}]
    fair = {rule["record"] for rule in rules if "record" in rule and rule["labels"] == {"slo": "fair"}}
    generic = {"pyrra_objective", "pyrra_window", "pyrra_availability", "pyrra_requests:rate5m", "pyrra_errors:rate5m"}
    assert generic == fair
    assert not [rule for rule in rules if rule["labels"] == {"slo": "up"} and rule["record"] in generic]


@pytest.mark.parametrize("names", [("sloth",), ("pyrra",), ("pyrra", "sloth")])
def test_the_rules_are_clean(names: tuple[str, ...], tmp_path: Path, tool: Callable[[str], str]) -> None:
    """promtool takes the rules, none is there twice, and the linter has nothing to say under its strict profile."""
    rules = compiled(tmp_path, *names)
    identities = [(rule.get("record"), rule.get("alert"), tuple(sorted(rule["labels"].items()))) for rule in rules]
    assert len(identities) == len(set(identities))
    check_rules(tmp_path / "rules" / "shop.yml", promtool=tool("promtool"))
    done = sloctl("lint", "rules/shop.yml", "--profile", "strict", "--ignore", "P407", cwd=tmp_path)
    assert (0, "") == (done.code, done.out), done.out


def test_names_by_setting(tmp_path: Path) -> None:
    """The settings may ask for names too, and the option wins over them."""
    (tmp_path / "sloctl.yaml").write_text("names: [sloth]\n")
    assert "sloth_slo_info" in recorded(compiled(tmp_path))
    assert "sloth_slo_info" not in recorded(compiled(tmp_path, "pyrra"))


def test_unknown_names(tmp_path: Path) -> None:
    """A tool that is not known is a wrong use, and those that are known are named."""
    (tmp_path / "shop.yaml").write_text(SPEC)
    done = sloctl("compile", "shop.yaml", "--names", "slot", cwd=tmp_path)
    assert (2, True) == (done.code, "unknown names `slot`" in done.err and "pyrra, sloth" in done.err)


def test_proofs_hold_with_names(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """`sloctl test` proves the same of rules that record more."""
    tool("promtool")
    (tmp_path / "sloctl.yaml").write_text("names: [sloth]\n")
    one = (
        "    objective: 99.9\n    alerting: {ticket: off, no_data: off}\n    sli: {events: {bad: failed, total: all}}\n"
    )
    (tmp_path / "shop.yaml").write_text(f"{SPEC.split('slos:', maxsplit=1)[0]}slos:\n  - name: orders\n{one}")
    done = sloctl("test", "shop.yaml", cwd=tmp_path)
    assert 0 == done.code, done.out + done.err
