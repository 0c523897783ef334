"""What CI installs: the very sloctl that wrote its job."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, distribution


def package() -> str:
    """Return what to give to pip, as text that a shell takes for one word: `sloctl==1.2.0`, or the git revision."""
    return _from_git(_direct_url()) or f"sloctl=={_version()}"


def _direct_url() -> dict[str, object]:
    """Read where pip has installed this package from (PEP 610); empty when it came by name."""
    try:
        text = distribution("sloctl").read_text("direct_url.json")
        found = json.loads(text) if text else {}
    except (PackageNotFoundError, OSError, ValueError):
        found = {}
    return found if isinstance(found, dict) else {}


def _from_git(origin: dict[str, object]) -> str:
    info = origin.get("vcs_info")
    if not isinstance(info, dict) or info.get("vcs") != "git":
        return ""
    return f"git+{origin.get('url')}@{info.get('commit_id')}"


def _version() -> str:
    from sloctl import __version__

    return __version__
