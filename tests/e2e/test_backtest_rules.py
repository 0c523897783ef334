"""The replay of hard rule files against promtool, which runs the rules themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests.cli.session import sloctl
from tests.support.month import DAY, HOUR, MINUTE, Incident, Month, promtool_series
from tests.support.promtool import run_unit_tests

STEP = 2 * MINUTE
MONTH = Month(
    begin=20 * DAY,
    days=2,
    incidents=(
        Incident(at=26 * HOUR, lasts=10 * MINUTE, errors=1),
        *(Incident(at=30 * HOUR + number * 25 * MINUTE, lasts=3 * MINUTE, errors=0.6) for number in range(4)),
        Incident(at=40 * HOUR, lasts=2 * HOUR, errors=0.05, region="us"),
    ),
    holes=((44 * HOUR, 44 * HOUR + 40 * MINUTE), (46 * HOUR, 46 * HOUR + 3 * MINUTE)),
    resets=(41 * HOUR,),
    phase=0,
)
RULES = """\
groups:
  - name: recordings
    rules:
      - {record: r:total, expr: "sum by (region) (rate(requests_total[5m]))"}
      - {record: r:ratio, expr: "sum by (region) (rate(failed_total[5m])) / r:total"}
      - {record: r:ratio1h, expr: "avg_over_time(r:ratio[1h])", labels: {window: 1h}}
      - {record: r:one, expr: "r:ratio{region='us'}", labels: {kind: low}}
  - name: alerts
    rules:
      - {alert: Chain, expr: r:ratio > 0.002 and ignoring (window) r:ratio1h > 0.002, for: 2m}
      - {alert: Offset, expr: r:ratio > 10 * (r:ratio offset 1h), for: 2m}
      - {alert: SetLabel, expr: "r:one{kind='low', region!='eu'} > 0.01"}
      - {alert: Scalar, expr: r:ratio > scalar(max(r:ratio1h)) * 5}
      - {alert: Unless, expr: r:ratio > 0.001 unless on (region) r:ratio1h > 0.002, for: 2m}
      - {alert: Group, expr: r:ratio1h * on (region) group_left (kind) r:one > 0.0001}
      - {alert: Subquery, expr: "max_over_time(r:ratio[30m:6m]) > 0.05"}
      - {alert: Largest, expr: "topk(1, r:ratio) > 0.01"}
      - {alert: Bool, expr: (r:ratio > bool 0.01) == 1}
      - {alert: Either, expr: r:ratio > 0.05 or queue_age > 103}
      - {alert: Changes, expr: "changes(r:ratio[20m]) > 4"}
      - {alert: Forecast, expr: "predict_linear(queue_age[20m], 1200) > 106", for: 4m}
      - {alert: Absent, expr: "absent(r:total{region='eu'})", for: 6m}
      - {alert: AbsentOver, expr: "absent_over_time(r:total{region='eu'}[10m])"}
      - {alert: Renamed, expr: "label_replace(r:ratio, 'where', '$1', 'region', '(.).*') > 0.02"}
"""


def firing_at(alerts: list[dict[str, Any]], at: int) -> list[dict[str, Any]]:
    """Return what `ALERTS` holds at an evaluation (milliseconds) by the report."""
    return [
        {"labels": f'ALERTS{{{_written(firing["labels"])}, alertstate="firing"}}', "value": 1}
        for alert in alerts
        for firing in alert["firings"]
        if firing["start_ms"] <= at < firing["end_ms"]
    ]


def _written(labels: dict[str, str]) -> str:
    return ", ".join(f'{name}="{value}"' for name, value in labels.items())


def test_promtool_sees_the_same_alerts_of_rule_files(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Operators, functions and chains of recordings: at every evaluation of a day the same alerts, with all labels."""
    (tmp_path / "sloctl.yaml").write_text("evaluation_interval: 2m\n")
    (tmp_path / "rules.yml").write_text(RULES)
    (tmp_path / "samples.om").write_text("".join(MONTH.lines()))
    tool("prometheus")
    options = ["--data", "samples.om", "--days", "1", "--until", str(MONTH.end), "--format", "json"]
    done = sloctl("backtest", "--rules", "rules.yml", *options, cwd=tmp_path)
    assert (0, "") == (done.code, done.err), done.err
    alerts = json.loads(done.out)["alerts"]
    written = [rule["alert"] for group in yaml.safe_load(RULES)["groups"] for rule in group["rules"] if "alert" in rule]
    assert written == [alert["name"] for alert in alerts if alert["firings"]]
    cases = [
        {
            "eval_time": f"{at}s",
            "expr": 'last_over_time(ALERTS{alertstate="firing"}[1s])',
            "exp_samples": firing_at(alerts, 1000 * (MONTH.begin + at)),
        }
        for at in range(DAY, 2 * DAY, STEP)
    ]
    test = {"interval": "1m", "input_series": promtool_series(MONTH), "promql_expr_test": cases}
    order = {"group_eval_order": ["recordings", "alerts"], "evaluation_interval": "2m"}
    (tmp_path / "test.yml").write_text(json.dumps({"rule_files": ["rules.yml"], **order, "tests": [test]}))
    run_unit_tests(tmp_path / "test.yml", promtool=tool("promtool"))
