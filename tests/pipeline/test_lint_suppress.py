"""Suppressions: what counts as one, how far it reaches, and what is said about those that cannot hold."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from sloctl.cli.main import run

QUEUE = "alert: QueueLong\n        expr: queue > 5\n"
NOISY = f"groups:\n  - name: g\n    rules:\n      - {QUEUE}"
IGNORE = "# sloctl: ignore[N201] -- batch queue"


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _codes(capsys: pytest.CaptureFixture[str], text: str) -> list[str]:
    """Lint a rule file and return the codes of the findings in order."""
    Path("rules.yml").write_bytes(text.encode())
    run(["lint", "rules.yml", "--format", "concise", "--select", "N201,H512,H513,H517"])
    return [line.split()[2] for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("ignore[N201] batch queue", "H512"),
        ("ignore N201 -- batch queue", "H512"),
        ("ignore[] -- batch queue", "H512"),
        ("ignore[N201] -- batch queue (until soon)", "H512"),
        ("ignore[nonsense] -- batch queue", "H513"),
        ("ignore[N] -- batch queue", "H513"),
    ],
)
def test_a_suppression_that_cannot_hold_is_a_finding(comment: str, expected: str, capsys) -> None:
    """A suppression in another form, of an unknown code or of a whole letter suppresses nothing, and says so."""
    assert ["N201", expected] == _codes(capsys, NOISY.replace("> 5", f"> 5 # sloctl: {comment}"))


def test_a_malformed_annotation_is_a_finding(capsys) -> None:
    """The annotation `sloctl_ignore` has no other use, so a text that is no suppression is reported."""
    text = NOISY + "        annotations: {sloctl_ignore: N201}\n"
    assert ["N201", "H512"] == _codes(capsys, text)


def test_an_abbreviated_code_gets_its_own_advice(capsys) -> None:
    """For `ignore[N2]` the advice is to name whole codes."""
    Path("rules.yml").write_text(NOISY.replace("> 5", "> 5 # sloctl: ignore[N2] -- why"))
    run(["lint", "rules.yml", "--select", "H513"])
    assert "a suppression names whole codes" in capsys.readouterr().out


def test_a_comment_at_the_top_of_an_embedded_file_covers_that_file_only(capsys) -> None:
    """In a ConfigMap with two rule files, the comment inside one leaves the other alone."""
    other = NOISY.replace("QueueLong", "Other")
    text = f"kind: ConfigMap\ndata:\n  a.yml: |\n    {IGNORE}\n{indent(NOISY, '    ')}"
    assert ["N201"] == _codes(capsys, f"{text}  b.yml: |\n{indent(other, '    ')}")
    assert [] == _codes(capsys, text)


@pytest.mark.parametrize("style", ["|", ">-"])
def test_a_comment_inside_an_annotation_is_text(style: str, capsys) -> None:
    """What an alert tells its reader may quote a suppression; in an expression it is a comment."""
    value = f"{style}\n            For example\n            {IGNORE}\n"
    noted = f"{NOISY}        annotations:\n          description: {value}"
    assert ["N201"] == _codes(capsys, noted)
    inside = NOISY.replace("queue > 5", f"|\n          queue > 5 {IGNORE}")
    assert [] == _codes(capsys, inside)


def test_a_comment_inside_an_embedded_annotation_is_text(capsys) -> None:
    """The same holds for a rule file inside a ConfigMap: its expression has comments, its annotations have none."""
    noted = f"{NOISY}        annotations:\n          description: |\n            {IGNORE}\n"
    inside = NOISY.replace("queue > 5", f"|\n          queue > 5 {IGNORE}")
    around = "kind: ConfigMap\ndata:\n  a.yml: |\n"
    assert ["N201"] == _codes(capsys, around + indent(noted, "    "))
    assert [] == _codes(capsys, around + indent(inside, "    "))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_every_line_break_ends_a_comment(end: str, capsys) -> None:
    """A file with old line breaks is suppressed like any other."""
    assert [] == _codes(capsys, NOISY.replace("> 5", f"> 5 {IGNORE}").replace("\n", end))


@pytest.mark.parametrize("locked", ["N", "no-for", "N201"])
@pytest.mark.parametrize("named", ["N201", "no-for"])
def test_a_locked_code_is_locked_however_it_is_named(locked: str, named: str, capsys) -> None:
    """`locked` takes codes, their beginnings and names, as `select` does, against suppressions of either form."""
    Path("sloctl.yaml").write_text(f"lint: {{locked: [{locked}]}}\n")
    assert ["N201", "H517"] == _codes(capsys, NOISY.replace("> 5", f"> 5 # sloctl: ignore[{named}] -- why"))
