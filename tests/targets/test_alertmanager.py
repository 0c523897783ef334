"""The configuration for Alertmanager: amtool accepts it, and sends every alert where it belongs."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.session import sloctl
from tests.support.docs import ROOT

ODD_OWNER = 'Ω "night\\day" {{ x }}, {a} = #;\nline two {'

SPEC = """\
apiVersion: sloctl/v1
kind: Service
metadata: {name: NAME, owner: team-shop}
defaults: {runbook: "https://runbooks.example.org/{name}", action: Act, priority: P3}
"""

BURN = {"slo_service": "shop-api", "slo": "availability", "owner": "team-shop", "region": "eu"}


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration compiled from all examples."""
    folder = tmp_path_factory.mktemp("routing")
    assert 0 == sloctl("compile", ROOT / "examples", "--target", "alertmanager", "-o", folder, cwd=folder).code
    return folder / "alertmanager.yml"


def compiled(folder: Path, spec: str) -> Path:
    """Compile one spec and return the path of the configuration."""
    (folder / "spec.yaml").write_text(spec, encoding="utf-8")
    outcome = sloctl("compile", "spec.yaml", "--target", "alertmanager", "-o", "routing", cwd=folder)
    assert (0, "") == (outcome.code, outcome.out), outcome.err
    return folder / "routing" / "alertmanager.yml"


def with_slo(**slo: object) -> str:
    """Return a spec with one SLO that says these things beside what it must."""
    sli = {"events": {"bad": "failures_total", "total": "requests_total"}}
    return SPEC.replace("NAME", "shop") + yaml.safe_dump({"slos": [{"name": "a", "objective": 99, "sli": sli, **slo}]})


def amtool(*arguments: str | Path) -> str:
    """Run amtool and return what it prints."""
    done = subprocess.run(["amtool", *arguments], capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


def receiver(config: Path, labels: dict[str, str]) -> str:
    """Return the receiver at which amtool sees an alert end."""
    pairs = [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in labels.items()]
    return amtool("config", "routes", "test", f"--config.file={config}", *pairs).removesuffix("\n")


def content(config: Path) -> Any:
    """Read a configuration."""
    return yaml.safe_load(config.read_text(encoding="utf-8"))


def receivers(config: Path) -> list[str]:
    """List the receivers of a configuration."""
    return [each["name"] for each in content(config)["receivers"]]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (BURN | {"notify": "page", "tier": "fast", "alertname": "ErrorBudgetBurnPage"}, "team-shop-page"),
        (BURN | {"notify": "ticket", "tier": "drain", "alertname": "ErrorBudgetBurnTicket"}, "team-shop-ticket"),
        (BURN | {"notify": "ticket", "tier": "no_data", "alertname": "SLODataMissing"}, "team-shop-ticket"),
        ({"slo_service": "sms-helpline", "owner": "team-messaging", "notify": "page"}, "team-messaging-page"),
        ({"slo_service": "sms-helpline", "owner": "team-messaging", "notify": "ticket"}, "team-messaging-ticket"),
        (BURN | {"notify": "page", "tier": "fast", "owner": "team-new"}, "default"),
        ({"alertname": "Watchdog", "severity": "none"}, "default"),
        ({"alertname": "NodeDown", "owner": "team-shop", "notify": "page"}, "default"),
    ],
    ids=["page", "ticket", "no data", "threshold page", "threshold ticket", "new owner", "foreign", "foreign, owned"],
)
def test_alerts_reach_their_owner(
    labels: dict[str, str], expected: str, examples: Path, tool: Callable[[str], str]
) -> None:
    """Each alert ends at the page or the ticket receiver of its owner; what no spec wrote ends at the default."""
    tool("amtool")
    assert expected == receiver(examples, labels)


def test_amtool_accepts_the_examples(examples: Path, tool: Callable[[str], str]) -> None:
    """The configuration of all examples has a default receiver, and one per owner and way of calling that is used."""
    tool("amtool")
    assert "SUCCESS" in amtool("check-config", examples)
    assert [
        "default",
        "household-ticket",
        "team-data-ticket",
        "team-messaging-page",
        "team-messaging-ticket",
        "team-platform-page",
        "team-platform-ticket",
        "team-shop-page",
        "team-shop-ticket",
    ] == receivers(examples)


