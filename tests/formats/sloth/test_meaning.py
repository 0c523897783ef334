"""Imported SLOs alert when the rules that Sloth writes do: both are loaded into one promtool test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.cli.session import sloctl
from tests.formats.sloth.layout import PAIRS, Layout, Scene, write_test
from tests.formats.sloth.original import events, raw, spec
from tests.support.promtool import run_unit_tests

SETTINGS = 'defaults: {runbook: "https://runbooks.example.org/{slo}", action: Look at it, owner: team-shop}\n'
HOUR = 120
"""Samples in an hour."""


def counter(*steps: tuple[int, int]) -> str:
    """Write a counter that grows by so much per sample, for so many samples each."""
    value, parts = 0, []
    for growth, samples in steps:
        parts.append(f"{value}+{growth}x{samples - 1}")
        value += growth * samples
    return " ".join(parts)


OUTAGE = Scene(
    series={
        'orders_total{state="ok"}': counter((50, 2 * HOUR), (0, 20), (50, HOUR)),
        'orders_total{state="failed"}': counter((0, 2 * HOUR), (50, 20), (0, HOUR)),
    },
    minutes=180,
)
DRIP = Scene(
    series={
        'orders_total{state="ok"}': counter((1000, 2 * HOUR), (988, 3 * HOUR), (1000, HOUR)),
        'orders_total{state="failed"}': counter((0, 2 * HOUR), (12, 3 * HOUR), (0, HOUR)),
    },
    minutes=360,
)
QUIET = Scene(series=OUTAGE.series | {'orders_total{state="failed"}': counter((0, 3 * HOUR + 20))}, minutes=60)
REGIONS = Scene(
    series={
        f'orders_total{{state="{state}", region="{region}"}}': counter((grows, 2 * HOUR), (then, 20), (grows, HOUR))
        for state, region, grows, then in (("ok", "eu", 50, 50), ("failed", "eu", 0, 0), ("ok", "us", 9, 0),
                                           ("failed", "us", 0, 9))
    },
    minutes=180,
)  # fmt: skip
GAUGE = Scene(
    series={f'satisfaction{{client="{name}"}}': f"1x{HOUR} {value}x{HOUR}" for name, value in (("a", 1), ("b", 0.2))},
    minutes=110,
)
FAILED, ALL = 'sum(rate(orders_total{state="failed"}[{{.window}}]))', "sum(rate(orders_total[{{.window}}]))"
GOOD = 'sum(rate(orders_total{state="ok"}[{{.window}}]))'
BY = 'sum by (region) (rate(orders_total{state="failed"}[{{.window}}]))', ALL.replace("sum", "sum by (region) ")
SATISFIED = (
    "1 - (sum(sum_over_time(satisfaction[{{.window}}])) / sum(count_over_time(satisfaction[{{.window}}])))"
)  # fmt: skip

CASES = {
    "a full outage": (events(FAILED, ALL), f"{FAILED} / {ALL}", OUTAGE, {"page": True, "ticket": True}),
    "a slow drip": (events(FAILED, ALL), f"{FAILED} / {ALL}", DRIP, {"page": True, "ticket": True}),
    "no failure at all": (events(FAILED, ALL), f"{FAILED} / {ALL}", QUIET, {"page": False, "ticket": False}),
    "failures as the rest": (
        events(f"{ALL} - {GOOD}", ALL), f"({ALL} - {GOOD}) / {ALL}", OUTAGE, {"page": True, "ticket": True}),
    "the ratio as one query": (
        raw(f"1 - ({GOOD} / ({ALL} > 0))"), f"1 - ({GOOD} / ({ALL} > 0))", DRIP, {"page": True, "ticket": True}),
    "one region of two": (events(*BY), " / ".join(BY), REGIONS, {"page": True, "ticket": True}),
    "a gauge": (raw(SATISFIED), SATISFIED, GAUGE, {"page": True, "ticket": True}),
}  # fmt: skip


@pytest.mark.parametrize(("sli", "ratio", "scene", "expected"), CASES.values(), ids=CASES)
def test_fires_alike(
    sli: str, ratio: str, scene: Scene, expected: dict[str, bool], tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Page and ticket fire at the same minutes as those of Sloth, give or take one evaluation."""
    fire_alike(spec(sli=sli), Layout(ratio=ratio, budget=0.001, pairs=PAIRS), scene, expected, tmp_path, tool)


def fire_alike(
    text: str, layout: Layout, scene: Scene, expected: dict[str, bool], folder: Path, tool: Callable[[str], str]
) -> None:
    """Compile a spec and load it beside the rules of Sloth."""
    (folder / "sloth.yml").write_text(text)
    if not (folder / "sloctl.yaml").exists():
        (folder / "sloctl.yaml").write_text(SETTINGS)
    done = sloctl("compile", "sloth.yml", "-o", "rules", cwd=folder)
    assert (0, "") == (done.code, done.out), done.err
    (folder / "original.yml").write_text(yaml.safe_dump(layout.rules()))
    test = write_test(folder, ["original.yml", "rules/shop.yml"], scene, expected)
    run_unit_tests(test, promtool=tool("promtool"))


CATALOGUE = """\
apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: 7d
  page:
    quick: {errorBudgetPercent: 8, shortWindow: 5m, longWindow: 1h}
    slow: {errorBudgetPercent: 12.5, shortWindow: 30m, longWindow: 6h}
  ticket:
    quick: {errorBudgetPercent: 20, shortWindow: 2h, longWindow: 1d}
    slow: {errorBudgetPercent: 50, shortWindow: 6h, longWindow: 3d}
"""


def test_fires_alike_with_own_windows(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """The burn rates of a catalogue of one's own hold, and so does its period."""
    (tmp_path / "windows.yaml").write_text(CATALOGUE)
    (tmp_path / "sloctl.yaml").write_text(f"{SETTINGS}formats: {{sloth: {{windows: windows.yaml, period: 7d}}}}\n")
    pairs = {"page": (("5m", "1h", 13.44), ("30m", "6h", 3.5)), "ticket": (("2h", "1d", 1.4), ("6h", "3d", 7 / 6))}
    layout = Layout(ratio=f"{FAILED} / {ALL}", budget=0.001, pairs=pairs)
    text = spec(sli=events(FAILED, ALL))
    fire_alike(text, layout, DRIP, {"page": True, "ticket": True}, tmp_path, tool)
    assert "slo:bad_events:increase7d" in (tmp_path / "rules" / "shop.yml").read_text()
