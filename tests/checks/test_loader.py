"""What the strict loader of Prometheus refuses, the lint reports; what it accepts, is clean."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest

from sloctl.checks._context import Context
from sloctl.pipeline.lint.config import LintConfig
from sloctl.pipeline.lint.run import lint_bytes
from sloctl.pipeline.settings import Settings

GOOD = {
    "numbers_as_labels": "- {alert: A, expr: up == 0, labels: {severity: 5, a: true, b: 1.5, c: null, d: ''}}",
    "number_as_expression": "- {record: a, expr: 1}",
    "zero_without_unit": "- {alert: A, expr: up == 0, for: 0}",
    "nothing_as_for": "- {alert: A, expr: up == 0, for: }",
    "no_labels": "- {alert: A, expr: up == 0, labels: , annotations: }",
    "record_for_zero": "- {record: a, expr: up, for: 0s, annotations: {}}",
    "empty_record": "- {alert: A, record: '', expr: up == 0}",
    "number_as_alert": "- {alert: 5, expr: up == 0}",
    "merge_key": "- &a {alert: A, expr: up == 0}\n- {<<: *a, alert: B}",
    "no_template_in_a_recording_rule": "- {record: a, expr: up, labels: {b: '{{ $c }'}}",
    "nothing_as_a_rule": "-",
    "alert_with_spaces": "- {alert: a b, expr: up == 0}",
    "group_without_rules": "groups: [{name: g}]",
    "no_groups": "groups:",
    "group_with_all_keys": "groups: [{name: 5, interval: 0s, limit: 5, rules: []}]",
    "json": '{"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "up == 0"}]}]}',
}
BAD = {
    "unknown_key_of_a_file": "groups: []\nrules: []",
    "unknown_key_of_a_group": "groups: [{name: g, intervall: 1m}]",
    "unknown_key_of_a_rule": "- {alert: A, expr: up, annotation: {a: b}}",
    "key_in_upper_case": "- {Alert: A, expr: up}",
    "duplicate_key": "- {alert: A, expr: up, expr: down}",
    "groups_as_a_mapping": "groups: {name: g}",
    "groups_as_text": "groups: none",
    "group_as_text": "groups: [none]",
    "rules_as_text": "groups: [{name: g, rules: none}]",
    "rules_as_a_mapping": "groups: [{name: g, rules: {a: b}}]",
    "rule_as_text": "- none",
    "no_group_name": "groups: [{rules: []}]",
    "empty_group_name": "groups: [{name: ''}]",
    "list_as_group_name": "groups: [{name: [g]}]",
    "text_as_limit": "groups: [{name: g, limit: '5'}]",
    "no_expr": "- {alert: A}",
    "empty_expr": "- {alert: A, expr: ''}",
    "blank_expr": "- {alert: A, expr: '  '}",
    "comment_as_expr": "- {alert: A, expr: '# up'}",
    "list_as_expr": "- {alert: A, expr: [up]}",
    "broken_expr": "- {alert: A, expr: up ===}",
    "alert_and_record": "- {alert: A, record: a, expr: up}",
    "neither_alert_nor_record": "- {expr: up}",
    "empty_alert": "- {alert: '', expr: up}",
    "braces_in_record": "- {record: 'a{b=\"c\"}', expr: up}",
    "annotations_on_record": "- {record: a, expr: up, annotations: {a: b}}",
    "for_on_record": "- {record: a, expr: up, for: 5m}",
    "keep_firing_for_on_record": "- {record: a, expr: up, keep_firing_for: 5m}",
    "metric_name_as_label": "- {alert: A, expr: up, labels: {__name__: a}}",
    "empty_label_name": "- {alert: A, expr: up, labels: {'': a}}",
    "labels_as_a_list": "- {alert: A, expr: up, labels: [a]}",
    "labels_as_text": "- {alert: A, expr: up, labels: a}",
    "mapping_as_label": "- {alert: A, expr: up, labels: {a: {b: c}}}",
    "list_as_annotation": "- {alert: A, expr: up, annotations: {a: [b]}}",
    "unknown_variable": "- {alert: A, expr: up, annotations: {a: '{{ $b }}'}}",
    "open_action": "- {alert: A, expr: up, labels: {a: '{{ $value'}}",
    "for_without_unit": "- {alert: A, expr: up, for: 5}",
    "for_with_a_fraction": "- {alert: A, expr: up, for: 1.5h}",
    "for_with_a_word": "- {alert: A, expr: up, for: 5min}",
    "for_with_a_space": "- {alert: A, expr: up, for: 5 m}",
    "for_in_the_wrong_order": "- {alert: A, expr: up, for: 5m1h}",
    "for_too_long": "- {alert: A, expr: up, for: 300y}",
    "negative_for": "- {alert: A, expr: up, for: -5m}",
    "two_zeros_as_for": "- {alert: A, expr: up, for: 00}",
    "empty_for": "- {alert: A, expr: up, for: ''}",
    "list_as_for": "- {alert: A, expr: up, for: [5m]}",
    "interval_without_unit": "groups: [{name: g, interval: 30}]",
}
SINCE_3 = {
    "dash_in_record": "- {record: a-b, expr: up}",
    "dash_in_label_name": "- {alert: A, expr: up, labels: {a-b: c}}",
    "dash_in_annotation_name": "- {alert: A, expr: up, annotations: {a-b: c}}",
    "metric_in_quotes": "- {alert: A, expr: '{\"a.b\"}'}",
    "duration_as_a_number": "- {alert: A, expr: a > 5m}",
}


@pytest.mark.parametrize("name", GOOD)
def test_what_the_loader_accepts_is_clean(name, tmp_path) -> None:
    """Odd but valid files have no error."""
    assert [] == _errors(_file(GOOD[name]), tmp_path)


@pytest.mark.parametrize("name", BAD)
def test_what_the_loader_refuses_is_an_error(name, tmp_path) -> None:
    """Every file that Prometheus would not load has an error."""
    assert [] != _errors(_file(BAD[name]), tmp_path)


@pytest.mark.parametrize("name", SINCE_3)
def test_what_version_3_accepts_is_a_warning(name, tmp_path) -> None:
    """A file that one major version loads is not refused, and the other version is named."""
    config = LintConfig(settings=Settings(root=tmp_path), context=Context(today=date(2026, 7, 29), root=tmp_path))
    found = lint_bytes(_file(SINCE_3[name]).encode(), "rules.yml", config).findings
    codes = {each.problem.code for each in found if "before version 3" in each.message}
    assert ({"C335"}, []) == (codes, _errors(_file(SINCE_3[name]), tmp_path))


def test_promtool_agrees(tool, tmp_path) -> None:
    """The real loader refuses the bad files and no good one."""
    for name, text in {**GOOD, **BAD}.items():
        (tmp_path / f"{name}.yml").write_text(_file(text))
    names = [f"{name}.yml" for name in (*GOOD, *BAD)]
    done = subprocess.run(
        [tool("promtool"), "check", "rules", *names], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    refused = {name.removesuffix(".yml") for name in names if f"\n{name}: " in done.stderr}
    assert set(BAD) == refused


def _file(text: str) -> str:
    if text.startswith("-"):
        indented = "\n".join(f"      {line}" for line in text.splitlines())
        return f"groups:\n  - name: g\n    rules:\n{indented}\n"
    return text + "\n"


def _errors(text: str, root: Path) -> list[str]:
    """Return the errors that the profile `migration` finds: what is certainly broken."""
    context = Context(today=date(2026, 11, 23), root=root)
    config = LintConfig(context=context, settings=Settings(root=root), profile="migration")
    findings = lint_bytes(text.encode(), "rules.yml", config).findings
    return [f"{finding.problem.code} {finding.message}" for finding in findings]
