"""Rule files that people have written themselves are compared by group and name."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from sloctl.pipeline.diff.json import diff_schema
from tests.cli.session import sloctl
from tests.pipeline.diff.scratch import SPEC, Scratch, classes, texts

RULES = """\
groups:
  - name: sms
    rules:
      - record: job:sends:rate5m
        expr: sum by (job) (rate(sms_sends_total[5m]))
      - alert: SendsRunaway
        expr: job:sends:rate5m > 5
        for: 10m
        labels: {severity: warning, owner: team-messaging, team: messaging}
        annotations: {summary: Too many, action: Block the sender, runbook_url: https://runbooks.example.org/sends}
      - alert: QueueOld
        expr: max(queue_age_seconds) > 120
        for: 5m
        labels: {severity: critical, owner: team-messaging}
      - alert: QueueOld
        expr: max(queue_age_seconds) > 60
        for: 5m
        labels: {severity: warning, owner: team-messaging}
"""
ALERT = RULES[RULES.index("      - alert: SendsRunaway") : RULES.index("      - alert: QueueOld")]
RECORD = RULES[RULES.index("      - record:") : RULES.index("      - alert: SendsRunaway")]
OF_TICKET = "what opened a ticket for `team-messaging` now"
MATCHES = "silences, routes, inhibitions and dashboards that match the old name match nothing any more"
LOOK = "routes, silences and inhibitions that match it need a look"


def row(old: str, new: str, said: str, kinds: str) -> tuple[str, str, str, str]:
    """Describe a case: what is replaced by what, what is said then, and the classes."""
    return old, new, said, kinds


CASES = [
    row("> 5", "> 8", "alert SendsRunaway: level 5 → 8: fires for worse only (`job:sends:rate5m > 8`)",
        "alert-weakened"),
    row("> 60", "> 30", "alert QueueOld: level 60 → 30: fires for less (`max(queue_age_seconds) > 30`)",
        "alert-tightened"),
    row("rate5m > 5", "rate1h > 5", "alert SendsRunaway: fires when `job:sends:rate1h > 5`; until now when "
        "`job:sends:rate5m > 5`", "condition-changed"),
    row("for: 10m", "for: 30m", "alert SendsRunaway: for 10m → 30m: fires 20m later", "alert-weakened"),
    row("warning, owner: team-messaging, team", "critical, owner: team-messaging, team",
        f"alert SendsRunaway: severity `warning` → `critical`: {OF_TICKET} pages `team-messaging`",
        "priority-raised page-added"),
    row("warning, owner: team-messaging, team", "info, owner: team-messaging, team",
        f"alert SendsRunaway: severity `warning` → `info`: {OF_TICKET} calls nobody", "priority-lowered"),
    row("team-messaging, team", "team-carrier, team", "alert SendsRunaway: owner `team-messaging` → `team-carrier`",
        "owner-changed"),
    row("team: messaging", "team: sms", f"alert SendsRunaway: label `team`: `messaging` → `sms`; {LOOK}",
        "labels-changed"),
    row("org/sends", "org/sms", "alert SendsRunaway: runbook `https://runbooks.example.org/sends` → "
        "`https://runbooks.example.org/sms`", "runbook-changed"),
    row("Block the", "Call the", "alert SendsRunaway: action `Block the sender` → `Call the sender`", "action-changed"),
    row("Too many", "Far too many", "alert SendsRunaway: annotation `summary` `Too many` → `Far too many`",
        "text-changed"),
    row("alert: SendsRunaway", "alert: Flood", f"alert Flood: renamed from `SendsRunaway`: {MATCHES}", "renamed"),
    row(ALERT, "", "alert SendsRunaway: removed: it opened a ticket for `team-messaging`; nothing else that was "
        "compared watches `sms_sends_total`", "alert-removed"),
    row(RECORD, "", "recording rule job:sends:rate5m: removed: the series is recorded no more; falls silent with it: "
        "alert sms/SendsRunaway", "recording-removed"),
    row("record: job:sends", "record: job:sms", "recording rule job:sms:rate5m: renamed from `job:sends:rate5m`: the "
        "recorded series begins anew under its new name", "renamed history-broken"),
    row("sum by (job) (rate(sms_sends_total[5m]))", "sum by (job) (rate(sms_sends_total[9m]))",
        "recording rule job:sends:rate5m: records `sum by (job) (rate(sms_sends_total[9m]))`; until now `sum by (job) "
        "(rate(sms_sends_total[5m]))`", "history-mixed"),
    row("[5m]))\n", "[5m]))\n        labels: {env: prod}\n", "recording rule job:sends:rate5m: labels none → "
        "`env=prod`: the recorded series change identity, so they begin anew", "history-broken"),
]  # fmt: skip


@pytest.fixture
def rules(tmp_path: Path) -> Scratch:
    """A repository that holds nothing but a rule file."""
    found = Scratch(tmp_path)
    found.git("init", "-q", "-b", "main")
    found.write("rules/sms.yml", RULES)
    found.commit()
    return found


@pytest.mark.parametrize(("old", "new", "said", "kinds"), CASES, ids=[each[3] for each in CASES])
def test_each_change_of_a_rule_has_its_sentence(old: str, new: str, said: str, kinds: str, rules: Scratch) -> None:
    """What is said of specs is said of rule files: whom an alert calls, when it fires, what is recorded."""
    assert old in RULES
    rules.write("rules/sms.yml", RULES.replace(old, new, 1))
    data = rules.data("HEAD")
    assert ([said], set(kinds.split())) == (texts(data), classes(data))


ALERTS = RULES.replace(RECORD, "")
SILENT = {
    "reformatted": (RULES, RULES.replace("sum by (job) (rate(sms_sends_total[5m]))",
                                         "|\n          sum(rate(sms_sends_total[300s]))  # why\n          by (job)")),
    "reordered": (RULES, RULES.replace(ALERT, "") + ALERT),
    "another group": (RULES, RULES.replace("name: sms", "name: texts")),
    "labels of the group": (ALERTS, ALERTS.replace(", owner: team-messaging", "").replace(
        "    rules:", "    labels: {owner: team-messaging}\n    rules:")),
    "interval said": (RULES, RULES.replace("    rules:", "    interval: 30s\n    rules:")),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), SILENT.values(), ids=SILENT.keys())
def test_a_rule_that_means_the_same_is_silent(before: str, after: str, rules: Scratch) -> None:
    """Comments, order, ways of writing, the file, the name of the group and who says a label are no change."""
    assert before != after
    rules.write("rules/sms.yml", before)
    rules.commit()
    (rules.root / "rules" / "sms.yml").unlink()
    rules.write("alerts/moved.yaml", after)
    assert [] == rules.data("HEAD")["changes"]


def test_the_pages_of_an_owner_are_counted_over_specs_and_rules(rules: Scratch) -> None:
    """Alerts in rule files count for the owner that their label names, beside those of the specs; of one name, once."""
    rules.write("specs/sms.yaml", SPEC)
    rules.commit()
    rules.write("rules/sms.yml", RULES.replace("severity: warning", "severity: page"))
    (load,) = rules.data("HEAD")["oncall"]
    assert ("team-messaging", {"before": 3, "after": 4}) == (load["owner"], load["pages"])


def test_an_alert_of_nobody_is_counted_too(rules: Scratch) -> None:
    """A page without an owner is somebody's sleep all the same; the data follows its schema."""
    page = "      - {alert: Down, expr: up == 0, for: 5m, labels: {severity: page}}\n"
    rules.write("rules/sms.yml", RULES + page)
    data = rules.data("HEAD")
    assert ["alert Down: new: pages whoever is on call when `up == 0`, for 5m"] == texts(data)
    assert "  1 new page without an owner (now 1 page in all)" in rules.diff("HEAD").out.splitlines()
    assert [] == [error.message for error in Draft7Validator(diff_schema()).iter_errors(data)]


def test_what_specs_and_rules_watch_together_is_known(rules: Scratch) -> None:
    """A metric that only a recording rule reads is still watched by who reads what is recorded."""
    rules.write("specs/sms.yaml", SPEC.replace("of: sms_replies_total", "of: sms_sends_total"))
    rules.commit()
    rules.write("specs/sms.yaml", SPEC[: SPEC.index("slos:")] + SPEC[SPEC.index("alerts:") :].replace(
        "of: sms_replies_total, over: 1h, above: 5000", "of: sms_other_total, over: 1h, above: 5000"))  # fmt: skip
    removed = next(text for text in texts(rules.data("HEAD")) if text.startswith("SLO delivery: removed"))
    assert removed.endswith("nothing else that was compared watches `sms_send_failures_total`")
    rules.write("specs/sms.yaml", (rules.root / "specs/sms.yaml").read_text().replace("sms_other", "sms_send_failures"))
    removed = next(text for text in texts(rules.data("HEAD")) if text.startswith("SLO delivery: removed"))
    assert removed.endswith("is still read by alert sms-helpline/SmsVolumeRunaway")


def test_compiled_rules_are_compared_by_their_specs_only(repository: Scratch) -> None:
    """What sloctl wrote is not told twice, though nothing keeps it out of what is read."""
    repository.write("sloctl.yaml", "output: rules\n")
    assert 0 == sloctl("compile", "specs", cwd=repository.root).code
    repository.commit()
    repository.replace(("objective: 99.9", "objective: 99.5"))
    assert 0 == sloctl("compile", "specs", cwd=repository.root).code
    assert ["objective-lowered"] == [name for each in repository.data("HEAD")["changes"] for name in each["classes"]]


OBJECT = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n"
CONFIG = "apiVersion: v1\nkind: ConfigMap\ndata:\n rules.yml: |\n"


@pytest.mark.parametrize("around", [OBJECT, CONFIG, "namespace: team\n"], ids=["PrometheusRule", "ConfigMap", "Mimir"])
def test_rules_are_compared_wherever_they_stand(around: str, tmp_path: Path) -> None:
    """Files that are named are read as what they are: a plain file is compared with an object of Kubernetes."""
    indent = "  " if around != "namespace: team\n" else ""
    lines = "".join(f"{indent}{line}\n" for line in RULES.replace("> 5", "> 8").splitlines())
    (tmp_path / "old.yml").write_text(RULES)
    (tmp_path / "new.yml").write_text(around + lines)
    done = sloctl("diff", "./old.yml", "./new.yml", cwd=tmp_path)
    assert (0, "", True) == (done.code, done.err, "level 5 → 8" in done.out)
    assert 1 == done.out.count("[")


def test_errors_in_files_of_other_things_are_passed_over(rules: Scratch) -> None:
    """A template of Helm that is no YAML is no failure; a broken rule file is one, and its rules are not gone."""
    rules.write("chart/deployment.yaml", "{{- if .Values.on }}\nkind: Deployment\n{{- end }}\n")
    assert (0, "") == (rules.diff("HEAD").code, rules.diff("HEAD").err)
    rules.write("rules/sms.yml", RULES + "  - [\n")
    done = rules.diff("HEAD")
    assert (1, False) == (done.code, "removed" in done.out)
