"""What of a rule file becomes what of a spec, and what is said about the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from sloctl.formats._spec import Fate
from sloctl.pipeline.settings import Priority
from tests.pipeline.convert.originals import alert_of, converted, rule, rule_file, spec_of


def told(folder: Path, text: str, fate: Fate) -> list[str]:
    """Return the remarks of a fate about a rule file."""
    return [remark.text for remark in converted(folder, {"shop.yml": text}).remarks if remark.fate is fate]


@pytest.mark.parametrize(
    ("severity", "priority", "labels"),
    [
        ("critical", "P1", None),
        ("warning", "P3", None),
        ("page", "P1", {"severity": "page"}),
        ("sev2", "P2", {"severity": "sev2"}),
        ("low", "P4", {"severity": "low"}),
        ("info", "P4", {"severity": "info"}),
        ("purple", "P3", {"severity": "purple"}),
        ("", "P3", None),
    ],
)
def test_severities(tmp_path: Path, severity: str, priority: str, labels: dict[str, str] | None) -> None:
    """A severity is the priority that writes it; one that no priority writes stays a label as well."""
    alert = alert_of(tmp_path, "a > 1", labels={"severity": severity})
    assert (priority, labels) == (alert["priority"], alert.get("labels"))


def test_priorities_of_the_settings(tmp_path: Path) -> None:
    """The settings say which severity a priority writes, so they decide."""
    priorities = {name: Priority("page", (("severity", f"sev{name[1]}"),)) for name in ("P1", "P2", "P3", "P4")}
    text = rule_file(rule("a > 1", labels={"severity": "sev2"}))
    (alert,) = spec_of(tmp_path, text, priorities=priorities)["alerts"]
    assert ("P2", None) == (alert["priority"], alert.get("labels"))


def test_who_is_called_for_nothing_is_named(tmp_path: Path) -> None:
    """An alert that calls nobody is written down as such in the report."""
    text = rule_file(rule("a > 1", labels={"severity": "info"}))
    assert any("calls nobody" in remark for remark in told(tmp_path, text, Fate.DERIVED))


def test_annotations(tmp_path: Path) -> None:
    """Texts that a spec has keys for come under these, all others stay annotations; a template stays one."""
    annotations = {
        "summary": "It is {{ $value }}",
        "description": "d",
        "runbook": "https://r.example.org/a",
        "dashboard_url": "https://d.example.org/{name}",
        "action": "Restart",
        "impact": "{{ $labels.zone }} is down",
        "note": "n",
        "empty": "",
    }
    alert = alert_of(tmp_path, "a > 1", annotations=annotations)
    keys = ("summary", "description", "runbook", "action", "annotations")
    assert {
        "summary": "It is {{ $value }}",
        "description": "d",
        "runbook": "https://r.example.org/a",
        "action": "Restart",
        "annotations": {
            "dashboard_url": "https://d.example.org/{name}",
            "impact": "{{ $labels.zone }} is down",
            "note": "n",
        },
    } == {key: alert[key] for key in keys}


def test_labels(tmp_path: Path) -> None:
    """Labels of the group are those of its alerts; templates and names that sloctl writes are lost, and named."""
    labels = {"team": "b", "value": "{{ $value }}", "tier": "x"}
    text = rule_file(rule("a > 1", labels=labels), labels={"zone": "eu", "team": "a"})
    assert {"zone": "eu", "team": "b"} == spec_of(tmp_path, text)["alerts"][0]["labels"]
    lost = told(tmp_path, text, Fate.LOST)
    assert ["`value`", "`tier`"] == [text.split()[2] for text in lost if text.startswith("the label")]


def test_names(tmp_path: Path) -> None:
    """Names become UpperCamelCase and unique; a severity tells namesakes apart."""
    names = ["queue_full", "QueueFull", "Queue full", "ErrorBudgetBurnPage", "5xx"]
    rules = [rule("a > 1", name, labels={"severity": "warning"}) for name in names]
    found = [alert["name"] for alert in spec_of(tmp_path, rule_file(*rules))["alerts"]]
    assert ["QueueFull", "QueueFullWarning", "QueueFull2", "ErrorBudgetBurnPageRule", "Xx"] == found


def test_times(tmp_path: Path) -> None:
    """`for` and `keep_firing_for` are kept; 0 is not worth a line."""
    alert = alert_of(tmp_path, "a > 1", hold="10m", keep_firing_for="1h")
    assert ("10m", "1h") == (alert["for"], alert["keep_firing_for"])
    assert "for" not in alert_of(tmp_path, "a > 1", hold="0")


def test_owners(tmp_path: Path) -> None:
    """The label `owner`, else `team`, is the owner; alerts of several owners are several services."""
    rules = [rule("a > 1", f"A{name}", labels={"team": name} if name else {}) for name in ("x", "y", "")]
    specs = {
        spec.service: yaml.safe_load(spec.text) for spec in converted(tmp_path, {"shop.yml": rule_file(*rules)}).specs
    }
    assert {"shop-x": "x", "shop-y": "y", "shop": "unowned"} == {
        name: spec["metadata"]["owner"] for name, spec in specs.items()
    }


def test_a_template_owns_nothing(tmp_path: Path) -> None:
    """Who is called cannot change with a series, so a templated label names no owner."""
    text = rule_file(rule("a > 1", labels={"team": "{{ $labels.team }}"}))
    assert "unowned" == spec_of(tmp_path, text)["metadata"]["owner"]


def owners_of(folder: Path, *rules: dict[str, Any], **settings: Any) -> dict[str, tuple[str, list[str]]]:
    """Return owner and alerts of the services that the rules of a file become."""
    specs = converted(folder, {"shop.yml": rule_file(*rules)}, **settings).specs
    data = {spec.service: yaml.safe_load(spec.text) for spec in specs}
    return {
        name: (each["metadata"]["owner"], [alert["name"] for alert in each["alerts"]]) for name, each in data.items()
    }


MIXED = (rule("a > 1", "Owned", labels={"team": "web"}), rule("b > 1", "Other"))


def test_nobody_is_called_who_was_not_named(tmp_path: Path) -> None:
    """Where one alert of a file names an owner, the others are a service of their own, which lacks one."""
    assert {"shop-web": ("web", ["Owned"]), "shop": ("unowned", ["Other"])} == owners_of(tmp_path, *MIXED)
    missing = [each.message for each in converted(tmp_path, {"shop.yml": rule_file(*MIXED)}).findings]
    assert "nothing says `owner`, `runbook` and `action` for `shop`, so stand-ins are compiled" in missing


def test_the_owner_of_the_settings(tmp_path: Path) -> None:
    """Alerts that name no owner have that of the settings, beside the alerts that name the same one."""
    assert {"shop": ("web", ["Owned", "Other"])} == owners_of(tmp_path, *MIXED, defaults={"owner": "web"})
    expected = {"shop-web": ("web", ["Owned"]), "shop-ops": ("ops", ["Other"])}
    assert expected == owners_of(tmp_path, *MIXED, defaults={"owner": "ops"})


def test_owners_of_alike_names(tmp_path: Path) -> None:
    """Owners whose names differ in spelling only are two services, and none takes the name of another file's."""
    rules = [rule("a > 1", f"A{name[-1]}", labels={"team": name}) for name in ("Team X", "team-x")]
    assert {"shop-team-x": ("Team X", ["AX"]), "shop-team-x-2": ("team-x", ["Ax"])} == owners_of(tmp_path, *rules)
    texts = {"shop-web.yml": rule_file(rule("c > 1")), "shop.yml": rule_file(*MIXED)}
    assert ["shop", "shop-web", "shop-web-2"] == [spec.service for spec in converted(tmp_path, texts).specs]


