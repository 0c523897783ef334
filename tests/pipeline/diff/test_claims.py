"""What a comparison foretells comes true: the compiled rules are asked."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import yaml

from sloctl.core.duration import Duration
from sloctl.model import names
from sloctl.pipeline.diff.history import missed_past
from sloctl.pipeline.plan.recordings import slo_levels
from tests.cli.session import sloctl
from tests.pipeline.diff.scratch import Scratch
from tests.pipeline.specs import HEAD, resolved

RECORDED = 'slo:total_events:increase5m{slo_service="sms-helpline", slo="delivery"%s}'


def test_missing_data_is_reported_for_the_groups_that_are_gone(
    repository: Scratch, tool: Callable[[str], str], tmp_path: Path
) -> None:
    """After a change of `by`, the alert fires for the old series in the first day, and then no more."""
    repository.replace(("      events:", "      by: [region]\n      events:"))
    (entry,) = repository.data("HEAD")["changes"]
    said = "`SLODataMissing` fires for the old series during the first day, because they are gone"
    assert said in entry["details"]
    assert 0 == sloctl("compile", cwd=repository.root).code
    rules = yaml.safe_load((repository.root / "rules" / "sms-helpline.yml").read_text())
    alerts = [rule for rule in rules["groups"][0]["rules"] if rule.get("alert") == names.NO_DATA_ALERT]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "g", "rules": alerts}]}))
    expected = {"exp_labels": {"slo_service": "sms-helpline", "slo": "delivery"} | alerts[0]["labels"]}
    series = [(RECORDED % "", "10x600 _x3000"), (RECORDED % ', region="eu"', "_x600 10x3000")]
    times = {"620m": [], "650m": [expected], "1900m": [expected], "2120m": []}
    checks = [{"expr": f"count(ALERTS{{alertstate='firing', alertname='{names.NO_DATA_ALERT}'}}) or vector(0)",
               "eval_time": time, "exp_samples": [{"labels": "{}", "value": len(alerts)}]}
              for time, alerts in times.items()]  # fmt: skip
    test = {"interval": "1m", "input_series": [{"series": name, "values": values} for name, values in series],
            "promql_expr_test": checks}  # fmt: skip
    (tmp_path / "test.yml").write_text(yaml.safe_dump({"rule_files": ["rules.yml"], "tests": [test]}))
    done = subprocess.run(
        [tool("promtool"), "test", "rules", "test.yml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stdout + done.stderr


def test_a_figure_misses_what_no_recorded_window_covers() -> None:
    """Nothing when all windows were recorded; four fifths where a step between is new, because it has no past."""
    thirty, ninety = (_slo(period) for period in ("30d", "90d"))
    assert Duration(0) == missed_past(thirty, thirty) == missed_past(ninety, thirty)
    assert Duration.of(days=18) in {level.window for level in slo_levels(ninety)}
    assert Duration.of(days=72) == missed_past(thirty, ninety)


def _slo(period: str):
    service, _ = resolved(f"""{HEAD}
slos:
  - name: checkout
    objective: 99.9
    period: {period}
    sli: {{events: {{bad: failed_total, total: all_total}}}}
""")
    assert service
    return service.slos[0]
