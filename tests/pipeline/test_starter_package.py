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
        (json.dumps({"url": "https://acme.net/sloctl.whl", "archive_info": {}}), "https://acme.net/sloctl.whl"),
        (json.dumps({"url": "file:///home/me/sloctl", "dir_info": {}}), module.UNKNOWN),
        (json.dumps({"url": "file:///home/me/sloctl.whl", "archive_info": {}}), module.UNKNOWN),
        (json.dumps({"url": "https://acme.net/hg", "vcs_info": {"vcs": "hg", "commit_id": "1"}}), module.UNKNOWN),
        (None, f"sloctl=={__version__}"),
        ("{", f"sloctl=={__version__}"),
    ],
)
def test_ci_installs_what_wrote_its_job(
    origin: str | None, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CI installs from where pip got this package; for a folder of this machine a place is to be filled in."""
    monkeypatch.setattr(module, "distribution", lambda _: Installed(origin))
    assert package == module.package()
