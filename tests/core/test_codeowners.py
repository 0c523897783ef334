"""CODEOWNERS is read as GitHub and GitLab read it."""

from __future__ import annotations

import pytest

from sloctl.core.codeowners import is_among, parse_codeowners


@pytest.mark.parametrize(
    ("pattern", "path", "owned"),
    [
        ("*", "slo/shop.yml", True),
        ("*.yml", "slo/shop.yml", True),
        ("*.yml", "slo/shop.yaml", False),
        ("/slo/", "slo/shop.yml", True),
        ("/slo/", "team/slo/shop.yml", False),
        ("slo/", "team/slo/shop.yml", True),
        ("slo", "slo/team/shop.yml", True),
        ("/slo/*", "slo/shop.yml", True),
        ("/slo/*", "slo/team/shop.yml", False),
        ("slo/shop.yml", "team/slo/shop.yml", False),
        ("/slo/**/shop.yml", "slo/shop.yml", True),
        ("/slo/**/shop.yml", "slo/a/b/shop.yml", True),
        ("/slo/**", "slo/a/b/shop.yml", True),
        ("**/slo", "a/b/slo/shop.yml", True),
        ("sho?.yml", "slo/shop.yml", True),
        ("shop.yml", "slo/shopxyml", False),
        (r"my\ slos/", "my slos/shop.yml", True),
        (r"\#1.yml", "#1.yml", True),
    ],
)
def test_patterns_are_those_of_gitignore(pattern: str, path: str, *, owned: bool) -> None:
    """A slash in front or inside ties a pattern to the root, one at the end means a folder, `*` stays in its folder."""
    assert (("@a",) if owned else ()) == parse_codeowners("CODEOWNERS", f"{pattern} @a\n").of(path)


def test_the_last_match_decides() -> None:
    """A later line takes a path away from an earlier one, also for nobody; comments and blank lines say nothing."""
    owners = parse_codeowners("CODEOWNERS", "# all\n* @acme/sre\n\n/slo/ @acme/shop @bob # both\n/slo/free.yml\n")
    assert ("@acme/sre",) == owners.of("README.md")
    assert ("@acme/shop", "@bob") == owners.of("slo/shop.yml")
    assert () == owners.of("slo/free.yml")


def test_sections_count_together() -> None:
    """In GitLab each section decides for itself, and its owners are those of lines that name none."""
    text = "* @all\n[Shop] @acme/shop\n/slo/\n^[Docs][2]\n/slo/*.md @writers\n"
    assert ("@all", "@acme/shop") == parse_codeowners("CODEOWNERS", text).of("slo/shop.yml")
    assert ("@all", "@acme/shop", "@writers") == parse_codeowners("CODEOWNERS", text).of("slo/shop.md")


@pytest.mark.parametrize(
    ("name", "among"), [("shop", True), ("acme/shop", True), ("@Acme/Shop", True), ("acme", False), ("bob", False)]
)
def test_a_team_has_short_names(name: str, *, among: bool) -> None:
    """An owner in a spec may be the team without its organisation."""
    assert among == is_among(name, ("@acme/shop", "bob@acme.net"))
