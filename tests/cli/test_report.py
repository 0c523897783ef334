"""`sloctl report` at the command line: what it says, what it writes, and how it ends."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sloctl.core.registry import plugins
from tests.cli.reporting import OUTAGE, content, reported, the_budget
from tests.cli.session import sloctl
from tests.support.budgets import DAY, HOUR, NOW, SPEC, Incident, Month

ROOT = Path(__file__).parents[2]
EXPECTED = """\
Error budgets at 2026-11-23 12:00 UTC: 1 SLO of 1 service
1 fine

shop (team-shop)
  SLO          left  spent            SLI    objective  burn 1h  gone in
  checkout     65 %  ███████▆     99.65 %     99 % 30d      0.1        -

shop/checkout
  promise    Orders are accepted
  events     3,022 of 864,000 events were bad; 8,640 may be in 30d
  time lost  2h 31m of full outage; 7h 12m may be in 30d
  burn rate  0.1 in the last hour, 0.1 in the last day; at this pace the budget
             lasts
  periods    2026-08-25 to 2026-09-24: 99.9 %, 90 % left
             2026-09-24 to 2026-10-24: 99.9 %, 90 % left
             2026-10-24 to 2026-11-23: 99.65 %, 65 % left
  incidents  2026-11-20 12:00, 2h: 25 % of the budget, 2,160 bad, page after 5m
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a spec."""
    (tmp_path / "spec.yaml").write_text(SPEC)
    return tmp_path


def test_a_terminal_is_told_what_is_left_and_what_it_was_spent_on(folder: Path) -> None:
    """At 80 columns: a row per budget, then what it was spent on, whom that called, and what the policy says."""
    month = Month((OUTAGE,), pages=((OUTAGE.start + 300, OUTAGE.start + 6000),))
    done = reported(month, folder)
    assert (0, EXPECTED, "") == (done.code, done.out, done.err)


def test_what_needs_somebody_comes_first(folder: Path) -> None:
    """A frozen budget stands above the tables, with the reason and what the policy asks for; all fits 80 columns."""
    group = "total: requests_total}, by: [region]"
    (folder / "spec.yaml").write_text(SPEC.replace("total: requests_total}", group))
    done = reported(Month((Incident(NOW - DAY, 9 * HOUR, 1.0),), regions=("eu", "r" * 60)), folder)
    said = " ".join(done.out.partition("shop (team-shop)")[0].split())
    assert "2 frozen Needs somebody frozen shop/checkout {region=eu}: -" in said
    assert "% left, exceeded since 2026-11-22 1" in said
    assert 2 == said.count("Freeze releases")
    assert [] == [line for line in done.out.splitlines() if len(line) > 80]


def test_the_document_shows_what_is_printed() -> None:
    """The report in docs/report.md is that of the test above."""
    assert f"```text\n{EXPECTED}```\n" in (ROOT / "docs" / "report.md").read_text(encoding="utf-8")


def test_exceeding_the_budget_is_counted_and_dated(folder: Path) -> None:
    """A day without service, 50 days ago, overspent the rolling budget for 30 days, and the period it lies in."""
    begin = NOW - 50 * DAY
    found = the_budget(content(Month((Incident(begin, DAY, 1.0),)), folder))
    [overspent] = found["overspent"]
    assert overspent["start"].startswith("2026-10-04T1")
    assert "2026-11-04T" == overspent["end"][:11] or "2026-11-03T" == overspent["end"][:11]
    assert [False, True, False] == [past["exceeded"] for past in found["past"]]


def test_months_of_a_time_zone(folder: Path) -> None:
    """Calendar months begin at midnight of the zone, and the running one is told as far as it is."""
    found = content(Month(), folder, "--calendar", "month", "--last", "2", "--time-zone", "Europe/Berlin")
    past = the_budget(found)["past"]
    assert [("2026-10", "2026-10-01T00:00:00+02:00", True), ("2026-11", "2026-11-01T00:00:00+01:00", False)] == [
        (each["name"], each["start"], each["is_over"]) for each in past]  # fmt: skip
    assert "2026-11-23T13:00:00+01:00" == past[-1]["end"] == found["until"]
    assert [(31 * 24 + 1) * 1200.0, (22 * 24 + 13) * 1200.0] == [each["total_events"] for each in past]


def test_raw_series_stand_in_before_the_first_recording(folder: Path) -> None:
    """An SLO of last week has its whole month from the raw series, and the report says so."""
    month = Month((OUTAGE,), recorded_since=NOW - 7 * DAY)
    mixed, whole = content(month, folder), content(Month((OUTAGE,)), folder)
    assert the_budget(whole) == the_budget(mixed)
    assert ["recorded", "recorded and raw"] == [each["services"][0]["slos"][0]["source"] for each in (whole, mixed)]


def test_raw_series_are_not_asked_for_when_that_is_not_wanted(folder: Path) -> None:
    """Then the figures are those of the recordings alone, and the report says since when it knows."""
    month = Month(recorded_since=NOW - 7 * DAY)
    found = the_budget(content(month, folder, "--recorded-only"))
    assert ("2026-11-16T11:55:00Z", 0.2334) == (found["since"], round(found["known_ratio"], 4))
    assert [] == [query for query in month.asked if "requests_total" in query]


def test_groups_have_a_budget_each(folder: Path) -> None:
    """With `by`, there is a row per group."""
    (folder / "spec.yaml").write_text(SPEC.replace("total: requests_total}", "total: requests_total}, by: [region]"))
    done = reported(Month(regions=("eu", "us")), folder)
    assert 0 == done.code, done.err
    assert ["checkout eu", "checkout us"] == [line[2:13] for line in done.out.splitlines() if "  checkout" in line]


@pytest.mark.parametrize(
    ("ratio", "code", "verdict"), [(0.9, 0, "gate: open\n"), (1.0, 1, "gate: frozen by 1 budget\n")]
)
def test_the_gate_closes_when_the_policy_says_freeze(folder: Path, ratio: float, code: int, verdict: str) -> None:
    """Seven hours of errors leave something at 90 % and nothing at 100 %; only then a release is stopped."""
    month = Month((Incident(NOW - DAY, 7 * HOUR, ratio),))
    done = reported(month, folder, "--gate")
    assert (code, verdict) == (done.code, done.err)
    assert ("Releases are frozen by the policy of:\n  shop/checkout, -" in done.out) == (code == 1)
    assert "below 50 %: Reliability work goes first" in done.out


def test_a_gate_that_could_never_close_is_refused(folder: Path) -> None:
    """Without any step that freezes, `--gate` is wrong use, and the server is not even asked."""
    (folder / "spec.yaml").write_text(SPEC.replace(", freeze: true", ""))
    month = Month()
    done = reported(month, folder, "--gate")
    assert (2, []) == (done.code, month.asked)
    assert "no policy says freeze, so the gate would never close" in done.err


def test_without_data_nothing_is_claimed(folder: Path) -> None:
    """An SLO without a sample is no failure; its row says so, and no gate closes."""
    done = reported(Month(recorded_since=NOW + DAY, raw_since=NOW + DAY), folder, "--gate")
    assert (0, "gate: open; 1 SLO without data\n") == (done.code, done.err)
    assert "no data" in done.out


def test_several_files_in_one_run(folder: Path) -> None:
    """The suffix or a name tells the format; then nothing is printed on stdout."""
    done = reported(Month((OUTAGE,)), folder, "-o", "a.md", "-o", "b.html", "-o", "json=c.txt")
    assert (0, "", "wrote a.md\nwrote b.html\nwrote c.txt\n") == (done.code, done.out, done.err)
    assert (folder / "a.md").read_text().startswith("# Error budgets at 2026-11-23 12:00 UTC\n")
    assert (folder / "b.html").read_text().startswith("<!doctype html>\n")
    assert 1 == json.loads((folder / "c.txt").read_text())["version"]


def test_the_same_history_gives_the_same_bytes(folder: Path) -> None:
    """Nothing in the files depends on when and where they were written."""
    texts = []
    for _ in range(2):
        assert 0 == reported(Month((OUTAGE,)), folder, "-o", "a.html", "-o", "a.json", "-o", "a.md").code
        texts.append([(folder / name).read_bytes() for name in ("a.html", "a.json", "a.md")])
    assert texts[0] == texts[1]


def test_metrics_are_accepted_by_promtool(folder: Path, tool: Callable[[str], str]) -> None:
    """The textfile has the budgets, the lint debt by code and how the run went, and promtool finds nothing to say."""
    assert 0 == reported(Month((OUTAGE,)), folder, "-o", "slo.prom").code
    text = (folder / "slo.prom").read_text()
    checked = subprocess.run(
        [tool("promtool"), "check", "metrics"], input=text, capture_output=True, text=True, check=False
    )
    assert (0, "", "") == (checked.returncode, checked.stdout, checked.stderr)
    found = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    left = found['sloctl_slo_error_budget_remaining_ratio{slo="checkout",slo_service="shop"}']
    assert 0.65 == pytest.approx(float(left), abs=0.001)
    linted = json.loads(sloctl("lint", "spec.yaml", "--format", "json", cwd=folder).out)["findings"]
    debt = found['sloctl_lint_findings{code="A103",name="placeholder-runbook",severity="error"}']
    assert float(len([each for each in linted if each["code"] == "A103"])) == float(debt) > 0
    assert "0.0" == found["sloctl_report_failures"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "htm"], "did you mean `html`?"),
        (["-o", "page"], "`page` does not say which format it has"),
        (["-o", "hmtl=page"], "unknown format `hmtl`"),
        (["--time-zone", "Mars"], "`Mars` is no time zone"),
        (["--time", "yesterday"], "`yesterday` is no time"),
        (["--last", "0"], "0 is not in the range"),
    ],
)
def test_wrong_use_says_what_is_right(folder: Path, options: list[str], said: str) -> None:
    """Exit 2, and no question to the server."""
    month = Month()
    done = reported(month, folder, *options)
    assert (2, [], "") == (done.code, month.asked, done.out)
    assert said in done.err


def test_a_report_needs_an_slo(folder: Path) -> None:
    """Specs with threshold alerts only have no budget: wrong use, not an empty page."""
    alerts = "alerts:\n  - {name: Old, priority: P3, value: {of: age_seconds, above: 1}}\n"
    (folder / "spec.yaml").write_text(SPEC[: SPEC.index("policy")] + alerts)
    done = reported(Month(), folder)
    assert (2, True) == (done.code, "the specs have no SLO" in done.err)


def test_a_spec_with_errors_is_exit_1(folder: Path) -> None:
    """The problem is shown in the spec, and the server is not asked."""
    (folder / "spec.yaml").write_text(SPEC.replace("below: 0%", "below: 50%"))
    month = Month()
    done = reported(month, folder)
    assert (1, [], "") == (done.code, month.asked, done.out)
    assert "two steps of the policy begin below 50 %" in done.err


def test_help_names_every_form(folder: Path) -> None:
    """A form that is added is in the help, as it is in what an unknown one is answered with."""
    known = ", ".join(plugins("sloctl.pipeline.report.forms", "FORM"))
    assert f"How to print: {known};" in " ".join(sloctl("report", "--help", cwd=folder).out.split())
    assert f"known forms: {known}" in sloctl("report", "--format", "zzz", cwd=folder).err
