"""`PrometheusRule` objects: valid, within their sizes, and steady while a service grows."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from sloctl.pipeline.emit import emit_service, target_named
from sloctl.targets._objects import objects
from sloctl.targets._target import Job
from tests.cli.session import Outcome, sloctl
from tests.pipeline.specs import HEAD, MINIMAL, planned
from tests.support.docs import ROOT
from tests.support.prometheus_rule import assert_prometheus_rule, faults

ANNOTATIONS = 262_144
"""Bytes that the annotations of an object may take; `kubectl apply` keeps a copy of the object there."""

OBJECT = """\
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: shop}
spec:
  groups:
    - interval: 30s
      rules:
      - record: a
        expr: up
      name: a
"""

SETTINGS = """\
targets:
  prometheus-operator:
    namespace: monitoring
    name_prefix: slo-
    labels: {release: kube-prometheus, "on": "yes", example.org/team: shop}
    annotations: {example.org/source: "specs: main"}
"""


def service(slos: int, name: str = "shop") -> str:
    """Return a spec with so many SLOs."""
    sli = "{events: {bad: failed_total, total: all_total}}"
    lines = [f"  - {{name: slo-{number}, objective: 99.9, sli: {sli}}}\n" for number in range(slos)]
    return f"{HEAD.replace('shop,', f'{name},')}slos:\n{''.join(lines)}"


def compiled_objects(spec: str) -> dict[str, Any]:
    """Compile a spec and return its objects by name."""
    artifacts = emit_service(target_named("prometheus-operator"), Job(file=planned(spec)), verify=False).artifacts
    found = [yaml.load(each.content, yaml.CSafeLoader) for each in artifacts]
    assert [f"{data['metadata']['name']}.yml" for data in found] == [each.path for each in artifacts]
    return {data["metadata"]["name"]: data for data in found}


def applied(data: Any) -> int:
    """Return the bytes of the copy that `kubectl apply` keeps: JSON as Go writes it, safe to stand in HTML."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return len(text.encode())


def compiled(folder: Path, spec: str, settings: str = "") -> Outcome:
    """Compile a spec to objects in the folder `out`."""
    (folder / "spec.yaml").write_text(spec)
    (folder / "sloctl.yaml").write_text(settings)
    return sloctl("compile", "spec.yaml", "--target", "prometheus-operator", "-o", "out", cwd=folder)


@pytest.mark.parametrize("spec", sorted(ROOT.glob("examples/*.yaml")), ids=lambda path: path.stem)
def test_examples_are_valid_objects(spec: Path) -> None:
    """The API server knows every field, and the object bears the name of the service."""
    found = compiled_objects(spec.read_text("utf-8"))
    assert [spec.stem] == list(found)
    for data in found.values():
        assert_prometheus_rule(data)


@pytest.mark.parametrize(
    ("before", "after"),
    [("record:", "rekord:"), ("interval: 30s", "interval: half"), ("expr: up", "expr: [up]"), ("groups:", "group:"),
     ("      - record: a", "      - keep_firing_for: ''\n        record: a"), ("name: a", "name: ''")],
    ids=["unknown field", "duration", "expression", "no groups", "empty duration", "empty name"],
)  # fmt: skip
def test_the_shape_refuses_what_the_api_server_would(before: str, after: str) -> None:
    """Each field is known, and what it holds; an object that passes means something."""
    text = OBJECT.replace(before, after, 1)
    assert [] == faults(yaml.safe_load(OBJECT))
    assert OBJECT != text
    assert [] != faults(yaml.safe_load(text))


def test_metadata_comes_from_the_settings(tmp_path: Path) -> None:
    """Namespace, a prefix of the name, labels and annotations are what the settings say."""
    assert 0 == compiled(tmp_path, MINIMAL, SETTINGS).code
    data = yaml.safe_load((tmp_path / "out" / "shop.yml").read_text())
    assert_prometheus_rule(data)
    assert {
        "name": "slo-shop",
        "namespace": "monitoring",
        "labels": {"release": "kube-prometheus", "on": "yes", "example.org/team": "shop"},
        "annotations": {"example.org/source": "specs: main"},
    } == data["metadata"]


