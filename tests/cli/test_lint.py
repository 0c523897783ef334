"""`sloctl lint` on the command line: what is shown, suppressed, known, changed, mended, and the exit code."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import pytest

from sloctl.cli.main import run

QUEUE = "alert: QueueLong\n        expr: queue > 5\n"
NOISY = f"groups:\n  - name: g\n    rules:\n      - {QUEUE}"


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


def _lint(capsys: pytest.CaptureFixture[str], text: str, *arguments: str) -> tuple[int, list[str]]:
    """Write a rule file, lint it for N201, and return the exit code and the concise lines."""
    Path("rules.yml").write_text(text)
    code = run(["lint", "rules.yml", "--format", "concise", "--select", "N201,H512,H513,H517,H518", *arguments])
    return code, capsys.readouterr().out.splitlines()


def test_an_error_makes_the_run_fail(capsys) -> None:
    """A finding of severity error exits with 1 and is printed with its place."""
    code, lines = _lint(capsys, NOISY)
    assert (1, True) == (code, lines[0].startswith("rules.yml:4:16: error N201 no-for: `QueueLong` has no `for`"))


def test_fail_on_never_reports_and_passes(capsys) -> None:
    """`--fail-on never` prints the findings and exits with 0."""
    code, lines = _lint(capsys, NOISY, "--fail-on", "never")
    assert (0, 1) == (code, len(lines))


@pytest.mark.parametrize(
    "text",
    [
        NOISY.replace("      - alert", "      # sloctl: ignore[N201] -- batch queue\n      - alert"),
        NOISY.replace("> 5", "> 5  # sloctl: ignore[N201] -- batch queue"),
        NOISY.replace("expr: queue > 5", "expr: |\n          queue > 5 # sloctl: ignore[N201] -- batch queue"),
        NOISY.replace("  - name: g", "  # sloctl: ignore[no-for] -- batch queue\n  - name: g"),
        "# sloctl: ignore[N201] -- batch queue\n" + NOISY,
        NOISY + '        annotations: {sloctl_ignore: "ignore[N201] -- batch queue"}\n',
        'kind: PrometheusRule\nmetadata: {annotations: {sloctl/ignore: "ignore[N201] -- batch queue"}}\nspec:\n'
        + "".join(f"  {line}\n" for line in NOISY.splitlines()),
        NOISY.replace("> 5", "> 5  # sloctl: ignore[N201] -- batch queue (until 2999-12-31)"),
    ],
    ids=["above", "behind", "in-expr", "group", "file", "annotation", "object", "until"],
)
def test_a_suppression_with_a_reason_is_silent(text: str, capsys) -> None:
    """In each place a suppression may stand, it covers the rule and is not reported itself."""
    assert (0, []) == _lint(capsys, text)


def test_a_suppression_covers_its_rule_only(capsys) -> None:
    """A comment above one rule leaves the next rule alone."""
    second = QUEUE.replace("QueueLong", "Other")
    code, lines = _lint(capsys, NOISY.replace("> 5", "> 5 # sloctl: ignore[N201] -- why") + f"      - {second}")
    assert (1, 1, True) == (code, len(lines), "`Other`" in lines[0])


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("ignore[N201]", "H512 suppression-without-reason"),
        ("ignore[N201] -- old (until 2020-01-01)", "H513 unused-suppression"),
        ("ignore[N201] -- no such day (until 2026-02-31)", "H513 unused-suppression"),
    ],
)
def test_a_bad_suppression_is_a_finding(comment: str, expected: str, capsys) -> None:
    """A suppression without reason, or past its date, is reported at its place."""
    _, lines = _lint(capsys, NOISY.replace("> 5", f"> 5 # sloctl: {comment}"))
    assert [True] == [expected in line for line in lines if "sloctl" not in line and "N201 no-for" not in line]


def test_an_unused_suppression_is_a_finding(capsys) -> None:
    """A suppression that nothing needs is a warning, so that it goes when its reason goes."""
    text = NOISY.replace("> 5", "> 5 # sloctl: ignore[N201] -- why") + "        for: 10m\n"
    code, lines = _lint(capsys, text)
    message = "rules.yml:5:25: warning H513 unused-suppression: nothing here needs the suppression of N201"
    assert (0, [message]) == (code, lines)


def test_a_locked_code_cannot_be_suppressed(capsys) -> None:
    """A code that the settings lock is reported in spite of a suppression, and so is the suppression."""
    Path("sloctl.yaml").write_text("lint: {locked: [N201]}\n")
    code, lines = _lint(capsys, NOISY.replace("> 5", "> 5 # sloctl: ignore[N201] -- why"))
    assert (1, ["N201", "H517"]) == (code, [line.split()[2] for line in lines])


def test_a_baseline_hides_what_was_known_and_shrinks(capsys) -> None:
    """Known findings are silent wherever they move; new ones fail; mended ones are named as stale."""
    _lint(capsys, NOISY, "--write-baseline", "known.json")
    assert (0, []) == _lint(capsys, "\n\n" + NOISY, "--baseline", "known.json")
    code, lines = _lint(capsys, NOISY.replace("queue > 5", "queue > 6"), "--baseline", "known.json")
    assert (1, ["H518", "N201"]) == (code, sorted(line.split()[2] for line in lines))


def test_a_changed_rule_is_judged_anew(capsys) -> None:
    """`--changed-since` is silent about what was there before, even when it has moved, and reports what is new."""
    Path("rules.yml").write_text(NOISY)
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], check=True)
    assert (0, []) == _lint(capsys, "# moved\n" + NOISY, "--changed-since", "HEAD")
    added = NOISY + "      - alert: New\n        expr: other > 5\n"
    code, lines = _lint(capsys, added, "--changed-since", "HEAD")
    assert (1, 1, True) == (code, len(lines), "`New`" in lines[0])


def test_an_unknown_revision_is_wrong_use(capsys) -> None:
    """A revision that git does not know exits with 2 and says what to fetch."""
    subprocess.run(["git", "init", "-q"], check=True)
    Path("rules.yml").write_text(NOISY)
    assert 2 == run(["lint", "rules.yml", "--changed-since", "origin/main"])
    assert "git fetch origin main" in capsys.readouterr().err


def test_stdin_is_linted_under_its_name(monkeypatch, capsys) -> None:
    """`-` reads standard input and calls it what `--stdin-filename` says."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(NOISY.encode())))
    arguments = ["lint", "-", "--stdin-filename", "team/a.yml", "--select", "N201", "--format", "concise"]
    assert 1 == run(arguments)
    assert capsys.readouterr().out.startswith("team/a.yml:4:16: error N201")


