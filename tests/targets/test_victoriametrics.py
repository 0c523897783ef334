"""Rules for vmalert: what old versions do not know is left out, what MetricsQL lacks is refused, objects are whole."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.session import Outcome, sloctl
from tests.support.docs import ROOT

HEAD = """\
apiVersion: sloctl/v1
kind: Service
metadata: {name: shop, owner: team-shop}
defaults: {runbook: "https://runbooks.example.org/{name}", action: Act, priority: P3}
"""
KEEPING = f"""{HEAD}alerts:
  - name: Down
    value: {{of: up, below: 1, agg: min, for: 5m}}
    keep_firing_for: 1h
"""
KINDS = f"""{HEAD}slos:
  - {{name: events, objective: 99.9, sli: {{events: {{bad: a_total, total: b_total}}, by: [region]}}}}
  - {{name: good, objective: 99.9, sli: {{events: {{good: a_total, total: b_total}}}}}}
  - {{name: latency, objective: 99, sli: {{latency: {{histogram: h_seconds, below: 300ms}}}}}}
  - {{name: probe, objective: 99, sli: {{probe: {{up: 'probe_success{{job="x"}}'}}}}}}
  - {{name: slices, objective: 99, sli: {{timeslice: {{expr: 'sum(rate(x_total[$window]))', below: 3, slice: 1m}}}}}}
  - {{name: raw, objective: 99, sli: {{raw: {{error_ratio: 'rate(a_total[$window]) / rate(b_total[$window])'}}}}}}
alerts:
  - {{name: A, count: {{of: a_total, over: 1h, above: 5}}}}
  - {{name: B, ratio: {{part: a_total, of: b_total, over: 1h, above: 5%, min_events: 5}}}}
  - {{name: C, value: {{of: g, above: 5, agg: max, over: 5m, for: 5m}}}}
  - {{name: D, absent: {{of: 'g{{job="x"}}', for: 5m}}}}
  - {{name: E, stale: {{timestamp: t_seconds, older_than: 1d}}}}
  - {{name: F, exhaustion: {{of: g, reaches: 0, within: 4h, based_on: 6h, and_below: 20}}}}
  - {{name: G, count: {{of: a_total, over: 1d, below: 5}}}}
"""


def compiled(folder: Path, spec: str, target: str = "victoriametrics", settings: str = "{}") -> Outcome:
    """Compile one spec into `rules`."""
    (folder / "spec.yaml").write_text(spec)
    (folder / "sloctl.yaml").write_text(settings)
    return sloctl("compile", "spec.yaml", "--target", target, "-o", "rules", cwd=folder)


def content(folder: Path) -> dict[str, Any]:
    """Return what was written for the service."""
    data: dict[str, Any] = yaml.safe_load((folder / "rules" / "shop.yml").read_text(encoding="utf-8"))
    return data


def accepted(folder: Path, vmalert: str) -> subprocess.CompletedProcess[str]:
    """Let vmalert check the files, expressions and templates included."""
    command = [vmalert, "-dryRun", f"-rule={folder / 'rules' / '*.yml'}"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_kind_is_accepted(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """vmalert takes the expressions and templates of all SLIs and conditions, those on native histograms excepted."""
    run = compiled(tmp_path, KINDS)
    assert 0 == run.code, run.err
    checked = accepted(tmp_path, tool("vmalert"))
    assert 0 == checked.returncode, checked.stderr


def test_what_an_old_vmalert_does_not_know(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """`keep_firing_for` is left out when the settings say so, each alert is named, and then old versions accept it."""
    assert 0 == compiled(tmp_path, KEEPING).code
    assert "1h" == content(tmp_path)["groups"][0]["rules"][0]["keep_firing_for"]
    run = compiled(tmp_path, KEEPING, settings="targets: {victoriametrics: {keep_firing_for: false}}\n")
    assert (0, False) == (run.code, "keep_firing_for" in content(tmp_path)["groups"][0]["rules"][0])
    assert "spec.yaml:8:22: warning S504 not-on-target: `keep_firing_for` of `Down` is left out" in run.err
    assert 0 == accepted(tmp_path, tool("vmalert")).returncode


NATIVE = "{name: native, objective: 99, sli: {native_latency: {histogram: h_seconds, below: 300ms}}}"


@pytest.mark.parametrize("target", ["victoriametrics", "victoriametrics-operator"])
@pytest.mark.parametrize(
    "items",
    [f"slos:\n  - {NATIVE}\n", "alerts:\n  - {name: Slow, expr: {expr: 'histogram_avg(rate(h[5m])) > 1', for: 5m}}\n"],
    ids=["slo", "alert"],
)
def test_native_histograms_are_refused(items: str, target: str, tmp_path: Path) -> None:
    """A rule that VictoriaMetrics could never compute is an error at the SLO or alert, and nothing is written."""
    run = compiled(tmp_path, f"{HEAD}{items}", target)
    assert (1, False) == (run.code, (tmp_path / "rules").exists())
    assert "spec.yaml:6:12: error S505 unknown-to-target: VictoriaMetrics has no `histogram_" in run.err
    assert 1 == run.err.count("S505")


def test_objects_for_the_operator(tmp_path: Path) -> None:
    """A VMRule has the name of the service, what the settings say, and the same groups as the rule file."""
    assert 0 == compiled(tmp_path, KEEPING).code
    groups = content(tmp_path)["groups"]
    settings = """\
targets:
  victoriametrics-operator:
    namespace: monitoring
    name_prefix: slo-
    labels: {release: vm}
    annotations: {note: "yes"}
"""
    (tmp_path / "rules" / "shop.yml").unlink()
    run = compiled(tmp_path, KEEPING, "victoriametrics-operator", settings)
    metadata = {
        "name": "slo-shop",
        "namespace": "monitoring",
        "labels": {"release": "vm"},
        "annotations": {"note": "yes"},
    }
    expected = {"apiVersion": "operator.victoriametrics.com/v1beta1", "kind": "VMRule", "metadata": metadata,
                "spec": {"groups": groups}}  # fmt: skip
    assert (0, expected) == (run.code, content(tmp_path)), run.err


def test_large_services_are_several_objects(tmp_path: Path) -> None:
    """No object is larger than the settings allow, each has a name of its own, and no group is lost."""
    spec = (ROOT / "examples" / "kubernetes-apiserver.yaml").read_text(encoding="utf-8")
    settings = "targets: {victoriametrics-operator: {max_bytes: 30000}}\n"
    assert 0 == compiled(tmp_path, spec, "victoriametrics-operator", settings).code
    found = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in (tmp_path / "rules").glob("*.yml")]
    names = {each["metadata"]["name"] for each in found}
    assert (len(found), True) == (len(names), len(found) > 1)
    assert 4 == len({group["name"] for each in found for group in each["spec"]["groups"]})
