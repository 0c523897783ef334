"""Expressions become native conditions only where these mean the same; all others stay expressions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sloctl.pipeline.compile import compile_paths
from sloctl.pipeline.settings import Settings
from sloctl.promql.normal import normalise
from sloctl.promql.parse import parse
from tests.pipeline.convert.originals import alert_of, converted, rule, rule_file
from tests.support.prometheus import Distribution
from tests.support.promtool import run_unit_tests

KINDS = ("count", "ratio", "value", "absent", "stale", "exhaustion", "expr")


def condition(alert: dict[str, Any]) -> tuple[str, Any]:
    """Return kind and fields of an alert's condition."""
    ((kind, fields),) = [(kind, alert[kind]) for kind in KINDS if kind in alert]
    return kind, fields


SAME = {
    'sum(increase(sent_total{job="a"}[1h])) > 5000':
        ("count", {"of": 'sent_total{job="a"}', "over": "1h", "above": 5000}),
    "10 > sum by (queue) (increase(done_total[30m]))":
        ("count", {"of": "done_total", "over": "30m", "below": 10, "by": ["queue"]}),
    'absent(up{job="a"})': ("absent", {"of": 'up{job="a"}'}),
    "max(age_seconds) > 300": ("value", {"of": "age_seconds", "above": 300}),
    "min(free) by (disk, host) < 1e9": ("value", {"of": "free", "below": 1000000000, "by": ["disk", "host"]}),
    'sum(avg_over_time(open{job="db"}[15m])) > 900':
        ("value", {"of": 'open{job="db"}', "agg": "sum", "over": "15m", "above": 900}),
    "time() - max(done_timestamp) > 26 * 3600": ("stale", {"timestamp": "done_timestamp", "older_than": "1d2h"}),
    "min by (disk) (free < 50 and predict_linear(free[1d], 3 * 86400) < 0)":
        ("exhaustion", {"of": "free", "reaches": 0, "within": "3d", "based_on": "1d", "and_below": 50, "by": ["disk"]}),
    "max(used > 80 and predict_linear(used[6h], 3600) > 100)":
        ("exhaustion", {"of": "used", "reaches": 100, "within": "1h", "based_on": "6h", "and_above": 80}),
}  # fmt: skip


@pytest.mark.parametrize("expr", SAME)
def test_the_same_expression_comes_out(tmp_path: Path, expr: str) -> None:
    """The condition has the fields that one would write, and compiles to the expression that was read."""
    (spec,) = converted(tmp_path, {"shop.yml": rule_file(rule(expr, hold="5m"))}).specs
    path = tmp_path / "spec.yaml"
    path.write_text(spec.text)
    done = compile_paths([path], Settings(root=tmp_path), tmp_path, emit=True)
    (compiled,) = done.rule_files[0].groups[0].rules
    assert SAME[expr] == condition(alert_of(tmp_path, expr, hold="5m"))
    assert _numbers(normalise(parse(expr).root)) == _numbers(normalise(parse(compiled.expr).root))


def _numbers(text: str) -> str:
    """Write products of numbers, and numbers on the left, as the compiler does."""
    known = {"(26.0 * 3600.0)": "93600.0", "(3.0 * 86400.0)": "259200.0"}
    for product, value in known.items():
        text = text.replace(product, value)
    if text.startswith("(10.0 > "):
        return f"({text[8:-1]} < 10.0)"
    return text


@pytest.mark.parametrize(
    "expr",
    [
        "increase(sent_total[1h]) > 5000",
        "queue_length > 100",
        "sum(increase(sent_total[1h])) < 10",
        "sum(increase(sent_total[1h])) >= 5000",
        "sum(increase(sent_total[1h] offset 1d)) > 5000",
        "sum without (pod) (increase(sent_total[1h])) > 5",
        "sum(increase(sent_total[1h])) > bool 5",
        "sum(increase(sent_total[1h])) > sum(increase(done_total[1h]))",
        "max(age_seconds) > Inf",
        "sum by (slo) (errors) > 5",
        "absent(up == 1)",
        "absent_over_time(up[10m])",
        "time() - done_timestamp > 3600",
        "time() - max(done_timestamp) > 0.0001",
        "sum(rate(a_total[5m])) / sum(rate(b_total[10m])) > 0.1",
        "sum by (x) (rate(a_total[5m])) / sum(rate(b_total[5m])) > 0.1",
        "sum(rate(a_seconds_total[5m])) / sum(rate(b_total[5m])) > 0.1",
        "sum(rate(a_total[5m])) / sum(rate(b_total[5m])) < 0.1",
        "predict_linear(free[1h], 3600) < 0",
        "min(free < 5 and predict_linear(other[1h], 3600) < 0)",
        "max by (q) (length) > 5 and on (q) paused == 0",
        "vector(1)",
    ],
)
def test_what_only_an_expression_says(tmp_path: Path, expr: str) -> None:
    """A condition that would alert for other series, at other times or with another value is not taken."""
    assert ("expr", expr) == condition(alert_of(tmp_path, expr))


