"""Compiled files that somebody has edited: noticed, shown, and never lost unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.session import sloctl
from tests.pipeline.specs import MINIMAL, service_named


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with two specs, compiled once; then somebody has edited one of the files."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "shop.yaml").write_text(MINIMAL)
    (tmp_path / "specs" / "bank.yaml").write_text(service_named("bank"))
    assert 0 == sloctl("compile", "specs", cwd=tmp_path).code
    edit(tmp_path / "rules" / "shop.yml", "> 14.4 *", "> 30 *")
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text in a file."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def contents(project: Path) -> dict[str, bytes]:
    """Return the compiled files."""
    return {path.name: path.read_bytes() for path in (project / "rules").iterdir()}


def test_an_edit_is_shown_and_nothing_is_written(project: Path) -> None:
    """The finding points at the line; the run exits with 1, and files that could be written are left alone too."""
    edit(project / "specs" / "bank.yaml", "99.9", "99.5")
    before = contents(project)
    run = sloctl("compile", "specs", cwd=project)
    number = 1 + (project / "rules" / "shop.yml").read_text().splitlines().index(
        '            > 30 * 0.001 * slo:total_events:increase1h{slo_service="shop", slo="checkout"}'
    )
    assert (1, before) == (run.code, contents(project))
    assert f"rules/shop.yml:{number}:13: error S501 edited-output: edited since it was compiled" in run.err
    assert "= help: say it in the spec, and drop the edit with `sloctl compile --force`" in run.err
    assert "1 file edited by hand since compiled; nothing was written" == run.err.splitlines()[-1]


def test_check_tells_edited_from_stale(project: Path) -> None:
    """--check prints the difference of both, and counts them apart."""
    edit(project / "specs" / "bank.yaml", "99.9", "99.5")
    run = sloctl("compile", "specs", "--check", cwd=project)
    assert 1 == run.code
    assert ["--- rules/bank.yml", "--- rules/shop.yml"] == [line for line in run.out.splitlines() if line[:4] == "--- "]
    assert "rules/shop.yml:" in run.err
    assert [
        "1 file in rules edited by hand since compiled",
        "1 file in rules stale; run `sloctl compile` (with --prune to remove files)",
    ] == run.err.splitlines()[-2:]


def test_force_drops_the_edit(project: Path) -> None:
    """With --force the file is what the spec says."""
    assert 0 == sloctl("compile", "specs", "--force", cwd=project).code
    assert 0 == sloctl("compile", "specs", "--check", cwd=project).code


def test_an_edit_that_the_spec_has_caught_up_with_is_no_obstacle(project: Path) -> None:
    """Where the file already says what the spec says now, all but its hash, nothing would be lost."""
    path = project / "rules" / "shop.yml"
    before = path.read_text().splitlines(keepends=True)
    edit(project / "specs" / "shop.yaml", "above: 60", "above: 90")
    assert 0 == sloctl("compile", "specs", "--force", cwd=project).code
    after = path.read_text().splitlines(keepends=True)
    path.write_text("".join([after[0], before[1], *after[2:]]))
    run = sloctl("compile", "specs", cwd=project)
    assert (0, True) == (run.code, "updated rules/shop.yml" in run.err)
    assert "".join(after) == path.read_text()


def test_other_line_ends_are_no_edit(project: Path) -> None:
    """A checkout with `\\r\\n` is brought up to date without --force."""
    sloctl("compile", "specs", "--force", cwd=project)
    path = project / "rules" / "shop.yml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    run = sloctl("compile", "specs", cwd=project)
    assert (0, False) == (run.code, b"\r" in path.read_bytes())


def test_pruning_spares_edits(project: Path) -> None:
    """A file whose spec is gone is removed, unless somebody has edited it."""
    (project / "specs" / "shop.yaml").unlink()
    run = sloctl("compile", "specs", "--prune", cwd=project)
    assert (1, True) == (run.code, (project / "rules" / "shop.yml").exists())
    assert "rules/shop.yml:1:1: error S501 edited-output" in run.err
    assert 0 == sloctl("compile", "specs", "--prune", "--force", cwd=project).code
    assert not (project / "rules" / "shop.yml").exists()


def test_a_merge_conflict_is_named(project: Path) -> None:
    """The hash differs on both sides of every merge, so conflicts are common; the message says what to do."""
    path = project / "rules" / "shop.yml"
    lines = path.read_text().splitlines(keepends=True)
    lines[1:2] = ["<<<<<<< HEAD\n", lines[1], "=======\n", "# Content hash: 0123456789abcdef.\n", ">>>>>>> other\n"]
    path.write_text("".join(lines))
    run = sloctl("compile", "specs", cwd=project)
    assert 1 == run.code
    assert "rules/shop.yml:2:1: error S501 edited-output: the file holds the marks of a merge conflict" in run.err
    assert "= help: merge specs/shop.yaml, then run `sloctl compile --force`" in run.err


def test_files_of_before_there_were_hashes_are_brought_up_to_date(project: Path) -> None:
    """A header without a hash is still one of ours."""
    path = project / "rules" / "shop.yml"
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "Content hash" not in line))
    run = sloctl("compile", "specs", cwd=project)
    assert (0, True) == (run.code, "updated rules/shop.yml" in run.err)
