"""Files that are no specs: a clear message, the exit code of the promise, never a traceback."""

import os
from pathlib import Path

import pytest

from tests.cli.session import Outcome, sloctl
from tests.pipeline.specs import MINIMAL


def validated(folder: Path, content: bytes, name: str = "spec.yaml") -> Outcome:
    """Write a file and validate it."""
    (folder / name).write_bytes(content)
    return sloctl("validate", name, cwd=folder)


CASES = {
    "utf-16": (MINIMAL.encode("utf-16"), "S101 not-text: the file is not UTF-8 text (byte 1 is 0xff)"),
    "utf-16 without a mark": (MINIMAL.encode("utf-16-le"), "S101 not-text: the file is binary: it holds a NUL byte"),
    "latin-1": ("apiVersion: é".encode("latin-1"), "S101 not-text: the file is not UTF-8 text (byte 13 is 0xe9)"),
    "elf": (b"\x7fELF\x02\x01\x01\x00\x00", "S101 not-text: the file is binary: it holds a NUL byte"),
    "control character": (b"a: \x07", "spec.yaml:1:4: error S102 yaml-syntax: the character U+0007 may not stand"),
    "empty": (b"", "S106 empty-file: the file holds no document"),
    "only comments": (b"# nothing\n---\n# here\n", "S106 empty-file: the file holds no document"),
    "only a byte order mark": (b"\xef\xbb\xbf", "S106 empty-file: the file holds no document"),
    "a list that holds itself": (b"&a\n- *a\n", "S107 unsupported-yaml: an anchor contains an alias to itself"),
    "a key that holds itself": (b"&a\n? *a\n: x\n", "S107 unsupported-yaml: an anchor contains an alias to itself"),
    "deep flow": (b"[" * 100_000, "S107 unsupported-yaml: the document is nested more than 100 levels deep"),
    "deep block": (b"- " * 100_000, "S107 unsupported-yaml: the document is nested more than 100 levels deep"),
    "many digits": (b"a: " + b"9" * 10_000, "S206 unknown-format: `apiVersion` is missing"),
    "large exponent": (b"a: 1e99999999999999999999", "S206 unknown-format: `apiVersion` is missing"),
}


@pytest.mark.parametrize(("content", "message"), CASES.values(), ids=CASES)
def test_a_file_that_is_no_spec_is_a_finding(tmp_path: Path, content: bytes, message: str) -> None:
    """What cannot be read as a spec is said in a finding of the file, and the exit code is 1."""
    run = validated(tmp_path, content)
    assert (1, True) == (run.code, message in run.out), run