def test_any_owner_can_be_routed(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Quotes, backslashes, braces, line breaks and what looks like a template are part of the name, nothing else."""
    tool("amtool")
    owner = yaml.safe_dump(ODD_OWNER, default_style='"', width=1000).strip()
    config = compiled(tmp_path, with_slo().replace("owner: team-shop", f"owner: {owner}"))
    amtool("check-config", config)
    labels = {"slo_service": "shop", "slo": "a", "tier": "fast", "notify": "page"}
    assert f"{ODD_OWNER}-page" == receiver(config, labels | {"owner": ODD_OWNER})
    assert "default" == receiver(config, labels | {"owner": ODD_OWNER.replace("\\", "")})


def test_labels_that_split_slos_are_compared(tmp_path: Path) -> None:
    """Inhibition compares the labels of every `by`, also those that YAML would take for booleans."""
    spec = with_slo(sli={"events": {"bad": "failures_total", "total": "requests_total"}, "by": ["zone", "no"]})
    [rule] = content(compiled(tmp_path, spec))["inhibit_rules"]
    assert ["slo_service", "slo", "no", "zone"] == rule["equal"]


def test_ways_of_calling_that_no_alert_uses_have_no_receiver(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Without a page there is no page receiver to fill in; the first page later makes a new one, which is missed."""
    tool("amtool")
    config = compiled(tmp_path, with_slo(alerting={"page": "off"}))
    assert ["default", "team-shop-ticket"] == receivers(config)
    amtool("check-config", config)


def test_specs_without_alerts_make_a_valid_file(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """An SLO that calls nobody needs no route."""
    tool("amtool")
    config = compiled(tmp_path, with_slo(alerting={"page": "off", "ticket": "off", "no_data": "off"}))
    assert ["default"] == receivers(config)
    amtool("check-config", config)


def test_order_of_the_specs_does_not_matter(tmp_path: Path) -> None:
    """The same specs give the same bytes in any order, from files or to stdout."""
    alert = "alerts: [{name: A, count: {of: x_total, over: 1h, above: 5}}]\n"
    for name in ("one", "two"):
        spec = SPEC.replace("NAME", name).replace("team-shop", f"team-{name}") + alert
        (tmp_path / f"{name}.yaml").write_text(spec, encoding="utf-8")
    target = ("--target", "alertmanager", "--stdout")
    first = sloctl("compile", "one.yaml", "two.yaml", *target, cwd=tmp_path)
    assert 0 == first.code
    assert first.out == sloctl("compile", "two.yaml", "one.yaml", *target, cwd=tmp_path).out
    sloctl("compile", ".", "--target", "alertmanager", "-o", "routing", cwd=tmp_path)
    assert first.out == (tmp_path / "routing" / "alertmanager.yml").read_text(encoding="utf-8")


def test_only_a_compiled_file_is_replaced(tmp_path: Path) -> None:
    """A configuration that somebody wrote by hand stays; one that was compiled is brought up to date."""
    config = compiled(tmp_path, with_slo())
    compiled(tmp_path, with_slo(alerting={"page": "off"}))
    assert ["default", "team-shop-ticket"] == receivers(config)
    config.write_text("route: {receiver: mine}\n", encoding="utf-8")
    outcome = sloctl("compile", "spec.yaml", "--target", "alertmanager", "-o", "routing", cwd=tmp_path)
    assert (2, "route: {receiver: mine}\n") == (outcome.code, config.read_text(encoding="utf-8"))
    assert "was not written by sloctl" in outcome.err


def test_each_target_prunes_its_own_files(tmp_path: Path) -> None:
    """In a folder with the files of two targets neither takes those of the other for left over."""
    compiled(tmp_path, with_slo())
    for target in ("prometheus", "alertmanager"):
        line = ("compile", "spec.yaml", "--target", target, "-o", "routing")
        assert 0 == sloctl(*line, "--prune", cwd=tmp_path).code
        assert 0 == sloctl(*line, "--check", cwd=tmp_path).code
    assert ["alertmanager.yml", "shop.yml"] == sorted(path.name for path in (tmp_path / "routing").iterdir())


def test_receivers_are_replaced_as_the_file_says(tmp_path: Path, examples: Path) -> None:
    """The command in the head of the file puts one's own receivers in the place of the empty ones, and no more."""
    (tmp_path / "alertmanager.yml").write_bytes(examples.read_bytes())
    (tmp_path / "receivers.yml").write_text("receivers: [{name: mine}]\n", encoding="utf-8")
    [command] = [line[1:].strip() for line in examples.read_text("utf-8").splitlines() if "| cat -" in line]
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert content(examples) | {"receivers": [{"name": "mine"}]} == yaml.safe_load(done.stdout)


def test_lint_sees_empty_receivers(tmp_path: Path) -> None:
    """With this file in its settings, lint finds the alerts of receivers that were left empty, and only those."""
    config = compiled(tmp_path, with_slo())
    (tmp_path / "sloctl.yaml").write_text("lint: {alertmanager: routing/alertmanager.yml}\n", encoding="utf-8")
    assert "ends at `team-shop-page`, which tells nobody" in sloctl("lint", "spec.yaml", cwd=tmp_path).out
    text = config.read_text(encoding="utf-8")
    for name in receivers(config):
        text = text.replace(f"- name: {name}\n", f"- {{name: {name}, webhook_configs: [{{url: http://pager}}]}}\n")
    config.write_text(text, encoding="utf-8")
    assert "A123" not in sloctl("lint", "spec.yaml", cwd=tmp_path).out
