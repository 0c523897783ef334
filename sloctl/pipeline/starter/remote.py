"""The web page of a file, from the URL that git fetches from."""

from __future__ import annotations

import re
from urllib.parse import quote

_URL = re.compile(r"(?P<scheme>https?|ssh)://(?:[^@/]+@)?(?P<host>[^:/]+)(?P<port>:\d+)?/(?P<repo>.+)")
_SCP = re.compile(r"(?:[^@/:]+@)?(?P<host>[^:/]+):(?P<repo>[^/].*)")
_VIEWS = {"github": "blob", "gitlab": "-/blob"}


def host_kind(remote: str) -> str:
    """Tell from the host's name whether a remote is a `github` or a `gitlab`, own servers included; else empty."""
    parts = _parts(remote)
    return next((kind for kind in _VIEWS if parts and kind in parts[0].lower()), "")


def file_page(remote: str, branch: str, path: str) -> str:
    """Return the page that shows a file of a branch; empty when the remote is neither GitHub nor GitLab.

    User names and tokens in the remote's URL are dropped.
    """
    kind, parts = host_kind(remote), _parts(remote)
    if not kind or not parts:
        return ""
    host, repo = parts
    return f"https://{host}/{repo}/{_VIEWS[kind]}/{quote(branch)}/{quote(path)}"


def _parts(remote: str) -> tuple[str, str] | None:
    """Return host and repository; the port only of a web address, because that of SSH serves no pages."""
    match = _URL.fullmatch(remote)
    web = match is not None and match["scheme"].startswith("http")
    match = match or _SCP.fullmatch(remote)
    if match is None:
        return None
    port = (match["port"] or "") if web else ""
    return match["host"] + port, match["repo"].rstrip("/").removesuffix(".git")