def test_what_many_alerts_lack_is_one_line(tmp_path: Path) -> None:
    """Alerts without a severity are told alike, so that the report says it once for all of them."""
    text = rule_file(rule("a > 1", "One"), rule("b > 1", "Two"))
    assert 1 == len({each for each in told(tmp_path, text, Fate.DERIVED) if "severity" in each})


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("jira-alerts.yaml", "jira"),
        ("Shop_API.rules.yml", "shop-api"),
        ("bank/rules.yml", "bank"),
        ("alerts.yml", "alerts"),
    ],
)
def test_files_name_services(tmp_path: Path, path: str, service: str) -> None:
    """A file is the service that its name says beside that it holds rules, else its folder, else the file."""
    (tmp_path / "root").mkdir()
    conversion = converted(tmp_path / "root", {path: rule_file(rule("a > 1"))})
    expected = service if "/" in path or service != "alerts" else "alerts"
    assert [expected] == [spec.service for spec in conversion.specs]


def test_files_of_one_name_in_two_folders(tmp_path: Path) -> None:
    """Two files of one name are two services."""
    texts = {f"{folder}/shop.yml": rule_file(rule("a > 1")) for folder in ("eu", "us")}
    assert ["eu-shop", "us-shop"] == [spec.service for spec in converted(tmp_path, texts).specs]


