"""The one note on a GitLab merge request. API: https://docs.gitlab.com/api/notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from sloctl.core.errors import UsageError
from sloctl.forges.rest import Account, ForgeError, Rest, token_of

LIMIT = 900_000
"""Characters of a note; GitLab refuses more than 1,000,000."""
_ADVICE = {
    401: "GITLAB_TOKEN is not valid; a job token (CI_JOB_TOKEN) cannot write notes",
    403: "GITLAB_TOKEN needs the scope `api` and at least the role Reporter",
    404: "GITLAB_TOKEN cannot see this project or merge request",
}


def account(environment: Mapping[str, str]) -> Account:
    """Return the account of a job; raise UsageError when the environment names none."""
    advice = "make a project access token with the scope `api`, and a masked CI/CD variable of it"
    token, url = token_of(environment, "GITLAB_TOKEN", advice), environment.get("CI_API_V4_URL", "")
    if not url:
        raise UsageError("CI_API_V4_URL is not set", "run it in a GitLab job, or set it: `https://gitlab.com/api/v4`")
    ca_file = environment.get("CI_SERVER_TLS_CA_FILE", "")
    return Account(url=url, header="PRIVATE-TOKEN", token=token, advice=_ADVICE, ca_file=ca_file)


def merge_request(environment: Mapping[str, str]) -> tuple[str, int]:
    """Return project and number of the merge request that a job runs for; raise UsageError when there is none."""
    project, number = environment.get("CI_PROJECT_ID", ""), environment.get("CI_MERGE_REQUEST_IID", "")
    if not project or not number.isdecimal():
        advice = "run it with `rules: [{if: $CI_PIPELINE_SOURCE == 'merge_request_event'}]`"
        raise UsageError("this job runs for no merge request", advice)
    return project, int(number)


class GitLab:
    """Writes one note on a merge request, again and again the same one."""

    def __init__(self, rest: Rest, project: str, number: int) -> None:
        self._rest = rest
        self._user: int | None = None
        self._notes = f"/projects/{quote(project, safe='')}/merge_requests/{number}/notes"

    def publish(self, marker: str, body: str) -> str:
        """Update the note that begins with the marker, or add it; return what was done.

        Anybody can write a note with the marker, and rewrite it later: only one of the token's own is taken.
        """
        for note in filter(self._is_own, self._marked(marker)):
            if str(note.get("body", "")).strip() == body.strip():
                return f"unchanged: note {note['id']}"
            try:
                self._rest.call("PUT", f"{self._notes}/{note['id']}", {"body": body})
            except ForgeError as error:
                if error.status not in {403, 404}:
                    raise
            else:
                return f"updated note {note['id']}"
        return f"added note {self._rest.call('POST', self._notes, {'body': body})['id']}"

    def _marked(self, marker: str) -> Iterator[dict[str, Any]]:
        notes = self._rest.pages(self._notes, sort="asc")
        return (each for each in notes if str(each.get("body", "")).lstrip().startswith(marker))

    def _is_own(self, note: dict[str, Any]) -> bool:
        if self._user is None:
            self._user = self._rest.call("GET", "/user")["id"]
        return bool((note.get("author") or {}).get("id") == self._user)
