"""Prometheus itself says whether this package reads templates as it does."""

import json
import re
import subprocess
from pathlib import Path

from sloctl.gotemplate.escape import go_string, literal
from sloctl.gotemplate.facts import facts
from sloctl.gotemplate.parse import parse
from tests.gotemplate.marked import unmark
from tests.gotemplate.test_facts import MISTAKES
from tests.gotemplate.test_parse import ACCEPTED, REJECTED
from tests.support.prometheus import Distribution
from tests.support.promtool import run_unit_tests

NEW_SYNTAX = "else with"
"""Prometheus 2 does not know it; Prometheus 3 does."""

PLAIN = ["{{", "{{{", "{{{{ x }}}}", "{{- x -}}", "{{/* x */}}", 'a "{{" b', "{{\n}}", "100 % {{ $value }} \\ `x`"]

PRINTED = [
    (
        '{{ range query "m" }}[{{ .Labels.x }} {{ $labels.job }} {{ $.Labels.job }} {{ .Value }}]{{ end }}',
        "[1 api api 7]",
    ),
    ('{{ with query "m" }}{{ . | first | label "x" }}{{ end }}', "1"),
    ("{{ with $labels }}{{ .job }}{{ end }}", "api"),
    ('{{ define "t" }}{{ $.Labels.job }}{{ .Value }}{{ end }}{{ template "t" . }}', "api0.25"),
    ('{{ define "t" }}{{ .arg0.job }}{{ .arg1 }}{{ end }}{{ template "t" (args $labels $value) }}', "api0.25"),
    ("a {{- /* comment */ -}} b {{- 1 -}} \n c", "ab1c"),
    ('{{ $x := "a" }}{{ if true }}{{ $x = "b" }}{{ end }}{{ $x }}', "b"),
    ('{{ print "a" 1 2 "b" "c" }}', "a1 2bc"),
    ("{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}", "job=api;"),
    ("{{ $value | humanizePercentage }}", "25%"),
    (r'{{ "\u00e9\x41\101" }}', "éAA"),
]


def write_rules(folder: Path, templates: list[str]) -> Path:
    """Write one alert for each template, as JSON, which is YAML."""
    rules = [
        {"alert": f"T{index}", "expr": 'up{job="api"} * 0.25', "annotations": {"text": template}}
        for index, template in enumerate(templates)
    ]
    path = folder / "rules.json"
    path.write_text(json.dumps({"groups": [{"name": "templates", "rules": rules}]}))
    return path


def expect(folder: Path, promtool: str, expected: list[tuple[str, str]]) -> None:
    """Assert that promtool prints for each template the text beside it."""
    write_rules(folder, [template for template, _ in expected])
    tests = [
        {
            "eval_time": "1m",
            "alertname": f"T{index}",
            "exp_alerts": [{"exp_labels": {"job": "api"}, "exp_annotations": {"text": text}}],
        }
        for index, (_, text) in enumerate(expected)
    ]
    series = [{"series": 'up{job="api"}', "values": "1x5"}, {"series": 'm{x="1"}', "values": "7x5"}]
    case = {"interval": "1m", "input_series": series, "alert_rule_test": tests}
    path = folder / "test.json"
    path.write_text(json.dumps({"rule_files": ["rules.json"], "evaluation_interval": "1m", "tests": [case]}))
    run_unit_tests(path, promtool=promtool)


def refused(folder: Path, promtool: str, templates: list[str]) -> list[str]:
    """Return the templates that promtool refuses to load."""
    path = write_rules(folder, templates)
    run = subprocess.run([promtool, "check", "rules", path], capture_output=True, text=True, check=False)
    numbers = {int(number) for number in re.findall(r'"T(\d+)"', run.stdout + run.stderr)}
    return [template for index, template in enumerate(templates) if index in numbers]


def test_prometheus_refuses_what_the_parser_refuses(distribution: Distribution, tmp_path: Path) -> None:
    """The two agree on every template of the parser's own tests."""
    bad = [unmark(marked)[0] for marked, *_ in REJECTED]
    good = [text for text in ACCEPTED if NEW_SYNTAX not in text]
    assert bad == refused(tmp_path, distribution.promtool, good + bad)


def test_prometheus_prints_literals_as_they_are(distribution: Distribution, tmp_path: Path) -> None:
    """`literal` and `go_string` bring any text through Prometheus unchanged."""
    texts = [(literal(text), text) for text in PLAIN] + [(f"{{{{ {go_string(text)} }}}}", text) for text in PLAIN]
    expect(tmp_path, distribution.promtool, texts)


def test_prometheus_binds_dot_and_variables_as_assumed(distribution: Distribution, tmp_path: Path) -> None:
    """Scopes of `range`, `with`, `define` and assignments, trim markers and comments are Prometheus's own."""
    expect(tmp_path, distribution.promtool, PRINTED)


def test_prometheus_prints_the_static_text(distribution: Distribution, tmp_path: Path) -> None:
    """What `facts` calls the static text of a template is what Prometheus prints."""
    templates = [
        "a {{- /* c */ -}} b",
        '{{ $x := "a" }}{{ printf "%s-%q" $x "b" }}{{ print "c" "d" }}',
        '{{ define "t" }} x {{ end }}{{ template "t" }}{{ block "b" . }}y{{ end }}',
    ]
    expect(tmp_path, distribution.promtool, [(text, facts(parse(text)).static_text or "") for text in templates])


def test_prometheus_stumbles_over_every_mistake(distribution: Distribution, tmp_path: Path) -> None:
    """Each mistake loads, and its alert then shows an error instead of a text."""
    templates = [unmark(marked)[0].replace("if true", "if false") for marked, *_ in MISTAKES]
    assert refused(tmp_path, distribution.promtool, templates) == []
    path = tmp_path / "test.json"
    tests = [{"eval_time": "1m", "alertname": f"T{index}", "exp_alerts": []} for index in range(len(templates))]
    series = [{"series": 'up{job="api",app="a",code="5"}', "values": "1x5"}]
    case = {"interval": "1m", "input_series": series, "alert_rule_test": tests}
    path.write_text(json.dumps({"rule_files": ["rules.json"], "evaluation_interval": "1m", "tests": [case]}))
    run = subprocess.run([distribution.promtool, "test", "rules", path], capture_output=True, text=True, check=False)
    texts = re.findall(r'Annotations:\{.*?text="(.*)"', run.stdout + run.stderr)
    assert len(templates) == len(texts)
    assert [text for text in texts if "<error expanding template" not in text and "%!" not in text] == []
