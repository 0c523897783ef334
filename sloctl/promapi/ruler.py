"""The HTTP API with which Mimir and Cortex keep rules: namespaces of groups, read and written one group at a time.

Written from the public documentation of both (Mimir: "HTTP API", chapter Ruler; Cortex: "HTTP API", chapter Ruler).
Reading gives YAML, 404 or an empty mapping when there is nothing; writing and deleting are answered with 202.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from sloctl.promapi.errors import PromApiError
from sloctl.promapi.reply import Reply
from sloctl.promapi.transport import Transport, Write

PATHS: Mapping[str, str] = {
    "mimir": "/config/v1/rules",
    "cortex": "/api/v1/rules",
    "cortex-legacy": "/api/prom/rules",
}
"""What stands behind the address, by the kind of server. Mimir's address ends in its prefix, `/prometheus`."""

Stored = Mapping[str, Sequence[Mapping[str, Any]]]
"""Groups by namespace, as the server has them: plain data, every scalar as text."""


class Ruler:
    """The rules that a server keeps for one tenant; `kind` is a key of PATHS.

    Every method raises PromApiError when the server refuses or does not answer.
    """

    def __init__(self, transport: Transport, kind: str) -> None:
        self._transport = transport
        self._path = PATHS[kind]

    @property
    def shown(self) -> str:
        """The address of the server as it may be printed."""
        return self._transport.access.shown

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def stored(self) -> Stored:
        """Return all rules of the tenant."""
        what = "the rules it has"
        reply = self._call(self._path, None, what)
        if reply.status == 404 and "no rule groups" in reply.words:
            return {}
        if reply.status != 200:
            raise self._refusal(reply, what)
        try:
            return read_stored(reply.body)
        except ValueError as error:
            message = f"{self.shown} does not answer as a ruler: {error}"
            raise PromApiError(message, status=reply.status, help=_ADDRESS) from error

    def set_group(self, namespace: str, name: str, text: str) -> None:
        """Store a group, given as YAML; it replaces the one of its name."""
        what = f"group `{name}`"
        reply = self._call(self._place(namespace), Write("POST", text.encode()), what)
        if reply.status != 202:
            raise self._refusal(reply, what)

    def delete_group(self, namespace: str, name: str) -> None:
        """Delete a group; one that is gone already is no error, for an answer may have been lost on the way."""
        what = f"removal of group `{name}`"
        reply = self._call(self._place(namespace, name), Write("DELETE"), what)
        if reply.status not in {202, 404}:
            raise self._refusal(reply, what)

    def _place(self, *names: str) -> str:
        """Return the path of a namespace or group. A `/` in a name must not look like one of the path."""
        return "/".join((self._path, *(quote(name, safe="") for name in names)))

    def _call(self, path: str, write: Write | None, what: str) -> Reply:
        try:
            return self._transport.call(path, (), write)
        except PromApiError as error:
            raise PromApiError(f"{error} ({what})", help=error.help, is_timeout=error.is_timeout) from error

    def _refusal(self, reply: Reply, what: str) -> PromApiError:
        words = f"{reply.status} {(reply.words or reply.reason).removeprefix(f'{reply.status} ')}"
        advice = next((text for said, text in _SAID.items() if said in reply.words), _ADVICE.get(reply.status, ""))
        if 300 <= reply.status < 400:
            words, advice = f"{reply.status}: it redirects", "give the address that it leads to"
        return PromApiError(f"{self.shown} refuses ({what}): {words}", status=reply.status, help=advice)


_TENANT = "say whose rules they are with `--tenant ID`"
_ADDRESS = ("for a Prometheus that reads files add `--reload`; the address of Mimir ends in its prefix, usually "
            "`/prometheus`; for Cortex add `--api cortex`")  # fmt: skip
_SAID = {
    "org id": _TENANT,
    "tenant ID": "give `--tenant` an ID that the ruler takes",
    "per rule group limit": "say in the settings (`targets.mimir.max_rules_per_group`) how many rules the ruler takes "
    "in a group: longer ones are cut",
    "rule groups limit": "the ruler counts one group more while it replaces one: raise its limit "
    "`-ruler.max-rule-groups-per-tenant`, or remove groups first",
}
"""What to do, by words of the server."""
_ADVICE = {
    401: f"give a token or a user; or {_TENANT}",
    403: "the token or user may not write rules, or the namespace is protected",
    404: _ADDRESS,
    405: _ADDRESS,
}


def read_stored(body: bytes) -> Stored:
    """Read the YAML of all groups; raise ValueError for anything that is not namespaces of groups."""
    import yaml

    # Only text: no value of a rule is anything else, and no reader's idea of `on` or `1_000` can get between.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        found = yaml.load(body, Loader=loader)  # noqa: S506 - the base loader makes nothing but text, lists, mappings
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("its answer is no YAML") from error
    if found in ("", None):
        return {}
    if not isinstance(found, dict) or not all(_are_groups(groups) for groups in found.values()):
        raise ValueError("its answer holds no rule groups")
    return found


def _are_groups(groups: object) -> bool:
    if not isinstance(groups, list):
        return False
    return all(isinstance(group, dict) and isinstance(group.get("name"), str) for group in groups)
