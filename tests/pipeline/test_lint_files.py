"""The files a lint run writes: mended rules, reports and baselines; and the names it prints."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from sloctl.cli.main import run

NOISY = "groups:\n  - name: g\n    rules:\n      - alert: QueueLong\n        expr: queue > 5\n"
ZERO = NOISY + "        for: 0s\n"


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules.yml").write_text(NOISY)


def test_a_mended_file_keeps_its_byte_order_mark_and_mode() -> None:
    """`--fix` changes what it says it mends and nothing about the file around it."""
    Path("rules.yml").write_bytes(b"\xef\xbb\xbf" + ZERO.replace("\n", "\r\n").encode())
    Path("rules.yml").chmod(0o640)
    assert 0 == run(["lint", "rules.yml", "--select", "H506", "--fix"])
    assert b"\xef\xbb\xbf" + NOISY.replace("\n", "\r\n").encode() == Path("rules.yml").read_bytes()
    assert 0o640 == stat.S_IMODE(Path("rules.yml").stat().st_mode)


def test_a_link_is_mended_where_it_leads() -> None:
    """`--fix` on a link changes the target, and the link stays a link."""
    Path("real").mkdir()
    Path("real/rules.yml").write_text(ZERO)
    Path("link.yml").symlink_to("real/rules.yml")
    run(["lint", "link.yml", "--select", "H506", "--fix"])
    assert (True, NOISY) == (Path("link.yml").is_symlink(), Path("real/rules.yml").read_text())


def test_rules_that_share_a_text_are_mended_together(capsys) -> None:
    """An anchor and its alias are two findings with one edit: once mended, neither is reported."""
    twins = ("groups:\n  - name: g\n    rules:\n      - &a\n        alert: One\n        expr: queue > 5\n"
             "        for: 0s\n  - name: h\n    rules: [*a]\n")  # fmt: skip
    Path("rules.yml").write_text(twins)
    assert 0 == run(["lint", "rules.yml", "--select", "H506", "--fix", "--format", "concise"])
    assert ("", twins.replace("        for: 0s\n", "")) == (capsys.readouterr().out, Path("rules.yml").read_text())


def test_what_rules_of_one_place_share_is_said_once(capsys) -> None:
    """A rule in many groups by an alias has one place and one message: it is reported once, whatever their order."""
    groups = "".join(f"  - {{name: {name}, rules: [*r]}}\n" for name in "hgfedcba")
    Path("rules.yml").write_text(f"x: &r {{alert: QueueLong, expr: queue > 5}}\ngroups:\n{groups}")
    run(["lint", "rules.yml", "--select", "N201", "--format", "json"])
    assert ["a/QueueLong"] == [each["rule"] for each in json.loads(capsys.readouterr().out)["findings"]]


@pytest.mark.parametrize("arguments", [["--output", "json=link.json"], ["--write-baseline", "link.json"]])
def test_a_report_is_written_through_a_link(arguments: list[str]) -> None:
    """A link in the place of a report or baseline stays, and its target is written."""
    Path("target.json").write_text("old")
    Path("link.json").symlink_to("target.json")
    run(["lint", "rules.yml", "--select", "N201", *arguments])
    assert (True, 1) == (Path("link.json").is_symlink(), len(json.loads(Path("target.json").read_text())["findings"]))


def test_a_report_can_go_to_a_pipe() -> None:
    """What is no regular file is written into, never replaced by one."""
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    run(["lint", "rules.yml", "--select", "N201", "--output", "json=pipe"])
    written = os.read(reader, 65_536)
    os.close(reader)
    assert (1, True) == (len(json.loads(written)["findings"]), stat.S_ISFIFO(Path("pipe").stat().st_mode))


def test_a_report_that_cannot_be_written_leaves_nothing_behind(capsys) -> None:
    """A folder in the place of a report is exit 3, and no half file stays beside it."""
    Path("taken").mkdir()
    assert 3 == run(["lint", "rules.yml", "--select", "N201", "--output", "json=taken"])
    assert "cannot write taken" in capsys.readouterr().err
    assert ["rules.yml", "taken"] == sorted(path.name for path in Path().iterdir())


@pytest.mark.parametrize(
    "text",
    ["[]", '{"version": 2, "findings": []}', '{"findings": []}', '{"version": 1, "findings": [{"fingerprint": "a"}]}',
     '{"version": 1, "findings": [{"fingerprint": "a", "code": 1, "rule": "b"}]}'],
)  # fmt: skip
def test_a_file_that_is_no_baseline_is_wrong_use(text: str, capsys) -> None:
    """Another version, a missing key or a value of another type is exit 2, never a run without a baseline."""
    Path("known.json").write_text(text)
    assert 2 == run(["lint", "rules.yml", "--baseline", "known.json"])
    assert "known.json is" in capsys.readouterr().err


def test_a_name_that_is_not_utf8_is_printed_with_escapes(capsys) -> None:
    """Two such files stay two, and the report can be encoded."""
    for name in (b"\xff.yml", b"\xfe.yml"):
        Path(os.fsdecode(name)).write_text(ZERO)
    Path("rules.yml").unlink()
    assert 0 == run(["lint", ".", "--select", "H506", "--format", "concise", "--fail-on", "never", "--diff"])
    out = capsys.readouterr().out
    assert (1, 1) == (out.count("\n+++ \\xff.yml"), out.count("\n\\xfe.yml:6:"))


@pytest.mark.parametrize("format_", ["concise", "text"])
def test_a_path_is_no_command_to_the_runner_of_github(format_: str, capsys) -> None:
    """A file called `::stop-commands` is printed so that its line does not begin with two colons."""
    Path("::stop-commands::x").mkdir()
    Path("::stop-commands::x/a.yml").write_text(NOISY)
    run(["lint", "::stop-commands::x", "--select", "N201", "--format", format_])
    assert "./::stop-commands::x/a.yml:4:16" == capsys.readouterr().out.split(": ")[0]
