"""`sloctl test`: what it proves, what it says, and that it finds every way to break a compiled rule."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.proving import SPEC, compiled
from tests.cli.session import Outcome, sloctl


@pytest.fixture
def folder(tool: Callable[[str], str], tmp_path: Path) -> Path:
    """A folder with the spec and its compiled rules; promtool is there."""
    tool("promtool")
    return compiled(tmp_path)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """One run over the spec, for the tests that read the report."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "shop.yaml").write_text(SPEC)
    return sloctl("test", "shop.yaml", cwd=folder)


def line(report: str, subject: str) -> str:
    """Return the line of a subject."""
    return next(each for each in report.splitlines() if each.startswith(f"  {subject}:"))


def test_a_tier_is_proven_in_the_users_terms(report: Outcome, tool: Callable[[str], str]) -> None:
    """One line per alert says when it fires, when it does not, and that each was seen to be so."""
    tool("promtool")
    assert 0 == report.code, report.out + report.err
    claims = (
        "stays quiet under healthy traffic",
        "fires 60s after a full outage begins",
        "resets 5m30s after recovery",
        "texts and runbook link as written",
        "stays quiet at 0.99 x the allowed rate",
        "fires at 1.01 x the allowed rate",
        "stays quiet after one failed event at low traffic",
        "stays quiet without traffic",
        "stays quiet before the first failure",
        "takes a counter reset for no burst of errors",
        "fires for the broken region only",
        "stays quiet when the events are gone",
    )
    assert [] == [claim for claim in claims if f"{claim} ok" not in line(report.out, "orders/quick")]


def test_missing_data_and_figures_are_proven(report: Outcome) -> None:
    """Missing data is reported in time, and never for a metric that never existed; the SLI begins at 100 %."""
    assert "stays quiet for a metric that never existed ok" in line(report.out, "orders/no_data")
    assert "fires 37m after the events are gone ok" in line(report.out, "orders/no_data")
    assert "the SLI is 100 % before the first failure ok" in line(report.out, "orders")


def test_threshold_alerts_are_proven(report: Outcome) -> None:
    """At, above and below the level, the edges of the window, `for`, absence."""
    count, value = line(report.out, "TooMany"), line(report.out, "QueueOld")
    assert "stays quiet exactly at 500 ok; counts a burst while it is in the window, and no longer ok" in count
    assert "fires just above 500 ok" in count
    assert "fires 5m after the crossing of the level ok" in value
    assert "stays quiet at one sample beyond the level ok" in value


def test_kept_files_run_without_sloctl(folder: Path, tool: Callable[[str], str]) -> None:
    """They pass in promtool beside the whole compiled file, and a second run writes nothing."""
    assert 0 == sloctl("test", "--keep", "proofs", cwd=folder).code
    files = sorted((folder / "proofs").glob("*.yml"))
    slo = [f"shop.orders.{name}.yml" for name in ("basics", "missing-data", "quick", "windows")]
    assert ["shop.QueueOld.yml", "shop.TooMany.yml", *slo] == [path.name for path in files]
    assert "rule_files: ['../rules/shop.yml']" in files[0].read_text()
    run = subprocess.run([tool("promtool"), "test", "rules", *files], capture_output=True, text=True, check=False)
    assert 0 == run.returncode, run.stdout + run.stderr
    before = [path.stat().st_mtime_ns for path in files]
    assert "created" not in sloctl("test", "--keep", "proofs", cwd=folder).err
    assert before == [path.stat().st_mtime_ns for path in files]


def test_a_foreign_file_is_not_replaced(folder: Path) -> None:
    """What somebody else wrote stays, and nothing is tested."""
    (folder / "proofs").mkdir()
    (folder / "proofs" / "shop.QueueOld.yml").write_text("mine")
    found = sloctl("test", "--keep", "proofs", cwd=folder)
    assert 2 == found.code
    assert "was not written by sloctl test, so it is not replaced" in found.err
    assert "mine" == (folder / "proofs" / "shop.QueueOld.yml").read_text()


def test_what_cannot_be_proven_is_said(folder: Path) -> None:
    """A selector without any series and a free expression are no failures, and do not count as proven."""
    spec = SPEC.replace('code=~"5.."', 'code=~"5..", code="200"').replace(
        "    value: {of: queue_age_seconds, above: 120, for: 5m}", "    expr: rate(a[5m]) > 2 * rate(b[5m])"
    )
    (folder / "shop.yaml").write_text(spec)
    found = sloctl("test", cwd=folder)
    assert 0 == found.code, found.out
    reason = 'how events are counted (no value was found for which `code=~"5.."` and `code="200"` hold)'
    assert f"  orders: not proven: {reason}; what follows begins with the counts" in found.out
    assert "fires at 1.01 x the allowed rate ok" in found.out
    assert "  QueueOld: not proven: no series can be made up for an expression" in found.out
    assert "2 not proven" in found.err


