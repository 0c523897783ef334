"""`sloctl push --reload` on the real Prometheus: files in their folder, read by the server, verified, or taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from demo.process import HOST, Server, get, running

from tests.cli.session import Outcome, sloctl
from tests.support.docs import ROOT
from tests.support.prometheus import Distribution

CONFIG = "rule_files: [rules/*.yml]\n"

PROMTOOL = """\
#!/bin/sh
[ "$1" = --version ] && echo "promtool, version 2.42.0" && exit 0
echo "no such function"
exit 1
"""
"""A promtool that refuses every file."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with one example, and the configuration of a Prometheus that reads its folder of rules."""
    (tmp_path / "specs").mkdir()
    spec = (ROOT / "examples" / "sms-helpline.yaml").read_text(encoding="utf-8")
    (tmp_path / "specs" / "sms-helpline.yaml").write_text(spec, encoding="utf-8")
    (tmp_path / "sloctl.yaml").write_text("specs: [specs]\n")
    (tmp_path / "prometheus.yml").write_text(CONFIG)
    return tmp_path


@contextmanager
def prometheus(folder: Path, distribution: Distribution, *flags: str) -> Iterator[Server]:
    """Run Prometheus with the configuration in the folder."""
    fixed = [distribution.prometheus, f"--config.file={folder / 'prometheus.yml'}",
             f"--storage.tsdb.path={folder / 'data'}", *flags]  # fmt: skip
    listen = "--web.listen-address"
    with running("prometheus", lambda port: [*fixed, f"{listen}={HOST}:{port}"], "/-/ready", folder) as server:
        yield server


@pytest.fixture
def server(folder: Path, distribution: Distribution) -> Iterator[Server]:
    """A Prometheus that can be told to reload."""
    with prometheus(folder, distribution, "--web.enable-lifecycle") as server:
        yield server


@pytest.fixture
def push(folder: Path, server: Server) -> Callable[..., Outcome]:
    """Push to the server."""
    return lambda *arguments: sloctl("push", server.url, "--reload", *(arguments or ["--yes"]), cwd=folder)


Push = Callable[..., Outcome]


def loaded(server: Server) -> dict[str, int]:
    """Return the groups that the server evaluates, and how many rules each has."""
    groups = get(f"{server.url}/api/v1/rules").json()["data"]["groups"]
    return {group["name"]: len(group["rules"]) for group in groups}


def edit(folder: Path, old: str, new: str) -> None:
    """Change the spec."""
    path = folder / "specs" / "sms-helpline.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_written_loaded_and_verified(push: Push, folder: Path, server: Server) -> None:
    """The files are there, the server evaluates their groups as they are, and a second push has nothing to do."""
    assert {} == loaded(server)
    run = push()
    assert (0, "2 groups at " + server.url + " loaded\n") == (run.code, run.err.splitlines(keepends=True)[-1]), run.err
    assert {"slo/sms-helpline/delivery": 26, "alerts/sms-helpline": 2} == loaded(server)
    assert "+++ rules/sms-helpline.yml\n" in run.out
    run = push()
    assert (0, "") == (run.code, run.out)
    assert f"nothing to do: 2 groups in rules and at {server.url} up to date\n" == run.err
    assert 0 == sloctl("compile", "--check", cwd=folder).code


def test_a_change_is_shown_first(push: Push, folder: Path, server: Server) -> None:
    """A dry run writes nothing; `--check` fails; the push changes what the server evaluates."""
    push()
    edit(folder, "above: 5000", "above: 6000")
    dry, check = push("--dry-run"), push("--check")
    assert (0, 1, True) == (dry.code, check.code, "> 6000" in dry.out)
    assert "> 5000" in (folder / "rules" / "sms-helpline.yml").read_text(encoding="utf-8")
    assert 0 == push().code
    assert "6000" in get(f"{server.url}/api/v1/rules").text


def test_files_that_are_there_but_not_loaded(push: Push, folder: Path, server: Server) -> None:
    """What was compiled before is loaded without a file being changed."""
    assert 0 == sloctl("compile", cwd=folder).code
    run = push()
    assert (0, "") == (run.code, run.out)
    assert "0 files in rules to change, 2 groups to load" in run.err
    assert 2 == len(loaded(server))


def test_a_folder_that_is_not_read(push: Push, folder: Path) -> None:
    """When the configuration does not name the folder, nothing is loaded, and that is said."""
    run = push("--yes", "-o", "elsewhere")
    assert (3, True) == (run.code, "has not loaded 2 groups, such as `slo/sms-helpline/delivery`" in run.err)
    assert "does `rule_files` of its configuration name them?" in run.err


def test_a_refused_reload_is_taken_back(push: Push, folder: Path, server: Server) -> None:
    """When the server cannot read its configuration, the folder is as before, and the server goes on as before."""
    push()
    before = (folder / "rules" / "sms-helpline.yml").read_text(encoding="utf-8")
    edit(folder, "above: 5000", "above: 6000")
    (folder / "prometheus.yml").write_text("nonsense: true\n")
    run = push()
    assert 3 == run.code
    assert "refuses (reload): 500" in run.err
    assert "the old files are back" in run.err
    assert before == (folder / "rules" / "sms-helpline.yml").read_text(encoding="utf-8")
    assert "5000" in get(f"{server.url}/api/v1/rules").text


def test_promtool_comes_before_the_files(push: Push, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What promtool refuses is never put in its place; its own words are shown."""
    push()
    before = (folder / "rules" / "sms-helpline.yml").read_text(encoding="utf-8")
    edit(folder, "above: 5000", "above: 6000")
    tools = folder / "tools"
    tools.mkdir()
    (tools / "promtool").write_text(PROMTOOL)
    (tools / "promtool").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    run = push()
    assert (1, before) == (run.code, (folder / "rules" / "sms-helpline.yml").read_text(encoding="utf-8"))
    assert "no such function\npromtool refuses the compiled rules; nothing was changed\n" in run.err


def test_an_edit_by_hand_is_kept(push: Push, folder: Path) -> None:
    """A file that somebody has edited since it was compiled is not replaced."""
    push()
    path = folder / "rules" / "sms-helpline.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("> 5000", "> 5001"), encoding="utf-8")
    run = push()
    assert (1, True) == (run.code, "> 5001" in path.read_text(encoding="utf-8"))
    assert "1 file edited by hand since compiled; nothing was changed\n" in run.err


def test_rules_of_services_that_are_gone(push: Push, folder: Path, server: Server) -> None:
    """They stay until `--prune`, and then go from the folder and from the server."""
    other = (ROOT / "examples" / "shop-api.yaml").read_text(encoding="utf-8")
    (folder / "specs" / "shop-api.yaml").write_text(other, encoding="utf-8")
    push()
    (folder / "specs" / "shop-api.yaml").unlink()
    assert (0, 5) == (push().code, len(loaded(server)))
    assert (0, 2) == (push("--yes", "--prune").code, len(loaded(server)))


def test_without_lifecycle_nothing_is_written(folder: Path, distribution: Distribution) -> None:
    """A Prometheus that cannot be told to reload says so before anything is changed, with the flag that it needs."""
    with prometheus(folder, distribution) as server:
        run = sloctl("push", server.url, "--reload", "--yes", cwd=folder)
    assert (3, False) == (run.code, (folder / "rules").exists())
    assert "`--web.enable-lifecycle`" in run.err
