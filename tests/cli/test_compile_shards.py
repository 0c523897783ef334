"""`sloctl compile --shards`: folders for a fleet, which share the rules out and lose none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cli.session import sloctl
from tests.pipeline.specs import HEAD

SLO = "  - {name: slo-%d, objective: 99.9, sli: {events: {bad: failed_total, total: all_total}}}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with two services of twelve SLOs, dealt out to three shards."""
    (tmp_path / ".git").mkdir()
    for name in ("bank", "shop"):
        slos = "".join(SLO % number for number in range(12))
        (tmp_path / f"{name}.yaml").write_text(f"{HEAD.replace('shop,', f'{name},')}slos:\n{slos}")
    assert 0 == compile_into(tmp_path, 3)
    return tmp_path


def compile_into(project: Path, shards: int, *options: str) -> int:
    """Compile into so many shards and return the exit code."""
    return sloctl("compile", ".", "-o", "rules", "--shards", str(shards), *options, cwd=project).code


def groups(project: Path) -> Iterator[tuple[str, str]]:
    """Yield each group that is anywhere below the output folder, and its folder."""
    for path in sorted((project / "rules").rglob("*.yml")):
        for group in yaml.safe_load(path.read_text())["groups"]:
            yield group["name"], path.parent.name


def test_every_slo_is_in_one_shard(project: Path) -> None:
    """Each server mounts one folder; together they evaluate everything once."""
    found = list(groups(project))
    assert sorted(f"slo/{name}/slo-{number}" for name in ("bank", "shop") for number in range(12)) == sorted(
        group for group, _ in found
    )
    assert {"shard-0", "shard-1", "shard-2"} == {shard for _, shard in found}


def test_growth_leaves_nothing_behind(project: Path) -> None:
    """With a fourth shard some SLOs move there; they are gone from where they were, and the rest stays."""
    before = dict(groups(project))
    assert 0 == compile_into(project, 4)
    found = list(groups(project))
    assert len(before) == len(found)
    assert {"shard-3"} == {shard for group, shard in found if shard != before[group]}


def test_fewer_shards_leave_nothing_behind(project: Path) -> None:
    """The files of a shard that is no more are removed, and so are those of all when there are none."""
    assert 0 == compile_into(project, 2)
    assert ({"shard-0", "shard-1"}, 24) == ({shard for _, shard in groups(project)}, len(list(groups(project))))
    assert 0 == sloctl("compile", ".", "-o", "rules", "--prune", cwd=project).code
    assert {"rules"} == {shard for _, shard in groups(project)}


def test_check_knows_shards(project: Path) -> None:
    """--check is content with the same number, and shows what another number would change."""
    assert 0 == compile_into(project, 3, "--check")
    run = sloctl("compile", ".", "-o", "rules", "--shards", "4", "--check", cwd=project)
    assert 1 == run.code
    assert "+++ rules/shard-3/shop.yml" in run.out.splitlines()


def test_edits_in_shards_are_kept(project: Path) -> None:
    """A file of a shard that somebody has edited is neither replaced nor removed."""
    path = project / "rules" / "shard-2" / "shop.yml"
    path.write_text(path.read_text() + "# mine\n")
    assert 1 == compile_into(project, 2)
    assert path.read_text().endswith("# mine\n")


def test_objects_of_two_shards_have_two_names(project: Path) -> None:
    """Objects of one service in one cluster: the label tells a Prometheus which are its own."""
    options = ("--target", "prometheus-operator", "-o", "objects", "--shards", "2")
    assert 0 == sloctl("compile", ".", *options, cwd=project).code
    found = [yaml.safe_load(path.read_text())["metadata"] for path in sorted((project / "objects").rglob("shop*.yml"))]
    expected = [{"name": f"shop.shard-{shard}", "labels": {"sloctl-shard": f"{shard}"}} for shard in (0, 1)]
    assert expected == [each for each in found if each["name"].count(".") == 1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--target", "alertmanager", "-o", "routes"), "the target alertmanager writes no rules"),
        (("--stdout",), "--stdout writes no files"),
    ],
)
def test_what_has_no_rules_has_no_shards(project: Path, options: tuple[str, ...], said: str) -> None:
    """Routes and streams cannot be dealt out."""
    run = sloctl("compile", ".", *options, "--shards", "2", cwd=project)
    assert (2, True) == (run.code, said in run.err)
