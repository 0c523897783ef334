"""A Prometheus that reads its rules from files: what it has loaded, and how it is told to read them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sloctl.promapi.errors import PromApiError
from sloctl.promapi.reply import Reply
from sloctl.promapi.transport import Transport, Write

ENABLE = "start Prometheus with `--web.enable-lifecycle`, so that it can be told to read its files again"


class Lifecycle:
    """One server. Every method raises PromApiError when it refuses or does not answer."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    @property
    def shown(self) -> str:
        """The address of the server as it may be printed."""
        return self._transport.access.shown

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def check_enabled(self) -> None:
        """Raise PromApiError when the server says of itself that it cannot be told to reload."""
        reply = self._transport.call("/api/v1/status/flags")
        flags = reply.envelope.get("data")
        if isinstance(flags, dict) and flags.get("web.enable-lifecycle") == "false":
            raise PromApiError(f"{self.shown} cannot be told to reload", status=reply.status, help=ENABLE)

    def reload(self) -> None:
        """Let the server read its configuration and rules; it answers when that is done. Sent once only."""
        reply = self._transport.call("/-/reload", (), Write("POST", attempts=1))
        if reply.status != 200:
            advice = ENABLE if reply.status in {403, 404, 405} else ""
            raise self._refusal(reply, "reload", advice)

    def groups(self) -> list[Mapping[str, Any]]:
        """Return the groups that are loaded, as a rule file would hold them."""
        reply = self._transport.call("/api/v1/rules")
        if reply.envelope.get("status") != "success":
            raise self._refusal(reply, "list of rules", "the address is what stands before `/api/v1`")
        try:
            return list(_groups(reply.envelope["data"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise PromApiError(f"{self.shown} gives a list of rules that is none: {error}") from error

    def _refusal(self, reply: Reply, what: str, advice: str) -> PromApiError:
        message = f"{self.shown} refuses ({what}): {reply.status} {reply.words or reply.reason}"
        return PromApiError(message, status=reply.status, help=advice)


def _groups(data: Any) -> Iterator[Mapping[str, Any]]:
    for group in data["groups"]:
        rules = [_rule(rule) for rule in group["rules"]]
        yield {"name": str(group["name"]), "interval": _length(group["interval"]), "rules": rules}


def _rule(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    is_alert = rule["type"] == "alerting"
    return {
        "alert" if is_alert else "record": rule["name"],
        "expr": rule["query"],
        "for": _length(rule.get("duration", 0)),
        "keep_firing_for": _length(rule.get("keepFiringFor", 0)),
        "labels": rule.get("labels") or {},
        "annotations": rule.get("annotations") or {},
    }


def _length(seconds: float) -> str:
    return f"{round(seconds * 1000)}ms"