@pytest.mark.parametrize(
    ("before", "rest", "said"),
    [
        ("name_prefix: ", "A_b", "S204 bad-value: `name_prefix` must be lower-case letters"),
        ("namespace: ", "-x", "S204 bad-value: `namespace` must be lower-case letters"),
        ("labels: {a: ", "'b c'}", "S204 bad-value: `a` must be a label value that Kubernetes accepts"),
        ("labels: {", "a/b/c: x}", "S204 bad-value: a key of `labels` must be what Kubernetes accepts"),
        ("max_bytes: ", "5", "S204 bad-value: `max_bytes` must be a number of bytes"),
        ("", "max_byte: 5", "S201 unknown-key: unknown key `max_byte` in `prometheus-operator`"),
    ],
)
def test_settings_that_make_no_object_are_errors(tmp_path: Path, before: str, rest: str, said: str) -> None:
    """What the API server would refuse is found in the settings, at its place."""
    start = f"targets: {{prometheus-operator: {{{before}"
    run = compiled(tmp_path, MINIMAL, f"{start}{rest}}}}}\n")
    assert (2, True) == (run.code, f"sloctl.yaml:1:{len(start) + 1}: error {said}" in run.err), run.err


def test_objects_can_be_applied() -> None:
    """60 SLOs take several objects, each of which leaves room for its copy; every SLO is in one of them."""
    found = compiled_objects(service(60))
    assert len(found) > 4
    assert max(map(applied, found.values())) <= 250_000 < ANNOTATIONS
    groups = [group["name"] for data in found.values() for group in data["spec"]["groups"]]
    assert sorted(f"slo/shop/slo-{number}" for number in range(60)) == sorted(groups)
    for data in found.values():
        assert_prometheus_rule(data)


def test_growth_moves_little_and_leaves_nothing_behind() -> None:
    """From 1 to 100 SLOs, one by one: objects never vanish, and groups only move from a full one to a new one."""
    every = planned(service(100)).groups
    before: dict[str, str] = {}
    names: set[str] = set()
    moves = 0
    for slos in range(1, len(every) + 1):
        dealt = dict(objects(every[:slos], lambda _: 1, room=10))
        assert max(map(len, dealt.values())) <= 10
        after = {group.name: name for name, groups in dealt.items() for group in groups}
        moved = {group for group, home in before.items() if after[group] != home}
        assert names <= dealt.keys()
        assert {after[group] for group in moved} <= dealt.keys() - names
        assert len({before[group] for group in moved}) <= 1
        before, names, moves = after, set(dealt), moves + len(moved)
    assert len(every) == len(before)
    assert 0 < moves < len(every)


def test_two_services_never_share_an_object() -> None:
    """What is put behind the name of a service is parted by a dot, which no service has in its name."""
    grown = sorted(compiled_objects(service(20)))
    assert ["shop", *(name for name in grown if name.startswith("shop."))] == grown


def test_a_group_that_fits_nowhere_is_found(tmp_path: Path) -> None:
    """A group is never torn apart; one that is too large is an error at its service."""
    alerts = "".join(f"  - {{name: A{number}, expr: x > {number}, priority: P3}}\n" for number in range(60))
    run = compiled(tmp_path, f"{HEAD}alerts:\n{alerts}", "targets: {prometheus-operator: {max_bytes: 10000}}\n")
    assert 1 == run.code
    assert "spec.yaml:3:18: error S503 object-too-large: the rule group `alerts/shop` takes" in run.err
    assert not (tmp_path / "out").exists()


def test_a_stream_of_objects_can_be_piped_to_kubectl(tmp_path: Path) -> None:
    """--stdout prints every object of every service as a document of its own."""
    (tmp_path / "shop.yaml").write_text(service(20))
    (tmp_path / "bank.yaml").write_text(service(1, "bank"))
    run = sloctl("compile", ".", "--target", "prometheus-operator", "--stdout", cwd=tmp_path)
    found = list(yaml.safe_load_all(run.out))
    assert {"bank", *compiled_objects(service(20))} == {data["metadata"]["name"] for data in found}
