"""A ruler as Mimir and Cortex have it, on the loopback: its paths, its answers, its limits, and what goes wrong.

Its answers (paths, statuses, texts, the form of the YAML) are those that a Mimir has given: GET answers with groups by
namespace in the order of their names, and an empty mapping when there are none (Cortex: 404); POST takes one group and
DELETE a group or a namespace, both answered with 202, also for a group that is not there (but 404 for a namespace); a
group is refused with 400 and a text for its faults or for a limit. The limit of groups counts one more than there are,
even when a group is only replaced.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import yaml

from sloctl.core.duration import Duration
from sloctl.promql.errors import PromqlError
from sloctl.promql.parse import parse
from tests.support.http import Answer, FakeServer, Request, serving

Groups = dict[str, dict[str, Any]]
Trouble = Callable[[Request], Answer | None]

ACCEPTED = Answer(status=202, body=b'{"status":"success","data":null,"errorType":"","error":""}')
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
YAML = {"Content-Type": "application/yaml"}


@dataclass(slots=True, kw_only=True)
class FakeRuler:
    """The rules of all tenants. `trouble` may answer instead of the ruler; it sees each request first."""

    path: str = "/prometheus/config/v1/rules"
    needs_tenant: bool = False
    is_empty_404: bool = False
    max_rules: int = 20
    max_groups: int = 70
    tenants: dict[str, dict[str, Groups]] = field(default_factory=dict)
    trouble: Trouble | None = None

    def answer(self, request: Request) -> Answer:
        """Answer a request."""
        if self.trouble and (answer := self.trouble(request)) is not None:
            return answer
        tenant = {name.lower(): text for name, text in request.headers.items()}.get("x-scope-orgid", "")
        if self.needs_tenant and not tenant:
            return _text(401, "no org id")
        if "|" in tenant:
            return _text(422, "too many tenant IDs present in the request. max: 1 actual: 2")
        if odd := re.search(r"[^A-Za-z0-9!_.*'()-]", tenant):
            return _text(401, f"tenant ID '{tenant}' contains unsupported character '{odd[0]}'")
        if request.path != self.path and not request.path.startswith(f"{self.path}/"):
            return _text(404, "404 page not found")
        names = [unquote(part) for part in request.path.removeprefix(self.path).split("/")[1:]]
        rules = self.tenants.setdefault(tenant or "anonymous", {})
        return {"GET": self._get, "POST": self._post, "DELETE": self._delete}[request.method](rules, names, request)

    def groups(self, tenant: str = "anonymous") -> list[str]:
        """Return the names of all groups, with their namespaces."""
        return [f"{namespace}: {name}" for namespace, groups in self.tenants.get(tenant, {}).items() for name in groups]

    def _get(self, rules: dict[str, Groups], names: list[str], _: Request) -> Answer:
        found = {name: [group for _, group in sorted(groups.items())]
                 for name, groups in sorted(rules.items()) if groups and names in ([], [name])}  # fmt: skip
        if not found and self.is_empty_404:
            return _text(404, "no rule groups found")
        return Answer(headers=YAML, body=yaml.safe_dump(found, indent=4, sort_keys=False).encode())

    def _post(self, rules: dict[str, Groups], names: list[str], request: Request) -> Answer:
        if len(names) != 1:
            return _text(405, "")
        group = yaml.safe_load(request.body) or {}
        if complaint := self._complaint(rules, group):
            return _text(400, complaint)
        rules.setdefault(names[0], {})[group["name"]] = _stored(group)
        return ACCEPTED

    def _delete(self, rules: dict[str, Groups], names: list[str], _: Request) -> Answer:
        namespace, *group = names
        if not group and namespace not in rules:
            return _text(404, "group namespace does not exist")
        groups = rules.get(namespace, {})
        if group:
            groups.pop(group[0], None)
        if not group or not groups:
            rules.pop(namespace, None)
        return ACCEPTED

    def _complaint(self, rules: Mapping[str, Groups], group: Mapping[str, Any]) -> str:
        if not group.get("name"):
            return "invalid rules configuration: rule group name must not be empty"
        if not group.get("rules"):
            return f"invalid rules configuration: rule group '{group['name']}' has no rules"
        faults = [text for number, rule in enumerate(group["rules"]) if (text := _fault(group["name"], number, rule))]
        if faults:
            return ", ".join(faults)
        if len(group["rules"]) > self.max_rules:
            actual = len(group["rules"])
            return f"per-user rules per rule group limit (limit: {self.max_rules} actual: {actual}) exceeded"
        actual = 1 + sum(map(len, rules.values()))
        if actual > self.max_groups:
            return f"per-user rule groups limit (limit: {self.max_groups} actual: {actual}) exceeded"
        return ""


def _text(status: int, text: str) -> Answer:
    return Answer(status=status, headers=TEXT, body=f"{text}\n".encode())


def _fault(group: str, number: int, rule: Mapping[str, Any]) -> str:
    try:
        parse(rule["expr"])
    except PromqlError as error:
        name = rule.get("alert") or rule.get("record")
        return f'1:1: group "{group}", rule {number}, "{name}": could not parse expression: 1:1: parse error: {error}'
    return ""


def _stored(group: Mapping[str, Any]) -> dict[str, Any]:
    """Return a group as it comes back: durations in their shortest form, what is 0 left out, in Go's order."""
    order = ("record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations")
    rules = [{key: _go(key, rule[key]) for key in order if rule.get(key) not in (None, "0s", {})}
             for rule in group["rules"]]  # fmt: skip
    said = {key: _go(key, value) for key, value in group.items() if value not in ("0s", 0, None, {})} | {"rules": rules}
    return {key: said[key] for key in ("name", "interval", "query_offset", "limit", "rules", "labels") if key in said}


def _go(key: str, value: object) -> object:
    """Write a duration as Go's client library does: in whole weeks or years if it is that, else `1h30m`."""
    if key not in {"interval", "for", "keep_firing_for"}:
        return value
    ms = Duration.parse(str(value)).ms
    return f"{ms // 604_800_000}w" if ms % 604_800_000 == 0 else str(Duration(ms))


def server_error(status: int = 500) -> Answer:
    """Fail as the ruler does when its store fails."""
    body = {"status": "error", "data": None, "errorType": "server_error", "error": "unable to store rule group"}
    return Answer(status=status, body=json.dumps(body).encode())


@contextmanager
def ruling(ruler: FakeRuler) -> Iterator[FakeServer]:
    """Run a ruler while the block lasts."""
    with serving(ruler.answer) as server:
        yield server
