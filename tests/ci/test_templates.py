"""The CI files that teams copy, run as their services would, in a scratch repository with a base and a change."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.forges.fakes import TOKEN, Comments
from tests.pipeline.diff.scratch import Scratch, scratch
from tests.support.http import serving

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "ci"
BIN = Path(sys.executable).parent


def read(name: str) -> Any:
    """Read a template; YAML 1.1 takes the key `on` for true."""
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


@pytest.fixture
def repository(tmp_path: Path) -> Scratch:
    """A repository with compiled rules on main; on a branch the objective is lowered and compiled."""
    found = scratch(tmp_path / "repository")
    found.write("sloctl.yaml", "specs: [specs]\nlint: {ignore: [A103, A121]}\n")
    assert 0 == bash("sloctl compile", found.root).returncode
    found.commit()
    found.git("checkout", "-q", "-b", "topic")
    found.replace(("objective: 99.9", "objective: 99.5"))
    assert 0 == bash("sloctl compile", found.root).returncode
    found.commit()
    return found


def bash(script: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script as a CI service does: bash, which ends with the first command that fails."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "GITHUB_", "CI_"))}
    known = {**clean, "PATH": f"{BIN}{os.pathsep}{clean['PATH']}", **environment}
    return subprocess.run(["bash", "-e", "-c", script], cwd=cwd, env=known, text=True, capture_output=True, check=False)


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_a_template_is_short_and_valid(path: Path) -> None:
    """A file to copy has fewer than 25 lines, says at its top where it goes, and is YAML."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 25
    assert text.startswith("# ")
    assert isinstance(yaml.safe_load(text), dict)


def test_the_github_workflow_lints_and_comments(repository: Scratch, tmp_path: Path) -> None:
    """Its steps, run by the action of this repository: lint passes; the review comments, and fails on a loud change."""
    (tmp_path / "event.json").write_text(json.dumps({"pull_request": {"number": 7}}))
    job = {"RUNNER_TEMP": str(tmp_path), "ACTION_PATH": str(ROOT), "GITHUB_REPOSITORY": "team/slos",
           "GITHUB_BASE_REF": "main", "GITHUB_EVENT_PATH": str(tmp_path / "event.json"), "GITHUB_ACTIONS": "true",
           "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}  # fmt: skip
    (tmp_path / "sloctl" / "bin").mkdir(parents=True)
    (tmp_path / "sloctl" / "bin" / "sloctl").symlink_to(BIN / "sloctl")  # installed by an earlier step of the job
    comments = Comments()
    codes = []
    with serving(comments.github) as server:
        for step in [each for each in read("github.yml")["jobs"]["slo"]["steps"] if "sloctl" in each["uses"]]:
            known = {**job, "GITHUB_API_URL": server.url, "GITHUB_TOKEN": TOKEN}
            codes.append(run_action(step["with"], repository.root, known).returncode)
    assert [0, 1] == codes
    (body,) = comments.bodies.values()
    assert "now fires at 0.5 % errors instead of 0.1 %" in body
    assert body in (tmp_path / "summary.md").read_text()


def run_action(inputs: dict[str, str], cwd: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the steps of action.yml one after the other, with the inputs of a step."""
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    given = {name: each.get("default", "") for name, each in action["inputs"].items()} | inputs
    variables = {f"SLOCTL_{name.upper().replace('-', '_')}": value for name, value in given.items()}
    for step in action["runs"]["steps"]:
        done = bash(step["run"], cwd, **environment, **variables)
        if done.returncode:
            break
    return done


def test_the_gitlab_job_reports_and_writes_a_note(repository: Scratch) -> None:
    """Its script leaves a report of code quality and one note, and fails on the loud change."""
    install, *script = read("gitlab.yml")["slo"]["script"]
    assert install.startswith("pip install ")
    comments = Comments()
    with serving(comments.gitlab) as server:
        job = {"CI_API_V4_URL": server.url, "CI_PROJECT_ID": "42", "CI_MERGE_REQUEST_IID": "7",
               "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}  # fmt: skip
        done = bash("\n".join(script), repository.root, GITLAB_TOKEN=TOKEN, **job)
    assert 1 == done.returncode, done.stderr
    assert ["now fires at 0.5 % errors instead of 0.1 %" in body for body in comments.bodies.values()] == [True]
    assert [] == json.loads((repository.root / "gl-code-quality-report.json").read_text())


def test_the_hooks_of_the_pre_commit_file_are_there() -> None:
    """Each hook that it names is one that this repository offers."""
    (repo,) = read("pre-commit.yaml")["repos"]
    offered = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in repo["hooks"]} == {hook["id"] for hook in offered}


def test_this_repository_reviews_itself(tmp_path: Path) -> None:
    """The commands of its own workflow, run on its examples with one change, tell the change and the stale rules."""
    found = Scratch(tmp_path / "repository")
    for name in ("examples", "rules", "docs"):
        shutil.copytree(ROOT / name, found.root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "sloctl.yaml", found.root)
    found.git("init", "-q", "-b", "main")
    found.commit()
    spec = found.root / "examples" / "shop-api.yaml"
    spec.write_text(spec.read_text(encoding="utf-8").replace("objective: 99.9", "objective: 99.5"), encoding="utf-8")
    (tmp_path / "event.json").write_text(json.dumps({"pull_request": {"number": 7}}))
    comments = Comments()
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    install, review = [step["run"] for step in workflow["jobs"]["review"]["steps"] if "run" in step]
    with serving(comments.github) as server:
        done = bash(review.replace(".venv/bin/", ""), found.root, GITHUB_API_URL=server.url, GITHUB_TOKEN=TOKEN,
                    GITHUB_REPOSITORY="team/slos", GITHUB_EVENT_PATH=str(tmp_path / "event.json"))  # fmt: skip
    assert (1, "make .venv/.runtime") == (done.returncode, install), done.stderr
    (body,) = comments.bodies.values()
    assert ["objective 99.9 % → 99.5 %" in body, "- <code>rules/shop-api.yml</code>: stale" in body] == [True, True]
