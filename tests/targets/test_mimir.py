"""Namespace files for Mimir: groups within its limits, in the order that the rules need."""

import re
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sloctl.core.reader import Reader
from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.model.rules import Alerting, RuleFile
from sloctl.targets.mimir import TARGET
from tests.cli.session import sloctl
from tests.pipeline.specs import HEAD, MINIMAL, planned
from tests.support.docs import ROOT

SPECS = [MINIMAL, *(path.read_text("utf-8") for path in sorted(ROOT.glob("examples/*.yaml")))]

TWELVE, THIRTY_SIX = (HEAD + "slos:\n" + "".join(
    f"  - {{name: slo-{number}, objective: 99.9, sli: {{events: {{bad: failed_total, total: all_total}}}}}}\n"
    for number in range(slos)
) for slos in (12, 36))  # fmt: skip


def arranged(file: RuleFile, **options: object) -> RuleFile:
    """Return the groups that the ruler gets."""
    assert TARGET.arrange
    (document,), _ = parse_yaml(Source("sloctl.yaml", "{}"))
    return TARGET.arrange(file, Reader(document, (), dict(options)))


def compiled(folder: Path, spec: str, settings: str, *options: str) -> Any:
    """Compile a spec for Mimir and return what the run said."""
    (folder / "spec.yaml").write_text(spec)
    (folder / "sloctl.yaml").write_text(settings)
    return sloctl("compile", "spec.yaml", "--target", "mimir", "-o", "out", *options, cwd=folder)


@settings(deadline=None)
@given(st.sampled_from(SPECS), st.integers(1, 30))
def test_groups_are_cut_to_the_limit(spec: str, most: int) -> None:
    """No group is too long, none could be joined to the next, and rules, order and interval are the same."""
    file = planned(spec)
    cut = arranged(file, max_rules_per_group=most)
    assert file.rules == cut.rules
    assert max(len(group.rules) for group in cut.groups) <= most
    assert {group.interval for group in file.groups} == {group.interval for group in cut.groups}
    assert len(cut.groups) == len({group.name for group in cut.groups})


@settings(deadline=None)
@given(st.sampled_from(SPECS), st.integers(2, 30))
def test_bad_and_total_events_stay_together(spec: str, most: int) -> None:
    """Both counts of a window are in one group, so that a ratio of them is of one moment."""
    for group in arranged(planned(spec), max_rules_per_group=most).groups:
        counts = [rule.record for rule in group.rules if not isinstance(rule, Alerting) and "_events:" in rule.record]
        assert all(len(list(pair)) == 2 for _, pair in groupby(counts, lambda name: name.rpartition(":")[2]))


def test_a_standard_slo_is_two_groups() -> None:
    """By default 20 rules are taken: all windows that alerts read are in the first part, all alerts in the second."""
    first, second, alerts = arranged(planned(MINIMAL)).groups
    assert ["slo/shop/checkout", "slo/shop/checkout/2", "alerts/shop"] == [first.name, second.name, alerts.name]
    assert (20, []) == (len(first.rules), [rule for rule in first.rules if isinstance(rule, Alerting)])
    assert 5 == sum(isinstance(rule, Alerting) for rule in second.rules)


def test_without_a_limit_nothing_is_cut() -> None:
    """0 is no limit, as it is for the ruler."""
    assert planned(MINIMAL) == arranged(planned(MINIMAL), max_rules_per_group=0)


def test_the_file_is_a_namespace(tmp_path: Path) -> None:
    """It has the keys that mimirtool knows, and no others; a prefix keeps namespaces of others apart."""
    assert 0 == compiled(tmp_path, MINIMAL, "targets: {mimir: {namespace_prefix: slo-}}\n").code
    data = yaml.safe_load((tmp_path / "out" / "shop.yml").read_text())
    assert ["namespace", "groups"] == list(data)
    assert "slo-shop" == data["namespace"]
    assert {"name", "interval", "rules"} == {key for group in data["groups"] for key in group}


def test_a_stream_holds_a_namespace_per_service(tmp_path: Path) -> None:
    """--stdout prints one document for each namespace."""
    (tmp_path / "bank.yaml").write_text(MINIMAL.replace("name: shop", "name: bank"))
    (tmp_path / "shop.yaml").write_text(MINIMAL)
    run = sloctl("compile", ".", "--target", "mimir", "--stdout", cwd=tmp_path)
    assert ["bank", "shop"] == [document["namespace"] for document in yaml.safe_load_all(run.out)]


def test_too_many_groups_are_found_before_the_ruler_refuses_them(tmp_path: Path) -> None:
    """Nothing is written; the finding is at the limit in the settings and names both ways out."""
    run = compiled(tmp_path, TWELVE, "targets:\n  mimir:\n    max_groups_per_tenant: 23\n")
    assert (1, False) == (run.code, (tmp_path / "out").exists())
    expected = "sloctl.yaml:3:28: error S502 tenant-limit: 24 rule groups for one tenant, of which the ruler takes 23"
    assert expected in run.err
    assert "deal the rules out to about 3 tenants with --shards" in run.err
    assert 0 == compiled(tmp_path, TWELVE, "targets: {mimir: {max_groups_per_tenant: 0}}\n").code


@pytest.mark.parametrize(("most", "said"), [(24, True), (25, False)])
def test_a_tenant_that_would_be_full_is_a_warning(most: int, said: bool, tmp_path: Path) -> None:
    """The ruler takes all groups once, and then no change of any, so the files are written and it is said."""
    run = compiled(tmp_path, TWELVE, f"targets: {{mimir: {{max_groups_per_tenant: {most}}}}}\n")
    expected = "warning S506 tenant-full: 24 rule groups for one tenant, all that the ruler takes: it counts one more"
    assert (0, True, said) == (run.code, (tmp_path / "out").exists(), expected in run.err)


def test_a_limit_that_is_not_in_the_settings(tmp_path: Path) -> None:
    """The finding is then at the service that has the most groups, for there is no other place that is its user's."""
    run = compiled(tmp_path, "---\n".join([MINIMAL.replace("shop", "bank"), THIRTY_SIX]), "")
    assert (1, True) == (run.code, "spec.yaml:16:18: error S502 tenant-limit: 75 rule groups" in run.err), run.err


def test_following_the_advice_is_enough(tmp_path: Path) -> None:
    """Dealt out to as many tenants as the finding says, the rules of three hundred SLOs fit."""
    spec = TWELVE[: TWELVE.index("slos:\n")] + "slos:\n" + "".join(
        f"  - {{name: slo-{number}, objective: 99.9, sli: {{events: {{bad: failed_total, total: all_total}}}}}}\n"
        for number in range(300)
    )  # fmt: skip
    settings = "targets: {mimir: {max_groups_per_tenant: 20}}\n"
    refused = compiled(tmp_path, spec, settings)
    advised = re.search(r"about (\d+) tenants", refused.err)
    assert (1, True) == (refused.code, advised is not None), refused
    assert 0 == compiled(tmp_path, spec, settings, "--shards", advised[1] if advised else "").code


def test_the_limit_holds_for_each_shard(tmp_path: Path) -> None:
    """With shards there is a tenant for each: three hold what one does not."""
    assert 0 == compiled(tmp_path, TWELVE, "targets: {mimir: {max_groups_per_tenant: 14}}\n", "--shards", "3").code
    run = compiled(tmp_path, TWELVE, "targets: {mimir: {max_groups_per_tenant: 7}}\n", "--shards", "3")
    assert (1, True) == (run.code, "tenant-limit: shard-" in run.err), run.err