@pytest.mark.parametrize(
    "arguments", [["-", "--fix"], ["-", "--diff"], ["-", "--changed-since", "HEAD"], ["-", "rules.yml"], ["-"]]
)
def test_what_stdin_cannot_do_is_wrong_use(arguments: list[str], monkeypatch, capsys) -> None:
    """Standard input has no past, takes no edits, stands alone, and must hold rules; all else is exit 2."""
    Path("rules.yml").write_text(NOISY)
    text = NOISY if len(arguments) > 1 else "a: 1\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert 2 == run(["lint", *arguments])
    assert "" == capsys.readouterr().out


def test_several_reports_at_once(capsys) -> None:
    """The console has one format, and each `--output` writes another to its file."""
    _lint(capsys, NOISY, "--output", "json=a.json", "--output", "sarif=b.sarif")
    assert ["N201"] == [each["code"] for each in json.loads(Path("a.json").read_text())["findings"]]
    assert "2.1.0" == json.loads(Path("b.sarif").read_text())["version"]


def test_on_github_the_default_is_annotations(monkeypatch, capsys) -> None:
    """With GITHUB_ACTIONS=true the findings are workflow commands."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    Path("rules.yml").write_text(NOISY)
    run(["lint", "rules.yml", "--select", "N201"])
    assert capsys.readouterr().out.startswith("::error file=rules.yml,line=4")


@pytest.mark.parametrize("arguments", [["--select", "N999"], ["--format", "xml"], ["--output", "sarif"]])
def test_an_unknown_name_is_wrong_use(arguments: list[str], capsys) -> None:
    """An unknown code, format or output is exit 2, not a silent run of nothing."""
    Path("rules.yml").write_text(NOISY)
    assert 2 == run(["lint", "rules.yml", *arguments])
    assert "" == capsys.readouterr().out


def test_no_rules_is_wrong_use(capsys) -> None:
    """A folder without rules is exit 2, never a silent 0."""
    Path("other.yaml").write_text("a: 1\n")
    assert 2 == run(["lint", "."])
    assert "no rules found" in capsys.readouterr().err


def test_one_unreadable_file_does_not_stop_the_others(capsys) -> None:
    """A broken file is a finding, and the rules of the other file are still checked."""
    Path("broken.yml").write_text("groups: [\n")
    Path("rules.yml").write_text(NOISY)
    assert 1 == run(["lint", ".", "--format", "concise", "--select", "N201,S102"])
    assert ["S102", "N201"] == [line.split()[2] for line in capsys.readouterr().out.splitlines()]


def test_other_yaml_in_a_folder_is_passed_over(capsys) -> None:
    """A Helm template or a compose file beside the rules is no finding."""
    Path("chart.yaml").write_text("{{- if .Values.x }}\na: 1\n{{- end }}\n")
    Path("compose.yaml").write_text("services: {a: {image: b}}\n")
    Path("rules.yml").write_text(NOISY)
    run(["lint", ".", "--format", "concise", "--select", "N201,S"])
    assert 1 == len(capsys.readouterr().out.splitlines())


SHAPES = {
    "operator": f"apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n{indent(NOISY, '  ')}",
    "list": f"apiVersion: v1\nkind: List\nitems:\n- kind: PrometheusRule\n  spec:\n{indent(NOISY, '    ')}",
    "configmap": f"kind: ConfigMap\ndata:\n  rules.yml: |\n{indent(NOISY, '    ')}",
    "json": '{"groups": [{"name": "g", "rules": [{"alert": "QueueLong", "expr": "queue > 5"}]}]}\n',
    "mimir": f"namespace: team\n{NOISY}",
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_rules_are_found_by_content_and_placed_in_the_outer_file(text: str, capsys) -> None:
    """In every shape the finding points at the alert's name in the file as written."""
    _, lines = _lint(capsys, text)
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "QueueLong" in row)
    column = text.splitlines()[line - 1].index("QueueLong") + 1
    quoted = text.splitlines()[line - 1][column - 2] == '"'
    assert [f"rules.yml:{line}:{column - quoted}:"] == [row.split(" ")[0] for row in lines]


