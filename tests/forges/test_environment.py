"""What the environment of a CI job says: who asks, and which pull or merge request it is about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sloctl.core.errors import UsageError, WorldError
from sloctl.forges import github, gitlab


@pytest.mark.parametrize(
    ("event", "ref", "number"),
    [
        ({"pull_request": {"number": 7}}, "refs/heads/x", 7),
        ({"issue": {"number": 8, "pull_request": {}}}, "", 8),
        ({"workflow_run": {"pull_requests": [{"number": 9}]}}, "", 9),
        ({}, "refs/pull/10/merge", 10),
        ({"merge_group": {}}, f"refs/heads/gh-readonly-queue/release/1.2/pr-11-{'5a' * 20}", 11),
    ],
    ids=["pull-request", "comment", "workflow-run", "ref", "merge-queue"],
)
def test_github_says_which_pull_request(event: dict[str, Any], ref: str, number: int, tmp_path: Path) -> None:
    """The event names it; where it does not, the ref of the checkout does."""
    path = tmp_path / "event.json"
    path.write_text(json.dumps(event))
    environment = {"GITHUB_REPOSITORY": "team/slos", "GITHUB_EVENT_PATH": str(path), "GITHUB_REF": ref}
    assert ("team/slos", number) == github.pull_request(environment)


@pytest.mark.parametrize("event", [{}, {"issue": {"number": 3}}, {"workflow_run": {"pull_requests": []}}, []])
def test_a_job_without_pull_request_is_wrong_use(event: object, tmp_path: Path) -> None:
    """A push, or an issue that is no pull request, has no place for the comment."""
    path = tmp_path / "event.json"
    path.write_text(json.dumps(event))
    environment = {"GITHUB_REPOSITORY": "a/b", "GITHUB_EVENT_PATH": str(path), "GITHUB_REF": "refs/heads/main"}
    with pytest.raises(UsageError, match="this job runs for no pull request"):
        github.pull_request(environment)


def test_an_event_that_cannot_be_read_is_a_broken_world(tmp_path: Path) -> None:
    """The runner has promised the file."""
    with pytest.raises(WorldError, match="cannot read the event"):
        github.pull_request({"GITHUB_EVENT_PATH": str(tmp_path / "gone.json")})


def test_a_missing_token_is_wrong_use() -> None:
    """The message says where to take one from."""
    for account, name in ((github.account, "GITHUB_TOKEN"), (gitlab.account, "GITLAB_TOKEN")):
        with pytest.raises(UsageError, match=f"{name} is not set"):
            account({})


def test_a_token_with_a_line_break_is_not_shown() -> None:
    """A line break at its end, as files leave it, is no part of it; one inside is refused without repeating it."""
    assert "hush" == github.account({"GITHUB_TOKEN": "hush\n"}).token
    with pytest.raises(UsageError) as caught:
        github.account({"GITHUB_TOKEN": "hu\nsh"})
    assert "hu" not in f"{caught.value} {caught.value.help}".replace("GITHUB", "").replace("github", "")


def test_gitlab_says_which_merge_request() -> None:
    """Project and number come from the variables of the pipeline; other pipelines have no number."""
    assert ("42", 7) == gitlab.merge_request({"CI_PROJECT_ID": "42", "CI_MERGE_REQUEST_IID": "7"})
    with pytest.raises(UsageError, match="no merge request"):
        gitlab.merge_request({"CI_PROJECT_ID": "42"})


def test_a_token_is_not_shown() -> None:
    """Whoever prints an account does not print what it is worth."""
    assert "hush" not in repr(github.account({"GITHUB_TOKEN": "hush"}))
