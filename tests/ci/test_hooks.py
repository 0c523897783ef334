"""The hooks, the action and the problem matcher work as their users would run them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
QUICK = {"PIP_NO_COMPILE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
"""For one run, not every module of every dependency has to be compiled."""
NOISY = "groups:\n  - name: g\n    rules:\n      - alert: QueueLong\n        expr: queue > 5\n"


def _run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    words = [str(part) for part in command]
    return subprocess.run(words, cwd=cwd, env={**clean, **environment}, text=True, capture_output=True, check=False)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with one noisy rule file."""
    (tmp_path / "rules.yml").write_text(NOISY)
    _run("git", "init", "-q", ".", cwd=tmp_path)
    _run("git", "add", ".", cwd=tmp_path)
    return tmp_path


def test_the_hook_runs_from_a_clone_and_stops_a_noisy_alert(repository: Path, tmp_path_factory) -> None:
    """pre-commit installs the hook from a clone of this repository; it fails on a noisy alert and names the code."""
    config = {"repos": [{"repo": str(ROOT), "rev": "HEAD", "hooks": [{"id": "sloctl-lint"}]}]}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    home = tmp_path_factory.mktemp("pre-commit")
    program = Path(sys.executable).with_name("pre-commit")
    done = _run(program, "run", "--all-files", cwd=repository, PRE_COMMIT_HOME=str(home), **QUICK)
    assert (1, True) == (done.returncode, "N201 no-for" in done.stdout), done.stdout + done.stderr


def test_the_action_installs_from_its_own_checkout_and_annotates(repository: Path, tmp_path_factory) -> None:
    """The steps of action.yml, run by bash as GitHub would, print an annotation and fail."""
    temp = tmp_path_factory.mktemp("runner")
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    install, lint = (step["run"] for step in action["runs"]["steps"])
    environment = {"RUNNER_TEMP": str(temp), "ACTION_PATH": str(ROOT), "GITHUB_ACTIONS": "true",
                   "SLOCTL_COMMAND": "lint", "SLOCTL_PATHS": "rules.yml",
                   "SLOCTL_ARGUMENTS": "--select N201", **QUICK}  # fmt: skip
    installed = _run("bash", "-e", "-c", install, cwd=repository, **environment)
    assert 0 == installed.returncode, installed.stderr
    done = _run("bash", "-e", "-c", lint, cwd=repository, **environment)
    assert 1 == done.returncode
    assert done.stdout.startswith("::error file=rules.yml,line=4,endLine=4,col=16,endColumn=25,title=N201 no-for::")


def test_inputs_of_the_action_are_never_part_of_a_command() -> None:
    """No `run` of the action holds an expression: inputs reach bash as variables only."""
    steps = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]
    assert [] == [step["name"] for step in steps if "${{" in step["run"]]


def test_the_problem_matcher_reads_concise_output(repository: Path) -> None:
    """The regular expression for editors takes a concise line apart."""
    matcher = json.loads((ROOT / ".github/problem-matcher.json").read_text())["problemMatcher"][0]["pattern"][0]
    program = Path(sys.executable).with_name("sloctl")
    done = _run(program, "lint", "rules.yml", "--select", "N201", "--format", "concise", cwd=repository)
    match = re.match(matcher["regexp"], done.stdout.splitlines()[0])
    assert match is not None
    parts = [match[matcher[key]] for key in ("file", "line", "column", "severity", "code")]
    assert ["rules.yml", "4", "16", "error", "N201"] == parts
