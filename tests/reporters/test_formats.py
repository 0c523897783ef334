"""Every report is valid in its format, and hostile text in it stays inert."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft7Validator

from sloctl.core.finding import Edit, Finding, Fix, Note, Problem, Severity
from sloctl.core.registry import plugins
from sloctl.core.source import Location, Source
from sloctl.reporters._reporter import Run

HOSTILE = "::error::boom\n::warning::x]]><script>alert(1)</script> | `a` *b* @team %0A \x1b[31m \u2028 end"
SOURCE = Source("rules/a,b:c.yml", "groups:\n  - name: g\n")
ERROR = Problem("N201", "no-for", Severity.ERROR, "An alert without `for`.")
NOTE = Problem("S315", "tier-left-out", Severity.NOTE, "A tier is left out.")
NAMES = sorted(plugins("sloctl.reporters", "REPORTER"))


def _findings() -> list[Finding]:
    at = Location(SOURCE, SOURCE.span(11, 15))
    fix = Fix(title="remove it", edits=(Edit(at, ""),))
    first = Finding(problem=ERROR, at=at, message=HOSTILE, help=HOSTILE, fix=fix, subject="g/A", basis="up",
                    notes=(Note(HOSTILE, at),))  # fmt: skip
    return [first, first, Finding(problem=NOTE, at=Location.whole("b.yml"), message="plain")]


def _render(name: str, findings: list[Finding]) -> str:
    run = Run(version="1.2.3", files=2, rules=7, suppressed=1, manual={"N201": "Page one.\n\nMore."})
    return plugins("sloctl.reporters", "REPORTER")[name].render(findings, run)


@pytest.fixture(scope="session")
def sarif_schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The official schema where npm can fetch a package that carries it, else the part of it that we rely on."""
    if shutil.which("npm"):
        folder = tmp_path_factory.mktemp("npm")
        package = "@microsoft/jest-sarif@1.0.0-beta.0"
        done = subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=False)
        if done.returncode == 0:
            with tarfile.open(next(folder.glob("*.tgz"))) as archive:
                member = archive.extractfile("package/lib/schemas/sarif-2.1.0-rtm.5.json")
                assert member is not None
                return json.load(member)
    return json.loads((Path(__file__).parent / "sarif-subset.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("findings", [_findings(), []], ids=["hostile", "none"])
def test_sarif_follows_the_schema(findings: list[Finding], sarif_schema: dict[str, object]) -> None:
    """A SARIF report is valid, with and without findings."""
    report = json.loads(_render("sarif", findings))
    assert [] == [error.message for error in Draft7Validator(sarif_schema).iter_errors(report)]


def test_sarif_carries_rules_places_fixes_and_fingerprints() -> None:
    """A SARIF result points at its rule, its place and its fix, and equal findings have different fingerprints."""
    run = json.loads(_render("sarif", _findings()))["runs"][0]
    assert ["N201", "S315"] == [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert "Page one." == run["tool"]["driver"]["rules"][0]["shortDescription"]["text"]
    first, second, _ = run["results"]
    region = first["locations"][0]["physicalLocation"]["region"]
    assert {"startLine": 2, "startColumn": 4, "endLine": 2, "endColumn": 8} == region
    assert 1 == len(first["fixes"]) == len(first["relatedLocations"])
    assert first["partialFingerprints"] != second["partialFingerprints"]


def test_json_follows_its_published_schema() -> None:
    """A JSON report is valid under `schemas/sloctl.report.schema.json` and counts what it holds."""
    schema = json.loads(Path("schemas/sloctl.report.schema.json").read_text(encoding="utf-8"))
    report = json.loads(_render("json", _findings()))
    assert [] == [error.message for error in Draft7Validator(schema).iter_errors(report)]
    assert {"files": 2, "rules": 7, "suppressed": 1, "error": 2, "warning": 0, "note": 1} == report["summary"]
    assert HOSTILE == report["findings"][0]["message"]


def test_gitlab_has_the_shape_of_code_quality() -> None:
    """A GitLab report is a list of issues with the keys that Code Quality reads, each fingerprint once."""
    issues = json.loads(_render("gitlab", _findings()))
    assert [{"begin": 2, "end": 2}, {"begin": 2, "end": 2}, {"begin": 1, "end": 1}] == [
        issue["location"]["lines"] for issue in issues
    ]
    assert ["major", "major", "info"] == [issue["severity"] for issue in issues]
    assert 3 == len({issue["fingerprint"] for issue in issues})


def test_junit_is_well_formed_and_counts_failures() -> None:
    """JUnit holds one failed case a finding; hostile text is text, not markup."""
    root = ElementTree.fromstring(_render("junit", _findings()))  # noqa: S314 - our own output
    assert ("3", 3) == (root.get("failures"), len(root.findall(".//failure")))
    assert "<script>alert(1)</script>" in (root.findall(".//failure")[-1].text or "")


def test_junit_of_a_clean_run_is_one_passed_case() -> None:
    """CI systems call a report without any case an error, so a clean run has one that passed."""
    root = ElementTree.fromstring(_render("junit", []))  # noqa: S314 - our own output
    assert ("1", "0", 0) == (root.get("tests"), root.get("failures"), len(root.findall(".//failure")))


def test_github_commands_stay_on_their_lines() -> None:
    """Hostile text begins no workflow command of its own, and a path with `,` and `:` stays one property."""
    lines = _render("github", _findings()).splitlines()
    assert ["::error", "::error", "::notice"] == [line.split(" ")[0] for line in lines]
    place = "file=rules/a%2Cb%3Ac.yml,line=2,endLine=2,col=4,endColumn=8,title=N201 no-for"
    assert lines[0].startswith(f"::error {place}::")


def test_markdown_shows_hostile_text_as_text() -> None:
    """No tag, no table cell and no mention comes out of a message."""
    report = _render("markdown", _findings())
    rows = [line for line in report.splitlines() if line.startswith("| error")]
    assert 2 == len(rows)
    assert [False, False, False] == [mark in rows[0] for mark in ("<script", "@team", "*b*")]
    assert 5 == rows[0].replace("&#124;", "").count("|")


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("json", "gitlab", "sarif")])
def test_no_report_passes_control_characters_on(name: str) -> None:
    """A terminal or a log never obeys what a user wrote."""
    assert "\x1b" not in _render(name, _findings())


def test_concise_is_one_line_a_finding() -> None:
    """`file:line:column: severity CODE name: message`, whatever the message holds."""
    lines = _render("concise", _findings()).splitlines()
    assert 3 == len(lines)
    assert "b.yml:1:1: note S315 tier-left-out: plain" == lines[2]