SPEC = (
    "apiVersion: sloctl/v1\nkind: Service\nmetadata: {name: mail, owner: team-mail}\ndefaults:\n"
    "  {runbook: 'https://wiki.acme.test/mail', action: Restart it, priority: P3, reviewed: 2026-11-01}\nalerts:\n"
    "  - name: QueueLong\n    expr: max(queue) > 5"
)


def test_a_suppression_in_a_spec_covers_the_compiled_rule(capsys) -> None:
    """Suppressing survives compilation: the spec's comment covers the finding, in the spec and beside its rules."""
    spec = f"{SPEC} # sloctl: ignore[N201] -- drains by itself\n"
    Path("specs").mkdir()
    Path("specs/mail.yaml").write_text(spec)
    assert 0 == run(["compile", "specs", "-o", "rules"])
    capsys.readouterr()
    assert 0 == run(["lint", "specs", "rules", "--format", "concise", "--select", "N201,H513"])
    assert "" == capsys.readouterr().out


def test_a_rule_and_its_spec_are_reported_once_at_the_spec(capsys) -> None:
    """When a spec and its compiled file are both given, a finding has one place: the spec."""
    Path("mail.yaml").write_text(f"{SPEC}\n")
    run(["compile", "mail.yaml", "-o", "rules"])
    capsys.readouterr()
    run(["lint", "mail.yaml", "rules", "--format", "concise", "--select", "N201"])
    assert ["mail.yaml:7:11:"] == [line.split(" ")[0] for line in capsys.readouterr().out.splitlines()]


def test_a_group_whose_name_is_a_list_stops_no_check(capsys) -> None:
    """A name of the wrong type is a finding of its own, and no check fails over it."""
    Path("rules.yml").write_text("groups: [{name: [x], rules: []}, {name: {a: b}, rules: []}]\n")
    run(["lint", "rules.yml", "--format", "json", "--profile", "all"])
    assert "X900" not in {each["code"] for each in json.loads(capsys.readouterr().out)["findings"]}


def test_fix_edits_the_bytes_and_nothing_else(capsys) -> None:
    """`--diff` shows, `--fix` writes: the comment and the odd spacing of the file stay as they are."""
    text = NOISY.replace("queue > 5", "queue   > 5 # odd") + "        for: 0s\n"
    Path("rules.yml").write_text(text)
    run(["lint", "rules.yml", "--select", "H506", "--diff"])
    assert "-        for: 0s" in capsys.readouterr().out
    assert text == Path("rules.yml").read_text()
    run(["lint", "rules.yml", "--select", "H506", "--fix"])
    after = Path("rules.yml").read_text()
    assert ("queue   > 5 # odd" in after, "for: 0s" in after) == (True, False)


def test_a_named_file_that_cannot_be_read_is_a_finding(capsys) -> None:
    """A binary among the named files is reported and fails the run, although it does not look like rules."""
    Path("bin.yaml").write_bytes(bytes(range(256)))
    Path("rules.yml").write_text(NOISY.replace("> 5", "> 5 # sloctl: ignore[N201] -- why"))
    assert 1 == run(["lint", "bin.yaml", "rules.yml", "--format", "concise", "--select", "N201,S"])
    assert ["S101"] == [line.split()[2] for line in capsys.readouterr().out.splitlines()]