def kubernetes(kind: str, name: str, **more: Any) -> str:
    """Write a Kubernetes object."""
    return json.dumps({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, **more})


def test_objects_and_embedded_files(tmp_path: Path) -> None:
    """A PrometheusRule is named by its metadata, a rule file in a ConfigMap by its key; carets lead into both."""
    groups = json.loads(rule_file(rule("a > > 1")))
    texts = {
        "a.yaml": kubernetes("PrometheusRule", "bank-rules", spec=json.loads(rule_file(rule("a > 1")))),
        "b.yaml": kubernetes(
            "ConfigMap", "rules", data={"shop.yml": yaml.safe_dump(json.loads(rule_file(rule("b > 1"))))}
        ),
        "c.yaml": kubernetes("VMRule", "vm", spec=groups),
    }
    conversion = converted(tmp_path, texts)
    assert ["bank", "shop"] == [spec.service for spec in conversion.specs]
    assert ["a.yaml"] == list(conversion.specs[0].origins)
    assert ["b.yaml"] == list(conversion.specs[1].origins)
    broken = [str(finding.at) for finding in conversion.findings if finding.problem.code == "S401"]
    assert ["c.yaml"] == [place.split(":")[0] for place in broken]


def test_recordings_stay_where_they_are(tmp_path: Path) -> None:
    """Recording rules are no part of a spec, and neither are settings of their group; both are named."""
    text = rule_file({"record": "a:b", "expr": "sum(a)"}, rule("a > 1"), interval="1m", limit=5)
    lost = told(tmp_path, text, Fate.LOST)
    assert "the recording rules of the group `shop` stay where they are: `a:b`" in lost
    assert {
        "the interval of the group `shop`: its alerts are evaluated every 30s",
        "`limit` of the group `shop`",
    } < set(lost)


def test_burn_rates_by_hand_are_named(tmp_path: Path) -> None:
    """A burn-rate alert stays the expression that it is, with the advice that an SLO says it better."""
    text = rule_file(rule("errors:ratio1h > 14.4 * 0.001 and errors:ratio5m > 14.4 * 0.001", "Burn"))
    assert any("looks like a burn-rate alert" in remark for remark in told(tmp_path, text, Fate.DERIVED))


def test_what_prometheus_refuses(tmp_path: Path) -> None:
    """A broken expression is an error at its characters, and nothing else is said about its alert."""
    conversion = converted(
        tmp_path, {"shop.yml": "groups:\n- name: a\n  rules:\n  - alert: A\n    expr: a >> 1\n    for: 5\n"}
    )
    found = [(finding.problem.code, str(finding.at)) for finding in conversion.findings]
    assert [("S401", "shop.yml:5:14"), ("S401", "shop.yml:6:10")] == found


COMMENTED = """\
# Rules of the shop.
groups:
  # the queue
  - name: shop
    rules:
      # wakes people
      - alert: QueueFull
        # agreed with ops
        expr: max by (queue) (queue_length) > 100  # was 50
        for: 10m  # two cycles
        annotations:
          summary: "# no comment"
      - alert: Other
        expr: |
          # inside
          up == 0
"""


def test_comments_stay_with_their_alert(tmp_path: Path) -> None:
    """Where the alerts of a file become two services, each comment goes with its alert, and with no other one."""
    alerts = "  # of {0}\n  - alert: {0}\n    expr: a > 1  # beside {0}\n{1}"
    owned = "    labels: {team: web}\n"
    text = f"groups:\n- name: shop\n  rules:\n{alerts.format('One', owned)}{alerts.format('Two', '')}"
    for spec, name, other in zip(
        converted(tmp_path, {"shop.yml": text}).specs, ("Two", "One"), ("One", "Two"), strict=True
    ):
        assert f"  # of {name}\n  - name: {name}\n    expr: a > 1  # beside {name}\n" in spec.text
        assert other not in spec.text


def test_comments_are_kept(tmp_path: Path) -> None:
    """Comments stand where the source had them: at the top, above and beside what was mapped; `#` in text is none."""
    (spec,) = converted(tmp_path, {"shop.yml": COMMENTED}).specs
    assert spec.text.splitlines()[1] == "# Rules of the shop."
    assert "  # the queue\n  # wakes people\n  - name: QueueFull\n    value:\n      # agreed with ops\n" in spec.text
    assert "      of: queue_length  # was 50\n" in spec.text
    assert "    for: 10m  # two cycles\n" in spec.text
    assert '    summary: "# no comment"\n' in spec.text
    assert "    expr: |-\n      # inside\n      up == 0\n" in spec.text
