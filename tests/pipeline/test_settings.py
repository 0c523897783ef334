"""The settings file: where it is found, what it changes, and how its problems are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from sloctl.core.duration import Duration
from sloctl.pipeline.settings import Settings, load_settings
from tests.cli.session import sloctl
from tests.pipeline.specs import MINIMAL


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a spec in a folder."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "team" / "specs").mkdir(parents=True)
    (tmp_path / "team" / "specs" / "shop.yaml").write_text(MINIMAL)
    return tmp_path


def settings_in(folder: Path, text: str) -> Settings:
    """Write settings into a folder and read them."""
    (folder / "sloctl.yaml").write_text(text)
    settings, findings = load_settings(folder)
    assert [] == findings
    return settings


def test_settings_are_found_upwards_to_the_repository_root(project: Path) -> None:
    """A file in a folder above holds, up to the root of the repository and not beyond."""
    (project / "sloctl.yaml").write_text("output: out\n")
    assert ("out", project) == (load_settings(project / "team" / "specs")[0].output, project)
    (project / "sloctl.yaml").rename(project.parent / "sloctl.yaml")
    assert "rules" == load_settings(project / "team")[0].output
    (project.parent / "sloctl.yaml").unlink()


def test_outside_a_repository_only_the_folder_itself_counts(tmp_path: Path) -> None:
    """A stray file in a folder above, such as the home, changes nothing."""
    (tmp_path / "sloctl.yaml").write_text("output: out\n")
    (tmp_path / "below").mkdir()
    assert "rules" == load_settings(tmp_path / "below")[0].output


def test_specs_and_output_are_relative_to_the_settings(project: Path) -> None:
    """Without arguments `compile` reads and writes what the settings name, from any folder."""
    (project / "sloctl.yaml").write_text("specs: [team/specs]\noutput: generated\n")
    run = sloctl("compile", cwd=project / "team")
    assert (0, True) == (run.code, (project / "generated" / "shop.yml").exists())


def test_intervals_and_priorities_reach_the_rules(project: Path) -> None:
    """The base window grows with the scrape interval, and labels are those of the settings."""
    (project / "sloctl.yaml").write_text(
        "scrape_interval: 2m\nevaluation_interval: 1m\npriorities: {P3: {notify: ticket, labels: {team_queue: slow}}}\n"
    )
    rules = sloctl("compile", "team", "--stdout", cwd=project).out
    assert "slo:bad_events:increase10m\n" in rules
    assert "slo:bad_events:increase5m\n" not in rules
    assert "interval: 1m\n" in rules
    assert "team_queue: slow\n" in rules


def test_defaults_of_the_settings_fill_in_last(project: Path) -> None:
    """A runbook in the settings holds for every service that names none."""
    (project / "sloctl.yaml").write_text('defaults: {runbook: "https://all.example.org/{service}", action: Call}\n')
    bare = MINIMAL.replace('defaults: {runbook: "https://runbooks.example.org/{name}", action: Look at it}\n', "")
    (project / "team" / "specs" / "shop.yaml").write_text(bare)
    assert "runbook_url: https://all.example.org/shop\n" in sloctl("compile", "team", "--stdout", cwd=project).out


def test_owners_are_checked_when_the_settings_list_them(project: Path) -> None:
    """An owner that nobody knows is an error with the nearest known one."""
    (project / "sloctl.yaml").write_text("owners: [team-shops, team-bank]\n")
    run = sloctl("validate", "team", cwd=project)
    assert run.code == 1
    assert "A116 unknown-owner: the owner `team-shop` is not among those" in run.out
    assert "= help: did you mean `team-shops`?" in run.out


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    """Only comments mean: all defaults."""
    settings = settings_in(tmp_path, "# nothing yet\n")
    assert (Duration.of(seconds=30), "prometheus", "rules") == (
        settings.scrape_interval,
        settings.target,
        settings.output,
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("outptu: x", "sloctl.yaml:1:1: error S201 unknown-key: unknown key `outptu` in the document"),
        ("specs: x", "sloctl.yaml:1:8: error S203 wrong-type: `specs` must be a list, not `x`"),
        ("scrape_interval: 30", "must be a duration above 0 in whole units, such as `30s`, not `30`"),
        ("scrape_interval: 20m", "sloctl.yaml:1:18: error S204 bad-value: a scrape interval of 20m is too long"),
        ("evaluation_interval: 5m", "an evaluation interval of 5m is too long: Prometheus looks back 5m"),
        ("priorities: {P5: {notify: page}}", "unknown key `P5` in `priorities`"),
        ("priorities: {P1: {notify: page, labels: {owner: x}}}", "the label `owner` is written by sloctl"),
        ("defaults: {labels: {tier: x}}", "the label `tier` is written by sloctl"),
        ('defaults: {summary: "{{ oops"}', "sloctl.yaml:1:22: error C309 template-error"),
        ("a: [", "error S102 yaml-syntax"),
        ("- a", "must be a mapping of keys to values, not a list"),
    ],
)
def test_problems_in_the_settings_are_shown_at_their_place(project: Path, text: str, said: str) -> None:
    """They are wrong use (exit code 2), and nothing is compiled."""
    (project / "sloctl.yaml").write_text(text)
    run = sloctl("validate", "team", cwd=project)
    assert (2, "") == (run.code, run.out)
    assert said in run.err


def test_an_unreadable_settings_file_is_a_broken_world(project: Path) -> None:
    """Bytes that are no text end the run with exit code 3."""
    (project / "sloctl.yaml").write_bytes(b"\xff")
    run = sloctl("validate", "team", cwd=project)
    assert (3, True) == (run.code, "cannot read settings file" in run.err)
