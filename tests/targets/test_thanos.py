"""Rule files for Thanos Ruler: those for Prometheus, and a strategy in each group."""

from pathlib import Path

import pytest
import yaml

from tests.cli.session import sloctl
from tests.pipeline.specs import MINIMAL
from tests.support.promtool import check_rules


@pytest.mark.parametrize("strategy", ["abort", "warn"])
def test_every_group_has_a_strategy(tmp_path: Path, strategy: str) -> None:
    """It is `abort` unless the settings say `warn`; all else is what Prometheus gets, and promtool accepts it."""
    (tmp_path / "spec.yaml").write_text(MINIMAL)
    if strategy != "abort":
        (tmp_path / "sloctl.yaml").write_text(f"targets: {{thanos: {{partial_response_strategy: {strategy}}}}}\n")
    thanos, plain = (
        yaml.safe_load(sloctl("compile", "spec.yaml", "--stdout", "--target", target, cwd=tmp_path).out)["groups"]
        for target in ("thanos", "prometheus")
    )
    assert [strategy, strategy] == [group.pop("partial_response_strategy") for group in thanos]
    assert plain == thanos
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": thanos}))
    check_rules(tmp_path / "rules.yml")


def test_another_strategy_is_an_error(tmp_path: Path) -> None:
    """A word that Thanos does not know is found in the settings, at its place."""
    (tmp_path / "spec.yaml").write_text(MINIMAL)
    (tmp_path / "sloctl.yaml").write_text("targets: {thanos: {partial_response_strategy: ignore}}\n")
    run = sloctl("compile", "spec.yaml", "--stdout", "--target", "thanos", cwd=tmp_path)
    assert (2, True) == (run.code, "sloctl.yaml:1:47: error S204" in run.err), run.err