def test_a_text_that_cannot_be_foretold_is_left_out(folder: Path) -> None:
    """The other texts of the alert are still compared."""
    (folder / "shop.yaml").write_text(SPEC + '    summary: "{{ $labels.job | title }}"\n')
    found = sloctl("test", cwd=folder)
    assert 0 == found.code, found.out
    assert "texts and runbook link as written ok" in line(found.out, "QueueOld")
    assert "not proven: `summary` of QueueOld is not compared: the function `title` cannot be foretold" in found.out


def test_slos_on_the_same_metric_do_not_disturb_each_other(folder: Path, tool: Callable[[str], str]) -> None:
    """Each is proven alone; kept files, which run beside all rules, leave out the texts that would mix."""
    other = SPEC[SPEC.index("  - name: orders") : SPEC.index("alerts:")].replace("name: orders", "name: all")
    (folder / "shop.yaml").write_text(SPEC.replace("alerts:", f"{other}alerts:"))
    assert 0 == sloctl("compile", cwd=folder).code
    assert 0 == sloctl("test", "--keep", "proofs", cwd=folder).code
    kept = folder / "proofs" / "shop.all.quick.yml"
    assert "# Texts are not compared here" in kept.read_text()
    run = subprocess.run([tool("promtool"), "test", "rules", kept], capture_output=True, text=True, check=False)
    assert 0 == run.returncode, run.stdout


def test_json_holds_every_claim(folder: Path) -> None:
    """For machines: each claim, whether it holds, and of a failure the case, what was expected and what happened."""
    path = folder / "rules" / "shop.yml"
    path.write_text(path.read_text().replace("> 500", ">= 500"))
    found = sloctl("test", "--rules", "rules", "--format", "json", "-q", cwd=folder)
    rows = {row["subject"]: row for row in json.loads(found.out)["results"]}
    assert "" == found.err
    failed = [claim for claim in rows["TooMany"]["claims"] if not claim["holds"]]
    expected = {
        "case": "TooMany: exactly at the level",
        "story": "500 are counted at once.",
        "expected": "no alert from 0s to 10m",
        "happened": "it fires",
    }
    assert [{"claim": "stays quiet exactly at 500", "holds": False, "failures": [expected]}] == failed
    assert all(claim["holds"] for claim in rows["orders/quick"]["claims"])


def test_without_promtool_the_exit_code_is_3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how to get it."""
    (tmp_path / "shop.yaml").write_text(SPEC)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = sloctl("test", "shop.yaml", cwd=tmp_path)
    assert 3 == found.code
    assert "sloctl: promtool is not on PATH\n  = help: it comes with Prometheus" in found.err


def test_a_terminal_with_utf_8_gets_marks(folder: Path) -> None:
    """Where the output can show them, a claim has a mark and a rate its multiplication sign."""
    (folder / "rules" / "shop.yml").write_text((folder / "rules" / "shop.yml").read_text().replace("> 500", ">= 500"))
    line = [sys.executable, "-m", "sloctl", "test", "--rules", "rules"]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    run = subprocess.run(line, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert "stays quiet at 0.99 \N{MULTIPLICATION SIGN} the allowed rate \N{CHECK MARK}" in run.stdout
    assert "stays quiet exactly at 500 \N{BALLOT X}" in run.stdout


def test_wrong_specs_are_reported_first(folder: Path) -> None:
    """A spec with an error is not tested: exit 1, and the finding with its place."""
    (folder / "shop.yaml").write_text(SPEC.replace("objective: 98", "objective: 101"))
    found = sloctl("test", cwd=folder)
    assert 1 == found.code
    assert "shop.yaml:7:16: error" in found.err
    assert "nothing was tested" in found.err


def test_rules_without_groups_are_wrong_use(folder: Path) -> None:
    """A file that holds no rule groups is named."""
    (folder / "empty.yml").write_text("a: 1\n")
    found = sloctl("test", "--rules", "empty.yml", cwd=folder)
    assert 2 == found.code
    assert "no rule groups found in empty.yml" in found.err
