"""The options of checks in the settings: known by name, and of the type of their default."""

from __future__ import annotations

from pathlib import Path

import pytest

from sloctl.cli.main import run


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules.yml").write_text("groups: [{name: g, rules: [{alert: A, expr: queue > 5}]}]\n")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ("N201: {min_window: soon}", "`lint.options.N201.min_window` must be a duration"),
        ("N201: {min_window: 5}", "`lint.options.N201.min_window` must be a duration"),
        ("N206: {scrapes: many}", "`lint.options.N206.scrapes` must be a whole number"),
        ("N206: {scrapes: true}", "`lint.options.N206.scrapes` must be a whole number"),
        ("N217: {tight: [1]}", "`lint.options.N217.tight` must be a number"),
        ("C323: {allowed: limitk}", "`lint.options.C323.allowed` must be a list of texts"),
        ("N216: {labels: [1]}", "`lint.options.N216.labels` must be a list of texts"),
        ("A123: {default_route: 'yes'}", "`lint.options.A123.default_route` must be true or false"),
        ("N201: {min: 5m}", "`lint.options.N201.min` is no option"),
        ("N999: {}", "`lint.options.N999`: no check has this code"),
    ],
)
def test_an_option_that_cannot_be_read_is_wrong_use(options: str, named: str, capsys) -> None:
    """A wrong value, name or code is exit 2 and names the option, instead of a check that fails on every rule."""
    Path("sloctl.yaml").write_text(f"lint: {{options: {{{options}}}}}\n")
    assert 2 == run(["lint", "rules.yml", "--select", "N201"])
    assert named in capsys.readouterr().err


def test_options_of_the_right_type_are_taken(capsys) -> None:
    """A duration, a whole number, a number, a list and a truth value are taken, and a check may have no option."""
    Path("sloctl.yaml").write_text(
        "lint: {options: {N201: {min_window: 10m}, N206: {scrapes: 3}, N217: {tight: 0.2}, N216: {labels: [pod]}, "
        "A123: {default_route: true}, N202: {}}}\n"
    )
    assert 1 == run(["lint", "rules.yml", "--select", "N201", "--format", "concise"])
    assert 1 == len(capsys.readouterr().out.splitlines())