@pytest.mark.parametrize(
    ("expr", "kind"),
    [
        ("sum(rate(a_total[5m])) / sum(rate(b_total[5m])) * 100 > 5", "ratio"),
        ("100 * sum(rate(a_total[5m])) / sum(rate(b_total[5m])) > 5", "ratio"),
        ("sum by (job) (rate(a_total[5m])) > 0.5", "count"),
    ],
)
def test_a_value_that_is_shown_decides(tmp_path: Path, expr: str, kind: str) -> None:
    """A percentage becomes a share and a rate a count, but only where no text shows the value."""
    silent, shown = ({"annotations": {"summary": text}} for text in ("Bad", "Bad: {{ $value }}"))
    assert kind == condition(alert_of(tmp_path, expr, **silent))[0]
    assert "expr" == condition(alert_of(tmp_path, expr, **shown))[0]


def test_a_pinned_label_stays_on_the_alert(tmp_path: Path) -> None:
    """A label that the selector pins is one of the alert, unless a text shows it: templates see no such label."""
    alert = alert_of(tmp_path, 'sum by (job, zone) (increase(a_total{job="x"}[1h])) > 5')
    assert (["zone"], {"job": "x"}) == (alert["count"]["by"], alert["labels"])
    shown = {"summary": "Much of {{ $labels.job }}"}
    expr = 'sum by (job) (increase(a_total{job="x"}[1h])) > 5'
    assert ("expr", expr) == condition(alert_of(tmp_path, expr, annotations=shown))


def test_kinds_that_wait_by_themselves_are_told_not_to(tmp_path: Path) -> None:
    """An original without `for` fires at once, so a kind with a default says `for: 0s`."""
    assert "0s" == alert_of(tmp_path, "max(age_seconds) > 300")["for"]
    assert "for" not in alert_of(tmp_path, "sum(increase(a_total[5m])) > 300")


def test_the_same_alerts_fire(distribution: Distribution, tmp_path: Path) -> None:
    """Of the conditions that are written anew, ours fire at the very evaluations of the originals."""
    exprs = {
        "Share": "sum by (zone) (rate(bad_total[5m])) / sum by (zone) (rate(all_total[5m])) > 0.1",
        "Percent": "100 * sum(increase(bad_total[10m])) / sum(increase(all_total[10m])) > 10",
        "Rate": "sum by (zone) (rate(bad_total[5m])) > 0.05",
        "Gone": 'absent(gauge{job="a"}) == 1',
        "Old": "time() - max by (zone) (gauge) > 600",
    }
    rules = [rule(expr, name, hold="2m") for name, expr in exprs.items()]
    (spec,) = converted(tmp_path, {"shop.yml": rule_file(*rules, interval="30s")}).specs
    assert not spec.text.count("  expr:")
    (tmp_path / "spec.yaml").write_text(spec.text)
    settings = Settings(root=tmp_path)
    done = compile_paths([tmp_path / "spec.yaml"], settings, tmp_path, emit=True)
    (tmp_path / "ours.yml").write_text(done.artifacts[0].content)
    _run_both(distribution, tmp_path, list(exprs))


def _run_both(distribution: Distribution, folder: Path, names: list[str]) -> None:
    """Let both rule files see an incident in one zone, and an hour later the end of all series."""
    series = {
        'bad_total{zone="a"}': "0x40 0+3x40 120x80",
        'bad_total{zone="b"}': "0x160",
        'all_total{zone="a"}': "0+10x160",
        'all_total{zone="b"}': "0+10x160",
        'gauge{job="a", zone="a"}': "0x100 stale",
    }
    checks = []
    for name in names:
        counted = [
            f'(sum(count_over_time(ALERTS{{alertname="{name}", alertstate="firing", owner{op}""}}[80m])) or vector(0))'
            for op in ("=", "!=")
        ]
        asked = (f"{counted[0]} == bool {counted[1]}", f"{counted[0]} > bool 10")
        checks += [{"expr": expr, "eval_time": "80m", "exp_samples": [{"labels": "{}", "value": 1}]} for expr in asked]
    inputs = [{"series": name, "values": values} for name, values in series.items()]
    tests = [{"interval": "30s", "input_series": inputs, "promql_expr_test": checks}]
    content = {"rule_files": ["shop.yml", "ours.yml"], "evaluation_interval": "30s", "tests": tests}
    (folder / "test.json").write_text(json.dumps(content))
    run_unit_tests(folder / "test.json", promtool=distribution.promtool)
