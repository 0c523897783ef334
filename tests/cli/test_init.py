"""`sloctl init` writes files that are valid as they stand, and never touches what is there."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from sloctl.cli.main import run
from sloctl.pipeline.starter import CI_FILES
from sloctl.pipeline.starter.remote import file_page
from tests.support.promtool import check_rules


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def repository(remote: str = "") -> None:
    """Make the working directory a git repository."""
    subprocess.run(["git", "init", "--quiet"], check=True)
    if remote:
        subprocess.run(["git", "remote", "add", "origin", remote], check=True)


def written() -> list[str]:
    """List the files below the working directory, git's own aside."""
    return sorted(path.as_posix() for path in Path().rglob("*") if path.is_file() and ".git" not in path.parts)


def runbooks(spec: str = "specs/my-service.yaml") -> tuple[str, str]:
    """Read the runbook that all alerts get, and that of the first threshold alert."""
    data = yaml.safe_load(Path(spec).read_text())
    return data["defaults"]["runbook"], data["alerts"][0].get("runbook", "")


def test_what_it_writes_has_no_findings_and_compiles(capsys: pytest.CaptureFixture[str]) -> None:
    """Spec and settings are right as they stand, and the committed rules are then the compiled ones, as CI asks."""
    assert run(["init"]) == 0
    assert run(["validate"]) == 0
    assert "1 service, 1 SLO, 1 alert: no problems\n" in capsys.readouterr().err
    assert run(["compile"]) == 0
    assert run(["compile", "--check"]) == 0


def test_promtool_accepts_the_rules(tool: Callable[[str], str]) -> None:
    """Prometheus loads what the first spec compiles to."""
    assert run(["init", "--owner", "team #1: \"the 'best'\""]) == 0
    assert run(["compile"]) == 0
    check_rules(Path("rules/my-service.yml"), promtool=tool("promtool"))


def test_the_files(capsys: pytest.CaptureFixture[str]) -> None:
    """Spec, settings, runbook and CI job are written and named, then the next three commands."""
    assert run(["init", "--service", "pay"]) == 0
    assert [".github/workflows/slo.yml", "docs/runbooks/pay.md", "sloctl.yaml", "specs/pay.yaml"] == written()
    assert """\
created sloctl.yaml
created specs/pay.yaml
created docs/runbooks/pay.md
created .github/workflows/slo.yml

Edit the lines marked EDIT, then:
  sloctl validate specs/pay.yaml
  sloctl explain specs/pay.yaml
  sloctl compile specs/pay.yaml
""" in capsys.readouterr().err


def test_nothing_is_overwritten(capsys: pytest.CaptureFixture[str]) -> None:
    """Files that are there, links to nowhere included, are left as they are, and named."""
    Path("specs").mkdir()
    Path("specs/my-service.yaml").write_text("mine")
    Path("sloctl.yaml").symlink_to("nowhere")
    assert run(["init"]) == 0
    assert "mine" == Path("specs/my-service.yaml").read_text()
    assert not Path("nowhere").exists()
    assert "left sloctl.yaml as it is\nleft specs/my-service.yaml as it is\ncreated docs" in capsys.readouterr().err


def test_a_second_service_joins_the_first() -> None:
    """A second run adds a service; both compile, and the settings stay."""
    assert run(["init", "--service", "pay"]) == 0
    assert run(["init", "--service", "ship"]) == 0
    assert run(["compile"]) == 0
    assert ["rules/pay.yml", "rules/ship.yml"] == [name for name in written() if name.startswith("rules/")]


def test_names_are_filled_in() -> None:
    """Service and owner stand in the spec, whatever characters the owner is made of."""
    owner = "- {{ x }} # \"é\" 'y'"
    assert run(["init", "--service", "pay", "--owner", owner]) == 0
    data = yaml.safe_load(Path("specs/pay.yaml").read_text())
    assert ("pay", owner) == (data["metadata"]["name"], data["metadata"]["owner"])
    assert run(["validate"]) == 0


