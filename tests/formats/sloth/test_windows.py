"""Periods and catalogues of alert windows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.session import sloctl
from tests.formats.sloth.original import found, slo_of, spec, translated
from tests.formats.sloth.test_meaning import CATALOGUE, SETTINGS


def test_the_standard_windows_need_no_tiers() -> None:
    """At 30d and 28d the built-in windows are the native ones, so no tiers are written."""
    assert "tiers" not in slo_of(spec())["alerting"]
    slo = slo_of(spec(), period="28d")
    assert ("28d", False) == (slo["period"], "tiers" in slo["alerting"])


def test_a_burn_rate_below_1_is_corrected() -> None:
    """At 28d the last pair of Sloth fires while the objective is met; a note says that it does not here."""
    notes = [message for _, message in found(translated(spec(), period="28d"), "S404")]
    assert any("`drain` has a burn rate of 0.933, so it fires while the objective is met" in each for each in notes)


def test_a_period_without_windows() -> None:
    """Sloth refuses a period that no catalogue has, and says so; the finding names the periods there are."""
    ((place, message),) = found(translated(spec(), period="14d"), "S401")
    assert ("prometheus/v1", True) == (place, message.endswith("there is 28d and 30d"))


def test_an_own_catalogue(tmp_path: Path) -> None:
    """Each pair becomes a tier with its share and windows; a period need not be named when there is one only."""
    (tmp_path / "windows.yaml").write_text(CATALOGUE)
    slo = slo_of(spec(), root=tmp_path, windows="windows.yaml")
    assert "7d" == slo["period"]
    rows = [
        (tier["name"], tier["severity"], tier["budget"], tier["long"], tier["short"])
        for tier in slo["alerting"]["tiers"]
    ]
    assert [
        ("fast", "page", "8%", "1h", "5m"),
        ("slow", "page", "12.5%", "6h", "30m"),
        ("trend", "ticket", "20%", "1d", "2h"),
        ("drain", "ticket", "50%", "3d", "6h"),
    ] == rows


def test_disabled_alerts_have_no_tiers(tmp_path: Path) -> None:
    """The tiers of an alert that is disabled are left out."""
    (tmp_path / "windows.yaml").write_text(CATALOGUE)
    text = spec(alerting="alerting: {name: X, page_alert: {disable: true}}")
    slo = slo_of(text, root=tmp_path, windows="windows.yaml")
    assert ["trend", "drain"] == [tier["name"] for tier in slo["alerting"]["tiers"]]


def test_a_folder_of_catalogues(tmp_path: Path) -> None:
    """A setting may name a folder; the period says which catalogue holds, and each replaces what is built in."""
    (tmp_path / "windows").mkdir()
    for period in ("7d", "90d"):
        (tmp_path / "windows" / f"{period}.yaml").write_text(CATALOGUE.replace("7d", period))
    assert "90d" == slo_of(spec(), root=tmp_path, windows="windows", period="90d")["period"]
    ((_, message),) = found(translated(spec(), root=tmp_path, windows="windows"), "S401")
    assert message.endswith("has the period 30d, and Sloth refuses it; there is 7d and 90d")


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("errorBudgetPercent: 8, ", "", "{shortWindow: 5m, longWindow: 1h}", "`errorBudgetPercent` must be above 0"),
        ("longWindow: 1h", "longWindow: 0h", "0h", "`longWindow` must be a duration above 0"),
        ("errorBudgetPercent: 20", "errorBudgetPercent: 0", "0", "`errorBudgetPercent` must be above 0"),
        ("sloPeriod: 7d", "sloPeriod: week", "week", "`sloPeriod` must be a duration above 0"),
    ],
    ids=["no share", "no length", "a share of 0", "no period"],
)
def test_catalogues_that_sloth_refuses(old: str, new: str, place: str, message: str, tmp_path: Path) -> None:
    """All twelve values must be there, and the finding points into the catalogue."""
    (tmp_path / "windows.yaml").write_text(CATALOGUE.replace(old, new))
    ((at, said),) = found(translated(spec(), root=tmp_path, windows="windows.yaml"), "S401")
    assert (place, True) == (at, said.startswith(message))


def test_a_native_finding_points_into_the_catalogue(tmp_path: Path) -> None:
    """A window that is no multiple of the base window is shown in the catalogue where it is written."""
    (tmp_path / "windows.yaml").write_text(CATALOGUE.replace("shortWindow: 5m", "shortWindow: 7m"))
    (tmp_path / "sloctl.yaml").write_text(f"{SETTINGS}formats: {{sloth: {{windows: windows.yaml}}}}\n")
    (tmp_path / "shop.yml").write_text(spec())
    done = sloctl("validate", "shop.yml", cwd=tmp_path)
    assert (1, True) == (done.code, "windows.yaml:6:49: error" in done.out), done.out


def test_a_catalogue_that_is_not_there(tmp_path: Path) -> None:
    """A setting that names nothing is a wrong use, said with the name of the setting."""
    (tmp_path / "sloctl.yaml").write_text("formats: {sloth: {windows: nowhere.yaml}}\n")
    (tmp_path / "shop.yml").write_text(spec())
    done = sloctl("validate", "shop.yml", cwd=tmp_path)
    assert (2, True) == (done.code, "`formats.sloth.windows` names `nowhere.yaml`, which is not there" in done.err)
