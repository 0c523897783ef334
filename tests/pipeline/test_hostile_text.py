"""A user's text is data: it comes out of the rules exactly as it went in, and is never run as a template."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sloctl.model.rules import Alerting, RuleFile
from tests.pipeline.specs import planned, rule_file_text
from tests.support.promtool import check_rules, run_unit_tests

PLAIN = ("action", "impact", "runbook", "dashboard")
"""Fields whose text is literal; `summary` and `description` are templates by contract."""

_PAIR = re.compile(r"\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}")

HOSTILE = {
    "template": "{{ $labels.instance }} costs {{ 5 }}",
    "broken template": "{{ end }} }} {{",
    "brace at the end": "open {",
    "quotes": """'single' "double" `back` \\ \\n \\" ''""",
    "yaml": "key: value # no comment, - no item, *no alias, &no anchor, !no tag",
    "indicator first": "- @`%!&*|>?:[]{},'\"",
    "booleans": "no",
    "number": "0x1F",
    "document end": "first\n---\n...\nlast",
    "lines": "one\n\n  two\n\tthree\n four",
    "line separators": "a\x85b\u2028c\u2029d\ufeffe",
    "control": "a\x1b[31mred\x07\x00b\x7f",
    "wide": "東京 🗼 👩‍👩‍👧 é e\u0301 \u202egnirts",
    "long": "x" * 10_000 + " # {{ " + "y: " * 100,
    "percent": "100%q %s %d {nothing} {{nothing}}",
    "dollar": "${HOME} $(id) $value `id`",
}


def service(text: str) -> str:
    """Return a spec, as JSON, that holds a text wherever text may stand, escaped but for surrogate pairs."""
    response: dict[str, Any] = dict.fromkeys(PLAIN, f"https://x/{text}y") | {"labels": {"severity_note": f"l{text}l"}}
    sli = {"events": {"bad": "failed_total", "total": "all_total"}, "by": ["region"]}
    return _PAIR.sub(lambda pair: str(json.loads(f'"{pair[0]}"')), json.dumps({
        "apiVersion": "sloctl/v1", "kind": "Service",
        "metadata": {"name": "shop", "owner": f"o{text}o", "description": text + "d", "labels": {"env": f"e{text}e"},
                     "links": {"dashboard": f"https://d/{text}d"}},
        "slos": [{"name": "a", "description": f"d{text}d", "objective": 99.9, "sli": sli,
                  "alerting": {"page": response, "ticket": response}}],
        "alerts": [{"name": "A", "expr": "x > 1", "priority": "P3", **response}],
    }))  # fmt: skip


def unescaped(value: str) -> str:
    """Undo the one escape there is: `{{"{{"}}` prints `{{`."""
    return value.replace('{{"{{"}}', "\ue000\ue000").replace('{{"{"}}', "\ue000").replace("\ue000", "{")


def written(file: RuleFile) -> list[dict[str, Any]]:
    """Return the rules as YAML readers see the emitted file."""
    groups = yaml.safe_load(rule_file_text(file))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def spec_of(text: str) -> RuleFile:
    """Compile the spec that holds a text everywhere."""
    return planned(service(text))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_text_comes_out_as_it_went_in(text: str) -> None:
    """Literal fields and labels hold the user's text, and what reads the file gets what was planned."""
    file = spec_of(text)
    assert [dict(rule.labels) for rule in file.rules] == [rule.get("labels", {}) for rule in written(file)]
    for planned_rule, rule in zip(file.rules, written(file), strict=True):
        if isinstance(planned_rule, Alerting):
            assert dict(planned_rule.annotations) == rule["annotations"]
            assert f"https://x/{text}y".strip() == unescaped(rule["annotations"]["dashboard_url"]).strip()
            assert f"l{text}l" == unescaped(rule["labels"]["severity_note"])
            assert f"o{text}o" == unescaped(rule["labels"]["owner"])
    alert = next(rule for rule in written(file) if rule.get("alert") == "A")
    assert f"https://x/{text}y" == unescaped(alert["annotations"]["action"])


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    """The same holds for any text."""
    test_text_comes_out_as_it_went_in(text)


def test_promtool_accepts_hostile_text(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Prometheus loads every file, so no text breaks YAML, an expression or a template."""
    paths = []
    for number, text in enumerate(HOSTILE.values()):
        paths.append(tmp_path / f"{number}.yml")
        paths[-1].write_text(rule_file_text(spec_of(text)), encoding="utf-8")
    check_rules(*paths, promtool=tool("promtool"))


SINGLE_LINE = [name for name, text in HOSTILE.items() if "\x00" not in text and name != "control"]


@pytest.mark.parametrize("name", SINGLE_LINE)
def test_prometheus_shows_the_text_and_runs_nothing(tmp_path: Path, tool: Callable[[str], str], name: str) -> None:
    """Prometheus expands the annotations and labels of a firing alert to exactly the user's text."""
    rules = tmp_path / "rules.yml"
    rules.write_text(rule_file_text(spec_of(HOSTILE[name])), encoding="utf-8")
    alert = next(rule for rule in spec_of(HOSTILE[name]).rules if isinstance(rule, Alerting) and rule.alert == "A")
    unit_test = {
        "rule_files": [rules.name],
        "evaluation_interval": "1m",
        "tests": [{
            "interval": "1m",
            "input_series": [{"series": "x", "values": "2x5"}],
            "alert_rule_test": [{
                "eval_time": "3m",
                "alertname": "A",
                "exp_alerts": [{
                    "exp_labels": {key: unescaped(value) for key, value in alert.labels},
                    "exp_annotations": {key: unescaped(value) for key, value in alert.annotations}
                    | {"description": "The value is 2."},
                }],
            }],
        }],
    }  # fmt: skip
    path = tmp_path / "test.yml"
    path.write_text(yaml.safe_dump(unit_test, allow_unicode=True), encoding="utf-8")
    run_unit_tests(path, promtool=tool("promtool"))


@pytest.mark.parametrize("field", ["summary", "description"])
def test_summary_and_description_are_templates(field: str) -> None:
    """What a user writes as a template stays one."""
    data = json.loads(service("x"))
    data["alerts"][0][field] = "{{ $labels.job }} is at {{ $value }}"
    alert = next(rule for rule in written(planned(json.dumps(data))) if rule.get("alert") == "A")
    assert "{{ $labels.job }} is at {{ $value }}" == alert["annotations"][field]