@pytest.mark.parametrize("arguments", [["--service", "Pay Me"], ["--service", "a" * 64], ["--owner", " "]])
def test_names_that_no_spec_may_have(arguments: list[str]) -> None:
    """A bad name is wrong use, and nothing is written."""
    assert run(["init", *arguments]) == 2
    assert [] == written()


def test_another_folder(capsys: pytest.CaptureFixture[str]) -> None:
    """DIR is made where it is missing, and the next step is to go there."""
    assert run(["init", "new place"]) == 0
    assert Path("new place/specs/my-service.yaml").is_file()
    assert "  cd 'new place'\n  sloctl validate specs/my-service.yaml\n" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made() -> None:
    """A file where a folder must be is a broken world, reported without a traceback."""
    Path("specs").write_text("")
    assert run(["init"]) == 3


@pytest.mark.parametrize(
    ("remote", "page"),
    [
        ("git@github.com:acme/shop.git", "https://github.com/acme/shop/blob/main/"),
        ("ssh://git@github.com/acme/shop.git", "https://github.com/acme/shop/blob/main/"),
        ("https://github.com/acme/shop", "https://github.com/acme/shop/blob/main/"),
        ("https://joe:secret@github.com/acme/shop.git", "https://github.com/acme/shop/blob/main/"),
        ("https://gitlab.acme.org:8443/a/b/shop.git", "https://gitlab.acme.org:8443/a/b/shop/-/blob/main/"),
        ("ssh://git@gitlab.acme.org:2222/a/shop.git", "https://gitlab.acme.org/a/shop/-/blob/main/"),
        ("git@gitlab.com:a/b/shop.git", "https://gitlab.com/a/b/shop/-/blob/main/"),
    ],
)
def test_runbooks_are_linked_by_url(remote: str, page: str) -> None:
    """A remote on GitHub or GitLab gives the runbook its web page, without user names and secrets."""
    repository(remote)
    assert run(["init"]) == 0
    file = f"{page}docs/runbooks/my-service.md"
    assert (f"{file}#{{name}}", f"{file}#backlog-too-old") == runbooks()


@pytest.mark.parametrize("remote", ["", "/srv/git/shop.git", "git@git.acme.org:shop.git", "file:///srv/github/shop"])
def test_without_a_web_page_runbooks_are_paths(remote: str) -> None:
    """Elsewhere nobody knows the page, so the path stands in and the comment asks for a URL."""
    repository(remote)
    assert run(["init"]) == 0
    assert ("docs/runbooks/my-service.md#{name}", "docs/runbooks/my-service.md#backlog-too-old") == runbooks()
    assert "EDIT: put its URL here" in Path("specs/my-service.yaml").read_text()


def test_the_branch_is_that_of_origin() -> None:
    """Links and the CI job follow the default branch of the remote, as far as it is known."""
    repository("git@github.com:acme/shop.git")
    subprocess.run(["git", "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"], check=True)
    assert run(["init"]) == 0
    assert runbooks()[0].startswith("https://github.com/acme/shop/blob/trunk/docs/")
    job = yaml.safe_load(Path(".github/workflows/slo.yml").read_text())
    assert ["trunk"] == job[True]["push"]["branches"]  # YAML 1.1 reads the key `on` as true


def test_the_links_lead_to_headings() -> None:
    """Each alert's anchor is a heading of the runbook, with the four parts a reader looks for below it."""
    assert run(["init"]) == 0
    sections = Path("docs/runbooks/my-service.md").read_text().split("\n## ")[1:]
    found = {section.splitlines()[0].lower().replace(" ", "-"): section for section in sections}
    assert ["availability", "backlog-too-old"] == list(found)
    for section in found.values():
        headings = [line[4:] for line in section.splitlines() if line.startswith("### ")]
        assert ["Meaning", "Impact", "Diagnosis", "Mitigation"] == headings


