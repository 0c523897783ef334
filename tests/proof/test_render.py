"""Templates rendered as Prometheus does: promtool is asked, and says the same."""

import json
from pathlib import Path

import pytest

from sloctl.proof.case import Unproven
from sloctl.proof.render import Alert, render
from tests.support.prometheus import Distribution
from tests.support.promtool import run_unit_tests

TEMPLATES = (
    "plain",
    "{{ $value }}",
    "{{ $labels.region }} and {{ .Labels.region }} at {{ .Value }}",
    '{{ $value | printf "%.0f" }} {{ printf "%.2f of %s" $value $labels.region }} 100%',
    '{{ printf "%q" $labels.region }} {{ printf "%g%%" $value }}',
    "{{ $value | humanize }} {{ $value | humanize1024 }}B",
    "{{ $value | humanizeDuration }} {{ $value | humanizePercentage }}",
    '{{ if $labels.region }}{{ $labels.region | toUpper }}{{ else }}none{{ end }}{{ "{{" }}',
    "{{ with query `x` }}{{ . | first | value | humanize }}{{ end }}",
    "{{ if $labels.nothing }}a{{ else }}b{{ end }}",
)
VALUES = (
    0.0,
    1.0,
    0.00012345,
    0.05,
    0.9999,
    12.5,
    59.96,
    61.5,
    1234.5678,
    93784.25,
    123456789.0,
    2.5e15,
    999999.0,
    1000000.0,
    1e6 + 0.25,
    -42.75,
    1e-7,
)


@pytest.mark.parametrize("value", VALUES)
def test_promtool_renders_the_same(value: float, distribution: Distribution, tmp_path: Path) -> None:
    """Numbers of every size, through every function that can be foretold."""
    alert = Alert({"region": "eu-1"}, value, lambda expr: value if expr == "x" else None)
    annotations = {f"a{index}": template for index, template in enumerate(TEMPLATES)}
    rule = {"alert": "A", "expr": "x > -Inf", "annotations": annotations}
    (tmp_path / "rules.json").write_text(json.dumps({"groups": [{"name": "g", "rules": [rule]}]}))
    expected = {key: render(template, alert) for key, template in annotations.items()}
    alerts = [{"exp_labels": {"region": "eu-1"}, "exp_annotations": expected}]
    test = {
        "input_series": [{"series": 'x{region="eu-1"}', "values": f"{value:.30f}"}],
        "alert_rule_test": [{"eval_time": "0s", "alertname": "A", "exp_alerts": alerts}],
    }
    path = tmp_path / "test.json"
    path.write_text(json.dumps({"rule_files": ["rules.json"], "tests": [test]}))
    run_unit_tests(path, promtool=distribution.promtool)


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{{ $labels.a | title }}", "the function `title` cannot be foretold"),
        ("{{ range query `x` }}{{ end }}", "`range` cannot be foretold"),
        ("{{ query `y` | first | value }}", "the query `y` cannot be foretold"),
        ("{{ $x := 1 }}", "a variable cannot be foretold"),
        ("{{ $externalURL }}", "`$externalURL` cannot be foretold"),
    ],
)
def test_what_cannot_be_foretold_is_named(template: str, reason: str) -> None:
    """Instead of a guess there is a reason, which the report shows."""
    with pytest.raises(Unproven) as stuck:
        render(template, Alert({"a": "b"}, 1.0, lambda _: None))
    assert reason == str(stuck.value)
