"""Links into the repository: which addresses lead there, and which headings a page has."""

from __future__ import annotations

from pathlib import Path

import pytest

from sloctl.checks._runbook import find_section, local_link, sections

REMOTES = """
[remote "origin"]
    url = git@github.com:Acme/alerts.git
[remote "mirror"]
    url = https://git.acme.net/sre/team/alerts
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a repository with two remotes and one page."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text(REMOTES)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "api.md").write_text("# API\n")
    return tmp_path


@pytest.mark.parametrize(
    "url",
    [
        "docs/api.md",
        "/docs/api.md#api",
        "https://github.com/acme/alerts/blob/main/docs/api.md",
        "https://github.com/Acme/alerts/tree/master/docs",
        "https://raw.githubusercontent.com/acme/alerts/refs/heads/main/docs/api.md",
        "https://git.acme.net/sre/team/alerts/-/blob/HEAD/docs/api.md?ref=x#L3",
        "https://git.acme.net/sre/team/alerts/src/branch/main/docs/api.md",
    ],
)
def test_links_into_the_repository_are_followed(url: str, root: Path) -> None:
    """A path, and an address on the default branch of a remote, lead to a file."""
    link = local_link(url, "rules.yml", root)
    assert link is not None
    assert (root / "docs") in (link.file, link.file.parent if link.file else None)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/acme/other/blob/main/docs/api.md",
        "https://github.com/acme/alerts/blob/v1.2/docs/api.md",
        "https://github.com/acme/alerts/wiki/api",
        "https://example.org/docs/api.md",
        "docs/{{ $labels.job }}.md",
        "../../../../../../../../etc/hosts.txt",
        "see the wiki",
        "docs",
        "https://[broken",
        "mailto:team@acme.net",
    ],
)
def test_links_elsewhere_are_not_judged(url: str, root: Path) -> None:
    """Other repositories, branches and hosts, templates, paths that lead out and mere words are no links here."""
    assert local_link(url, "rules.yml", root) is None


def test_a_linked_working_tree_knows_its_remotes(root: Path) -> None:
    """In a working tree of `git worktree` the remotes are those of the main repository."""
    tree, private = root / "tree", root / ".git" / "worktrees" / "tree"
    (tree / "docs").mkdir(parents=True)
    private.mkdir(parents=True)
    (private / "commondir").write_text("../..\n")
    (tree / ".git").write_text(f"gitdir: {private}\n")
    link = local_link("https://github.com/acme/alerts/blob/main/docs/gone.md", "rules.yml", tree)
    assert link is not None
    assert (tree / "docs" / "gone.md",) == link.files


PAGE = """
Slow API
========
## Errors: 5xx & `timeouts`
```sh
# no heading
```
### [Why?](why.md) {#reasons}
## Errors
## Errors
<a name="by-hand"></a>
"""


@pytest.mark.parametrize(
    ("fragment", "title"),
    [
        ("slow-api", "Slow API"),
        ("errors-5xx--timeouts", "Errors: 5xx & `timeouts`"),
        ("user-content-errors-5xx-timeouts", "Errors: 5xx & `timeouts`"),
        ("reasons", "[Why?](why.md) {#reasons}"),
        ("why", "[Why?](why.md) {#reasons}"),
        ("errors-1", "Errors"),
        ("by-hand", "Errors"),
        ("L12", ""),
        ("", ""),
        ("no-heading", None),
        ("gone", None),
    ],
)
def test_headings_are_found_as_forges_spell_them(fragment: str, title: str | None, tmp_path: Path) -> None:
    """A fragment names a heading or an anchor; text in a fence is neither, and a line number is the page itself."""
    (tmp_path / "page.md").write_text(PAGE)
    page = sections(tmp_path / "page.md")
    index = find_section(page, fragment)
    assert title == (None if index is None else page[index].title)
