"""`sloctl backtest`: what it reports, compares and judges."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from sloctl.pipeline.lint.settings import lint_config
from sloctl.pipeline.settings import load_settings
from tests.cli.session import sloctl
from tests.support.http import serving
from tests.support.shop import ALERT, SETTINGS, SPEC, Prometheus, backtest

pytestmark = pytest.mark.usefixtures("no_pauses")


def test_an_outage_is_found(project: Path) -> None:
    """Both pages fire once, the loss is listed with its page, and the budget adds up: 1,200 bad of 2,592 allowed."""
    with serving(Prometheus().answer) as server:
        done = backtest(project, server)
    assert (0, "") == (done.code, done.err)
    assert all(len(line) <= 80 for line in done.out.splitlines())
    lines = done.out.splitlines()
    assert "1 SLO replayed from 2026-10-20 00:00 to 2026-11-19 00:00 UTC, every 2m" == lines[0]
    assert "  budget  46 % of a 30d budget spent; 1,200 bad of 2,592,000 events" in lines
    [fast] = [line for line in lines if line.startswith("    fast") and "page" in line]
    assert ["fast", "page", "1", "0.23"] == fast.split()[:4]
    assert "worth it: 1 of 1 came with a loss of 2 % of the budget or more" in done.out
    assert re.search(r"^    2026-11-15 22:02 +57m +1,200 +46 %   yes$", done.out, re.MULTILINE)


def test_many_slos_begin_with_the_loudest(project: Path) -> None:
    """Beyond a few SLOs an overview comes first, and those of which nothing is to be said are a line each."""
    calm = SPEC.replace("failed_total", "calm_total")
    documents = [calm.replace("name: shop", f"name: calm-{number}") for number in range(4)]
    (project / "shop.yaml").write_text("---\n".join([*documents, SPEC]))
    with serving(Prometheus().answer) as server:
        text, markdown = (backtest(project, server, "--format", form).out for form in ("text", "markdown"))
    assert "  2 pages; 0 losses without a page; 21 alerts did not fire" in text.splitlines()
    assert ["shop/checkout/fast", "page", "1", "0.23", "1h", "2m", "1"] in [line.split() for line in text.splitlines()]
    assert "  calm-3/checkout  0 % of the budget spent" in text.splitlines()
    assert "calm-3/checkout: 99.9 %" not in text
    assert "<details><summary>Nothing fired, nothing was lost: 4</summary>" in markdown


def test_hours_and_nights_are_those_of_the_zone(project: Path) -> None:
    """22:02 UTC is 23:02 in Berlin, and times are written so."""
    with serving(Prometheus().answer) as server:
        done = backtest(project, server, "--format", "json", "--time-zone", "Europe/Berlin")
    [slo] = json.loads(done.out)["slos"]
    assert 1 == slo["alerts"][0]["by_hour"][23]
    assert slo["alerts"][0]["firings"][0]["start"].endswith("+01:00")


def test_limits_fail_the_run_at_the_place_of_the_alert(project: Path) -> None:
    """What the settings forbid is a finding in the spec, with the measured, the allowed, and the code of the check."""
    (project / "shop.yaml").write_text(SPEC + ALERT)
    (project / "sloctl.yaml").write_text(f"{SETTINGS}backtest: {{pages_per_week: 1, max_flaps: 0}}\n")
    with serving(Prometheus().answer) as server:
        done = backtest(project, server)
    assert 1 == done.code
    expected = "shop.yaml:11:11: error L603 noisy-in-history: `QueueTooLong` would have paged 28 times a week; "
    assert f"{expected}up to 1 are allowed" in done.err
    assert "= help: above: 120 instead of 100 would have fired once instead of 120" in done.err


def test_another_level_is_suggested(project: Path) -> None:
    """Four swings a day are noise, two hours at 900 are not: a level between keeps the one and drops the others."""
    (project / "shop.yaml").write_text(SPEC[: SPEC.index("slos:")] + ALERT)
    with serving(Prometheus().answer) as server:
        done = backtest(project, server, "--format", "json")
    assert 0 == done.code
    [alert] = json.loads(done.out)["alerts"]
    assert (120, 120.0, 1) == (alert["times"], alert["suggestion"]["level"], alert["suggestion"]["times"])
    expected = "above: 120 instead of 100 would have fired once instead of 120, and still in the one firing of an hour "
    assert f"{expected}or more" == alert["suggestion"]["text"]


def test_a_change_is_compared(project: Path) -> None:
    """Before and after stand side by side; what fires as it did is left out."""
    old = project / "old"
    old.mkdir()
    (old / "shop.yaml").write_text(SPEC + ALERT)
    (project / "shop.yaml").write_text(SPEC + ALERT.replace("above: 100", "above: 500"))
    with serving(Prometheus().answer) as server:
        done = backtest(project, server, "--compare", "old")
        data = json.loads(backtest(project, server, "--compare", "old", "--format", "json").out)
    assert 0 == done.code
    assert "Compared with old" in done.out.splitlines()
    assert re.search(r"^    pages: 122 → 3, tickets: (\d) → \1, losses without a page: 0 → 0$", done.out, re.MULTILINE)
    [row] = [line for line in done.out.splitlines() if line.startswith("    shop ")]
    assert ["shop", "QueueTooLong", "120", "→", "1"] == row.split()[:5]
    assert ["QueueTooLong"] == [alert["name"] for alert in data["compared"]["changed"]]
    assert 120 == data["compared"]["before"]["alerts"][0]["times"]


def test_a_change_is_compared_with_a_revision(project: Path) -> None:
    """The specs of a commit are read from git; an SLO that is the same on both sides is asked for once."""
    (project / "shop.yaml").write_text(SPEC + ALERT)
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for line in (["init", "-q"], ["add", "."], [*author, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *line], cwd=project, check=True)
    known = Prometheus()
    with serving(known.answer) as server:
        same = backtest(project, server, "--compare", "HEAD", "--days", "10")
        asked = [query for query in known.asked if "requests_total" in query]
        (project / "shop.yaml").write_text(SPEC)
        less = backtest(project, server, "--compare", "HEAD", "--days", "10", "--format", "markdown")
    assert (0, 0) == (same.code, less.code)
    assert "every alert fires as it did" in same.out
    assert 2 == len(asked)
    assert "| shop | QueueTooLong | 40 → - |" in less.out


@pytest.mark.parametrize("options", [(), ("--compare", "old")])
def test_the_json_is_that_of_its_schema(project: Path, options: tuple[str, ...]) -> None:
    """Every key of the report is in the published schema, and every key of that in the report."""
    (project / "shop.yaml").write_text(SPEC + ALERT)
    (project / "old").mkdir()
    (project / "old" / "shop.yaml").write_text(SPEC)
    with serving(Prometheus().answer) as server:
        done = backtest(project, server, "--format", "json", *options)
    schema = json.loads(sloctl("schema", "backtest", cwd=project).out)
    jsonschema.validate(json.loads(done.out), schema)


def test_limits_hold_for_lint_too(project: Path) -> None:
    """What backtest allows is what `lint --prometheus` allows, unless the options of the check say otherwise."""
    (project / "sloctl.yaml").write_text(
        f"{SETTINGS}backtest: {{pages_per_week: 2, max_flaps: 5}}\nlint: {{options: {{L604: {{returns: 9}}}}}}\n"
    )
    settings, _ = load_settings(project)
    options = lint_config(settings, date(2026, 11, 23)).context.options
    assert ({"per_week": 2}, {"returns": 9}) == (options["L603"], options["L604"])
