"""The part of the settings that says which server is asked, and what the command line makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sloctl.core.errors import UsageError
from sloctl.core.reader import Reader
from sloctl.core.source import Location
from sloctl.pipeline.settings import Settings
from sloctl.promapi.access import Access, same_server

_CREDENTIALS = frozenset({"token_file", "user", "password_file"})
_FILES = ("token_file", "password_file", "ca_file", "cert_file", "key_file")


def server_access(settings: Settings, given: Mapping[str, Any]) -> Access:
    """Return whom to ask: what the command line gives (fields of `Access`), and for the rest the settings.

    Where the command line names another server than the settings do, the secrets and headers of the settings stay
    here. Raises UsageError when neither names one.
    """
    known = _configured(settings)
    url = given.get("url") or known.get("url")
    if not url:
        raise UsageError("no server is named", "give `--prometheus URL`, or set `prometheus.url` in sloctl.yaml")
    if known.get("url") and not same_server(url, known["url"]):
        known = {}
    if given.keys() & _CREDENTIALS:
        known = {key: value for key, value in known.items() if key not in _CREDENTIALS}
    access = Access(**(known | dict(given) | {"url": url}))
    access.check()
    return access


def server_place(settings: Settings, access: Access) -> Location:
    """Return where a finding about the server points: at the settings if they name it, else at the option."""
    document = settings.document
    if document and _configured(settings).get("url") == access.url:
        return document.at(("prometheus", "url"))
    return Location.whole("--prometheus")


def _configured(settings: Settings) -> dict[str, Any]:
    data = settings.document.data if settings.document else None
    section = data.get("prometheus") if isinstance(data, dict) else None
    if settings.document is None or not isinstance(section, dict):
        return {}
    reader = Reader(settings.document, ("prometheus",), section)
    found: dict[str, Any] = {key: settings.root / reader.text(key) for key in _FILES if reader.has(key)}
    found |= {key: reader.text(key) for key in ("url", "user") if reader.has(key)}
    found |= {"insecure": section["insecure"] is True} if reader.has("insecure") else {}
    found |= {"headers": dict(reader.pairs("headers"))} if reader.has("headers") else {}
    timeout = reader.duration("timeout")
    return found | ({"timeout": timeout} if timeout else {})
