"""What CI installs: the very sloctl that wrote its job."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, distribution

from sloctl import __version__

UNKNOWN = f"git+https://git.example.org/EDIT/sloctl@v{__version__}"
"""A place to be filled in: pip fails there, and says so."""


def package() -> str:
    """Return what to give to pip: `sloctl==1.2.0` where it came from an index, else the place it came from.

    What came from a folder of this machine has a place that CI does not know, so its user must say one. The name alone
    would be somebody else's package, or nobody's yet.
    """
    origin = _direct_url()
    url = str(origin.get("url", ""))
    if "vcs_info" in origin:
        return _from_git(origin, url)
    return f"sloctl=={__version__}" if not url else url if url.startswith("https:") else UNKNOWN


def _direct_url() -> dict[str, object]:
    """Read where pip has installed this package from (PEP 610); empty when it came by name."""
    try:
        text = distribution("sloctl").read_text("direct_url.json")
        found = json.loads(text) if text else {}
    except (PackageNotFoundError, OSError, ValueError):
        found = {}
    return found if isinstance(found, dict) else {}


def _from_git(origin: dict[str, object], url: str) -> str:
    info = origin["vcs_info"]
    if not isinstance(info, dict) or info.get("vcs") != "git":
        return UNKNOWN
    return f"git+{url}@{info.get('commit_id')}"
