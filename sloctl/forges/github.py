"""The one comment on a GitHub pull request. API: https://docs.github.com/rest/issues/comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sloctl.core.errors import UsageError, WorldError
from sloctl.forges.rest import Account, ForgeError, Rest, token_of

LIMIT = 65_000
"""Characters of a comment; GitHub refuses more than 65,536."""
_REF = re.compile(r"refs/(?:pull/(?P<number>\d+)/|heads/gh-readonly-queue/.+/pr-(?P<queued>\d+)-[0-9a-f]+)")
"""The checkout of a pull request, by itself or in a merge queue."""
_ADVICE = {
    401: "GITHUB_TOKEN is not valid any more",
    403: "give the job `permissions: pull-requests: write`; a pull request from a fork has a token that only reads",
    404: "GITHUB_TOKEN cannot see this repository or pull request",
    422: "GitHub did not take the text",
}


def account(environment: Mapping[str, str]) -> Account:
    """Return the account of a job; raise UsageError when the environment names none."""
    token = token_of(environment, "GITHUB_TOKEN", "pass it to the step: `env: {GITHUB_TOKEN: ${{ github.token }}}`")
    url = environment.get("GITHUB_API_URL") or "https://api.github.com"
    accept = "application/vnd.github+json"
    return Account(url=url, header="Authorization", scheme="Bearer", token=token, accept=accept, advice=_ADVICE)


def pull_request(environment: Mapping[str, str]) -> tuple[str, int]:
    """Return repository and number of the pull request that a job runs for; raise UsageError when there is none."""
    repository = environment.get("GITHUB_REPOSITORY", "")
    number = _number(_event(environment.get("GITHUB_EVENT_PATH", "")), environment.get("GITHUB_REF", ""))
    if not repository or number is None:
        advice = "run it on the event `pull_request`; GITHUB_REPOSITORY, GITHUB_EVENT_PATH and GITHUB_REF tell which"
        raise UsageError("this job runs for no pull request", advice)
    return repository, number


def is_fork(environment: Mapping[str, str]) -> bool:
    """Tell whether the pull request comes from a fork, whose jobs get a token that only reads."""
    pull = _event(environment.get("GITHUB_EVENT_PATH", "")).get("pull_request")
    sides = [pull.get(side) for side in ("head", "base")] if isinstance(pull, dict) else []
    repositories = [side.get("repo") for side in sides if isinstance(side, dict)]
    # A fork that has been deleted since is null.
    names = [each.get("full_name") if isinstance(each, dict) else None for each in repositories]
    return len(names) == 2 and names[0] != names[1]


def _event(path: str) -> dict[str, Any]:
    if not path:
        return {}
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WorldError(f"cannot read the event of this job in {path}: {error}") from error
    return found if isinstance(found, dict) else {}


def _number(event: dict[str, Any], ref: str) -> int | None:
    issue = event.get("issue")
    run = event.get("workflow_run")
    pulls = run.get("pull_requests") if isinstance(run, dict) else None
    candidates = [event.get("pull_request"), issue if isinstance(issue, dict) and "pull_request" in issue else None]
    candidates += pulls[:1] if isinstance(pulls, list) else []
    numbers = [each["number"] for each in candidates if isinstance(each, dict) and isinstance(each.get("number"), int)]
    match = _REF.match(ref)
    return numbers[0] if numbers else int(match["number"] or match["queued"]) if match else None


class GitHub:
    """Writes one comment on a pull request, again and again the same one."""

    def __init__(self, rest: Rest, repository: str, number: int) -> None:
        self._rest, self._number = rest, number
        self._repository = f"/repos/{repository}"
        self._login: str | None = None

    def publish(self, marker: str, body: str) -> str:
        """Update the comment that begins with the marker, or add it; return what was done and where it is.

        Anybody can write a comment with the marker, and whoever has written it can rewrite what stands in it: only one
        of the token's own is taken.
        """
        for comment in filter(self._is_own, self._marked(marker)):
            if str(comment.get("body", "")).strip() == body.strip():
                return f"unchanged: {comment.get('html_url', '')}"
            try:
                path = f"{self._repository}/issues/comments/{comment['id']}"
                return f"updated {self._rest.call('PATCH', path, {'body': body}).get('html_url', '')}"
            except ForgeError as error:
                if error.status not in {403, 404}:
                    raise
        made = self._rest.call("POST", f"{self._repository}/issues/{self._number}/comments", {"body": body})
        return f"added {made.get('html_url', '')}"

    def _marked(self, marker: str) -> Iterator[dict[str, Any]]:
        comments = self._rest.pages(f"{self._repository}/issues/{self._number}/comments")
        return (each for each in comments if str(each.get("body", "")).lstrip().startswith(marker))

    def _is_own(self, comment: dict[str, Any]) -> bool:
        """Tell whether the token has written a comment; that of a job cannot ask who it is, but is no person."""
        author = comment.get("user") or {}
        if self._login is None:
            self._login = self._asked_login()
        return author.get("login") == self._login if self._login else author.get("type") == "Bot"

    def _asked_login(self) -> str:
        try:
            return str(self._rest.call("GET", "/user").get("login", ""))
        except ForgeError as error:
            if error.status not in {403, 404}:
                raise
        return ""