def laughs(levels: int) -> bytes:
    """Return a document whose aliases expand to 10 ** levels values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines).encode()


def test_billion_laughs_are_counted_and_never_expanded(tmp_path: Path) -> None:
    """Ten to the power of 30 values are refused by arithmetic."""
    run = validated(tmp_path, laughs(30))
    assert (1, True) == (run.code, "S104 alias-explosion: the aliases of this document expand" in run.out), run


def test_aliases_below_the_limit_are_read_once(tmp_path: Path) -> None:
    """A document whose aliases expand to 100,000 values is judged like any other."""
    run = validated(tmp_path, MINIMAL.encode() + b"links: &l {a: b}\n" + laughs(5))
    assert (1, 6) == (run.code, run.out.count("S201 unknown-key")), run


@pytest.mark.parametrize("line", ["- &a{} x\n", "k{}: &a{} [1]\n"], ids=["list", "mapping"])
def test_fifty_megabytes_of_anchors_get_a_clear_answer(tmp_path: Path, line: str) -> None:
    """A huge file is refused for its size; no more than the limit is read."""
    count = 50 * 2**20 // len(line)
    with (tmp_path / "spec.yaml").open("w") as stream:
        stream.writelines(line.replace("{}", str(number)) for number in range(count))
    run = sloctl("validate", "spec.yaml", cwd=tmp_path)
    assert (1, True) == (run.code, "the file is larger than 32 MiB" in run.out), run


def test_a_million_anchors_get_a_clear_answer(tmp_path: Path) -> None:
    """A file below the size limit that holds too many values is left as soon as that is seen."""
    run = validated(tmp_path, "".join(f"- &a{number} x\n" for number in range(1_100_000)).encode())
    assert (1, True) == (run.code, "S105 file-too-large: the file holds more than 1,000,000 values" in run.out), run


def test_a_folder_without_specs_is_wrong_use(tmp_path: Path) -> None:
    """A folder in which nothing is meant as a spec ends the run with exit code 2."""
    (tmp_path / "values.yaml").write_text("replicas: 3\n")
    run = sloctl("validate", ".", cwd=tmp_path)
    assert (2, "") == (run.code, run.out)
    assert run.err.startswith("sloctl: no specs found (.)\n")


def test_a_file_that_was_named_must_be_a_spec(tmp_path: Path) -> None:
    """Beside specs in a folder other YAML is passed over; a file on the command line is not."""
    run = validated(tmp_path, b"replicas: 3\n", "values.yaml")
    assert (1, True) == (run.code, "S206 unknown-format" in run.out), run


@pytest.mark.parametrize("paths", [["spec.yaml"], ["here", "../gone"]], ids=["file", "outside"])
def test_a_missing_path_is_wrong_use(tmp_path: Path, paths: list[str]) -> None:
    """A path that is not there ends the run with exit code 2 and is named."""
    run = sloctl("validate", *paths, cwd=tmp_path)
    assert (2, f"sloctl: no such file or folder: {paths[0]}\n") == (run.code, run.err)


def test_a_named_link_that_leads_nowhere_is_wrong_use(tmp_path: Path) -> None:
    """The message says that the link is there and its target is not."""
    (tmp_path / "spec.yaml").symlink_to("gone.yaml")
    run = sloctl("validate", "spec.yaml", cwd=tmp_path)
    assert (2, "sloctl: this link leads nowhere: spec.yaml\n") == (run.code, run.err)


@pytest.mark.parametrize("command", ["validate", "compile"])
def test_an_unreadable_file_in_a_folder_is_a_broken_world(tmp_path: Path, command: str) -> None:
    """A file that cannot be opened gives exit code 3, beside the findings of the others."""
    (tmp_path / "a.yaml").symlink_to("gone.yaml")
    (tmp_path / "b.yaml").write_text(MINIMAL.replace("99.9", "999"))
    run = sloctl(command, ".", cwd=tmp_path)
    shown = run.out + run.err
    assert run.code == 3
    assert "a.yaml:1:1: error S100 unreadable: cannot read the file: No such file or directory" in shown
    assert "b.yaml:7:16: error S301" in shown


def test_an_unreadable_folder_is_a_broken_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder below that cannot be listed is not passed over in silence."""
    locked = tmp_path / "locked"
    locked.mkdir()
    (tmp_path / "a.yaml").write_text(MINIMAL)
    real = os.scandir

    def scandir(path: str | Path) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr("os.scandir", scandir)
    run = sloctl("validate", ".", cwd=tmp_path)
    assert (3, "sloctl: ./locked: Permission denied\n") == (run.code, run.err)


def test_a_folder_named_like_a_file_is_a_folder(tmp_path: Path) -> None:
    """`x.yaml` may be a folder; it is searched."""
    (tmp_path / "x.yaml").mkdir()
    (tmp_path / "x.yaml" / "spec.yml").write_text(MINIMAL)
    run = sloctl("validate", ".", cwd=tmp_path)
    assert (0, "1 service, 1 SLO, 1 alert: no problems\n") == (run.code, run.err)


def test_json_is_read_with_tabs_and_escapes(tmp_path: Path) -> None:
    """A spec may be JSON, as a program writes it."""
    text = """{
\t"apiVersion": "sloctl\\/v1", "kind": "Service",
\t"metadata": {"name": "shop", "owner": "team-\\u00e9"},
\t"slos": []
}"""
    run = validated(tmp_path, text.encode(), "spec.json")
    assert (0, "1 service, 0 SLOs, 0 alerts: no problems\n") == (run.code, run.err), run


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    """What begins with a dot belongs to editors and git."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.yaml").write_text("apiVersion: sloctl/v1")
    (tmp_path / ".b.yaml").write_text("apiVersion: sloctl/v1")
    (tmp_path / "c.yaml").write_text(MINIMAL)
    assert sloctl("validate", ".", cwd=tmp_path).code == 0


def test_a_rule_file_is_no_spec_and_who_reads_it_is_said(tmp_path: Path) -> None:
    """A rule file named as a spec is refused, and the commands for rule files are named."""
    run = validated(tmp_path, b"groups:\n- name: g\n  rules: [{alert: Up, expr: up == 0}]\n")
    assert (1, True) == (run.code, "rule files are read by `sloctl lint`" in run.out), run
