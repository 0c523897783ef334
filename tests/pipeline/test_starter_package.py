"""CI installs the sloctl that wrote its job."""

from __future__ import annotations

import json

import pytest

from sloctl import __version__
from sloctl.pipeline.starter import package as module

GIT = {"url": "https://git.acme.net/tools/sloctl", "vcs_info": {"vcs": "git", "commit_id": "1a2b3c"}}


class Installed:
    """An installed package, as pip describes it."""

    def __init__(self, origin: str | None) -> None:
        self.origin = origin

    def read_text(self, _name: str) -> str | None:
        """Return what pip wrote."""
        return self.origin


@pytest.mark.parametrize(
    ("origin", "package"),
    [
        (json.dumps(GIT), "git+https://git.acme.net/tools/sloctl@1a2b3c"),
        (json.dumps({"url": "file:///home/me/sloctl", "dir_info": {}}), f"sloctl=={__version__}"),
        (None, f"sloctl=={__version__}"),
        ("{", f"sloctl=={__version__}"),
    ],
)
def test_what_came_from_git_comes_from_git_again(
    origin: str | None, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The revision that pip installed here is the one that CI installs; else it is this version, by name."""
    monkeypatch.setattr(module, "distribution", lambda _: Installed(origin))
    assert package == module.package()
