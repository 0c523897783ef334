"""What `sloctl lint` makes of several files, of templates and of odd rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from sloctl.cli.main import run

NOISY = "groups:\n  - name: g\n    rules:\n      - alert: QueueLong\n        expr: queue > 5\n"
RECORDED = "groups:\n- name: r\n  rules:\n  - {record: 'queue:jobs:sum', expr: sum by (queue) (jobs)}\n"
READS = ("groups:\n- name: g\n  rules:\n  - alert: QueueLong\n    expr: queue:jobs:sum > 5\n"
         "    annotations: {summary: '{{ $labels.queue }} of {{ $labels.instance }}'}\n")  # fmt: skip


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


@pytest.mark.parametrize("others", [{}, {"b.yml": RECORDED.replace("by (queue)", "by (instance)")}])
def test_labels_are_followed_through_recording_rules_of_other_files(others: dict[str, str], capsys) -> None:
    """A label that the recording rule of another file drops is empty; one that any rule of this name keeps may be."""
    for name, text in {"reads.yml": READS, "sub/records.yml": RECORDED, **others}.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text)
    code = run(["lint", ".", "--select", "C308", "--format", "text"])
    out = capsys.readouterr().out
    found = "reads.yml:6:63: error C308 label-aggregated-away: `instance` is always empty here: `queue:jobs:sum` is"
    assert ((0, False, False) if others else (1, True, True)) == (
        code, found in out, "recorded here: sub/records.yml:4" in out)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{{- if .Values.on }}\n" + NOISY + "{{- end }}\n", "1:1"),
        (NOISY.replace("queue > 5", 'queue{job="{{ .Values.job }}"} > 5'), "5:26"),
        (NOISY.replace("name: g", "name: {{ .Release.Name }}"), "2:11"),
    ],
    ids=["lines", "value", "mapping"],
)
def test_a_template_that_is_not_rendered_is_passed_over_with_a_note(text: str, place: str, capsys) -> None:
    """A file of a Helm chart is never read in half, and the other files are checked."""
    Path("chart.yml").write_text(text)
    Path("rules.yml").write_text(NOISY)
    assert 1 == run(["lint", ".", "--select", "N201,S108", "--format", "concise"])
    lines = capsys.readouterr().out.splitlines()
    note = f"chart.yml:{place}: note S108 not-rendered: this template is not rendered, so it is not checked"
    assert (note, 2) == (lines[0].partition(" [")[0], len(lines))
    assert "rules.yml:4:16: error N201" in lines[1]


def test_one_placeholder_in_the_defaults_of_a_spec_is_said_once(capsys) -> None:
    """What all alerts of a spec inherit has one place, so it is one finding."""
    alert = "{{name: {}, count: {{of: x_total, over: 1h, above: 5}}, priority: P2, action: Restart it}}"
    alerts = "".join(f"  - {alert.format(name)}\n" for name in ("OneFails", "TwoFails"))
    Path("a.yaml").write_text("apiVersion: sloctl/v1\nkind: Service\nmetadata: {name: a, owner: b}\n"
                              f"defaults: {{runbook: TODO}}\nalerts:\n{alerts}")  # fmt: skip
    run(["lint", "a.yaml", "--select", "A103", "--format", "concise"])
    assert ["a.yaml:4:21: error A103 placeholder-runbook: this runbook is a placeholder: `TODO`"] == [
        line.partition(" [")[0] for line in capsys.readouterr().out.splitlines()
    ]


def test_a_rule_without_a_name_is_blamed_for_that_alone(capsys) -> None:
    """An empty `alert` is refused by Prometheus; what else such an alert lacks is not said of ``."""
    Path("rules.yml").write_text(NOISY.replace("QueueLong", '""'))
    run(["lint", "rules.yml", "--format", "concise"])
    assert ["C320"] == [line.split(": ")[1].split()[1] for line in capsys.readouterr().out.splitlines()]
