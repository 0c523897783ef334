"""What `sloctl lint` makes of several files, of templates and of odd rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from sloctl.cli.main import run
from sloctl.core.registry import plugins

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


SLOTH = """version: prometheus/v1
service: web
slos:
  - name: requests
    objective: 99
    sli: {events: {error_query: 'sum(rate(f[{{.window}}]))', total_query: 'sum(rate(x[{{.window}}]))'}}
    alerting: {name: WebFails}
"""
SLO = """apiVersion: sloctl/v1
kind: Service
metadata: {name: web, owner: web}
defaults: {runbook: web.md, action: Roll back}
slos:
  - name: requests
    objective: 99
    sli: {events: {bad: f_total, total: x_total}}
"""


def test_a_runbook_that_an_import_makes_up_is_said_once(capsys) -> None:
    """S405 says that there is none; a host that the user never wrote is not held against the spec."""
    Path("sloth.yml").write_text(SLOTH)
    assert 0 == run(["lint", "sloth.yml", "--select", "A103,S405", "--format", "concise"])
    [finding] = capsys.readouterr().out.splitlines()
    assert "S405 incomplete-import: nothing says `owner`, `runbook` and `action` for `web`" in finding


@pytest.mark.parametrize(("period", "place"), [("", "6:11"), ("    period: 30d\n", "7:13")])
def test_a_period_beyond_the_retention_is_said_once(period: str, place: str, capsys) -> None:
    """All sums of an SLO that reach too far back are one finding, at the period or at the name of the SLO."""
    Path("sloctl.yaml").write_text("lint: {retention: 15d}\n")
    Path("a.yaml").write_text(SLO.replace("    objective", f"{period}    objective"))
    run(["lint", "a.yaml", "--select", "C322", "--format", "concise"])
    found = [line.partition(" [")[0] for line in capsys.readouterr().out.splitlines()]
    said = "the period of 30d reaches 27d back, but samples are kept for 15d"
    assert [f"a.yaml:{place}: warning C322 beyond-retention: {said}"] == found


def test_the_help_names_every_format(capsys) -> None:
    """A reporter that is added shows up without an edit anywhere else."""
    run(["lint", "--help"])
    words = set(capsys.readouterr().out.replace(",", " ").replace(".", " ").split())
    assert set() == set(plugins("sloctl.reporters", "REPORTER")) - words