@pytest.mark.parametrize(
    ("url", "links"),
    [
        ("https://wiki.acme.org/{service}", ("https://wiki.acme.org/{service}#{name}",
                                            "https://wiki.acme.org/{service}#backlog-too-old")),
        ("https://wiki.acme.org/{service}/{name}", ("https://wiki.acme.org/{service}/{name}", "")),
        ("https://wiki.acme.org/page#first", ("https://wiki.acme.org/page#first", "")),
    ],
)  # fmt: skip
def test_runbooks_of_the_user(url: str, links: tuple[str, str]) -> None:
    """`--runbooks` wins over the remote; runbooks that live elsewhere get no file here."""
    repository("git@github.com:acme/shop.git")
    assert run(["init", "--runbooks", url]) == 0
    assert links == runbooks()
    assert run(["validate"]) == 0
    assert not Path("docs").exists()


def test_runbooks_of_the_user_in_this_repository() -> None:
    """A URL that shows the file of this repository still gets the file."""
    url = "https://code.acme.org/shop/blob/main/docs/runbooks/{service}.md"
    assert run(["init", "--runbooks", url]) == 0
    assert Path("docs/runbooks/my-service.md").is_file()


def test_a_project_below_the_root_of_its_repository() -> None:
    """The CI job stands where its service looks for it and enters the project; links hold the whole path, quoted."""
    repository("git@github.com:acme/shop.git")
    assert run(["init", "apps/p'a y", "--service", "pay"]) == 0
    assert runbooks("apps/p'a y/specs/pay.yaml")[0].endswith("/blob/main/apps/p%27a%20y/docs/runbooks/pay.md#{name}")
    assert Path("apps/p'a y/docs/runbooks/pay.md").is_file()
    job = yaml.safe_load(Path(".github/workflows/slo.yml").read_text())["jobs"]["slo"]
    assert "apps/p'a y/" == job["defaults"]["run"]["working-directory"]


def test_gitlab() -> None:
    """A remote on GitLab gets a job for GitLab, to be included."""
    repository("git@gitlab.com:acme/shop.git")
    assert run(["init", "apps/p'a y"]) == 0
    script = yaml.safe_load(Path(".gitlab/slo.yml").read_text())["slo"]["script"]
    assert """cd 'apps/p'"'"'a y/'""" == script[0]
    assert ["sloctl compile --check", "sloctl lint --output gitlab=gl-code-quality.json"] == script[-2:]
    assert not Path(".github").exists()


def test_no_ci() -> None:
    """`--ci none` writes no job."""
    assert run(["init", "--ci", "none"]) == 0
    assert ["docs/runbooks/my-service.md", "sloctl.yaml", "specs/my-service.yaml"] == written()


@pytest.mark.parametrize("ci", ["github", "gitlab"])
def test_the_ci_job_passes(ci: str) -> None:
    """Every command of the job succeeds on what `init` wrote, once the rules are compiled."""
    assert run(["init", "--ci", ci]) == 0
    assert run(["compile"]) == 0
    job = Path(CI_FILES[ci]).read_text()
    commands = re.findall(r"(?:run:|-) sloctl (.+)", job)
    assert 2 == len(commands)
    assert [0, 0] == [run(command.split()) for command in commands]


def test_it_lints_clean_under_the_strict_profile(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the spec nor the rules it compiles to have a finding, however mild."""
    assert run(["init"]) == 0
    assert run(["compile"]) == 0
    capsys.readouterr()
    assert run(["lint", "--profile", "strict", "--fail-on", "note", "specs", "rules"]) == 0
    assert "" == capsys.readouterr().out


@pytest.mark.parametrize("remote", ["", "nonsense", "https://", "https://github.com", "git@bitbucket.org:a/b.git"])
def test_remotes_without_pages(remote: str) -> None:
    """What is no repository on GitHub or GitLab has no page."""
    assert "" == file_page(remote, "main", "a.md")
