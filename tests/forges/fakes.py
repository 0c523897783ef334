"""GitHub and GitLab as far as comments go, written from their public documentation: pages, updates, refusals."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.http import JSON, Answer, Request

TOKEN = "secret-token-1234"  # noqa: S105 - a fake server's


def answer(data: object, status: int = 200, **headers: str) -> Answer:
    """Answer with JSON; `Retry_After` in `headers` becomes `Retry-After`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, headers=JSON | named, body=json.dumps(data).encode())


@dataclass
class Comments:
    """The comments of one pull or merge request.

    `locked` are those that the token may not change, `foreign` those that a person wrote. With a `login` the token is a
    person's on GitHub, else that of a job, which cannot ask who it is.
    """

    bodies: dict[int, str] = field(default_factory=dict)
    locked: frozenset[int] = frozenset()
    foreign: frozenset[int] = frozenset()
    login: str = ""
    refusals: list[Answer] = field(default_factory=list)

    def github(self, request: Request) -> Answer:
        """Answer as https://api.github.com does for pull request 7 of `team/slos`."""
        signed = request.headers.get("Authorization") == f"Bearer {TOKEN}"
        return self._serve(request, "/repos/team/slos/issues/7/comments", "/repos/team/slos/issues/comments/", signed)

    def gitlab(self, request: Request) -> Answer:
        """Answer as https://gitlab.com/api/v4 does for merge request 7 of project 42."""
        notes = "/projects/42/merge_requests/7/notes"
        return self._serve(request, notes, f"{notes}/", request.headers.get("PRIVATE-TOKEN") == TOKEN)

    def _serve(self, request: Request, listing: str, single: str, signed: bool) -> Answer:
        if self.refusals:
            return self.refusals.pop(0)
        if not signed:
            return answer({"message": "Bad credentials"}, 401)
        calls: Mapping[tuple[str, bool], Callable[[Request, str], Answer]] = {
            ("GET", False): self._list, ("POST", False): self._add, ("PATCH", True): self._change,
            ("PUT", True): self._change,
        }  # fmt: skip
        if request.path == "/user":
            return self._user(request)
        is_single = request.path.startswith(single)
        if (not is_single and request.path != listing) or (request.method, is_single) not in calls:
            return answer({"message": "Not Found"}, 404)
        return calls[request.method, is_single](request, request.path.removeprefix(single))

    def _user(self, request: Request) -> Answer:
        if "PRIVATE-TOKEN" in request.headers:
            return answer({"id": 5})
        if self.login:
            return answer({"login": self.login})
        return answer({"message": "Resource not accessible by integration"}, 403)

    def _list(self, request: Request, _: str) -> Answer:
        size, page = int(request.param("per_page") or 30), int(request.param("page") or 1)
        found = [self._data(number) for number in self.bodies]
        return answer(found[size * (page - 1) : size * page])

    def _add(self, request: Request, _: str) -> Answer:
        number = max(self.bodies, default=0) + 1
        self.bodies[number] = json.loads(request.body)["body"]
        return answer(self._data(number), 201)

    def _change(self, request: Request, number: str) -> Answer:
        if int(number) in self.locked:
            return answer({"message": "Resource not accessible by integration"}, 403)
        self.bodies[int(number)] = json.loads(request.body)["body"]
        return answer(self._data(int(number)))

    def _data(self, number: int) -> dict[str, Any]:
        own = number not in self.foreign
        user = {"login": self.login or "github-actions[bot]", "type": "User" if self.login else "Bot"}
        return {"id": number, "body": self.bodies[number], "html_url": f"https://github.example/c/{number}",
                "user": user if own else {"login": "visitor", "type": "User"},
                "author": {"id": 5 if own else 6}}  # fmt: skip
