"""When alerts fire: `for`, `keep_firing_for`, and what people hear of it. promtool evaluates the same patterns."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from sloctl.core.duration import Duration
from sloctl.evidence.firings import (
    Bout,
    Firing,
    bouts,
    firings,
    firings_from,
    overlapping,
    runs,
    together,
    touching,
)
from sloctl.evidence.samples import Grid
from tests.support.prometheus import Distribution
from tests.support.promtool import run_unit_tests

MINUTE = Duration.of(minutes=1)
COUNT = 120
PATTERNS = 12
HOLDS = [(0, 0), (3, 0), (0, 5), (2, 3), (7, 10)]
"""`for` and `keep_firing_for` in minutes; the rules are evaluated every 2m."""


def patterns() -> dict[str, list[bool]]:
    """Draw on and off, in stretches of a few evaluations."""
    drawn = random.Random(11)  # noqa: S311 - a pattern, no secret
    found = {}
    for number in range(PATTERNS):
        row: list[bool] = []
        while len(row) < COUNT:
            row += [bool(len(row) % 2) ^ drawn.choice([True, False])] * drawn.randint(1, 9)
        found[f"p{number}"] = row[:COUNT]
    return found


def evaluations(hold: int, keep: int) -> dict[str, list[int]]:
    """Return at which evaluations each pattern fires."""
    grid = Grid(0, 120_000, COUNT)
    times: dict[str, list[int]] = {}
    for name, row in patterns().items():
        fired = firings(np.array(row), grid, hold=MINUTE * hold, keep=MINUTE * keep, labels=())
        times[name] = [index for each in fired for index in range(grid.index(each.start), grid.index(each.end))]
    return times


@pytest.mark.parametrize(("hold", "keep"), HOLDS)
def test_prometheus_fires_at_the_same_evaluations(
    hold: int, keep: int, distribution: Distribution, tmp_path: Path
) -> None:
    """Whatever the pattern: promtool, which runs Prometheus' own rule engine, sees each alert fire when this does."""
    rule = {"alert": "On", "expr": "active == 1", "for": f"{hold}m", "keep_firing_for": f"{keep}m"}
    group = {"name": "g", "interval": "2m", "rules": [rule]}
    (tmp_path / "rules.yml").write_text(json.dumps({"groups": [group]}))
    series = [
        {"series": f'active{{name="{name}"}}', "values": " ".join("1" if on else "0" for on in row)}
        for name, row in patterns().items()
    ]
    fired = evaluations(hold, keep)
    assert any(fired.values())
    cases = [
        {
            "eval_time": f"{2 * index}m",
            "expr": 'ALERTS{alertstate="firing"}',
            "exp_samples": [
                {"labels": f'ALERTS{{alertname="On", alertstate="firing", name="{name}"}}', "value": 1}
                for name, at in fired.items()
                if index in at
            ],
        }
        for index in range(COUNT)
    ]
    test = {"interval": "2m", "input_series": series, "promql_expr_test": cases}
    content = {"rule_files": ["rules.yml"], "evaluation_interval": "2m", "tests": [test]}
    (tmp_path / "test.yml").write_text(json.dumps(content))
    run_unit_tests(tmp_path / "test.yml", promtool=distribution.promtool)


def bout(start: int, end: int) -> Bout:
    """Return a bout."""
    return Bout(start=start, end=end)


def firing(start: int, end: int, name: str = "a") -> Firing:
    """Return a firing of one series."""
    return Firing(labels=(("name", name),), pending=start, start=start, end=end)


def test_runs_are_stretches() -> None:
    """First and past-last index of each stretch, the ends of the data included."""
    assert [(0, 2), (3, 4)] == runs(np.array([True, True, False, True]))
    assert [] == runs(np.zeros(0, dtype=bool))


def test_what_still_fires_has_an_open_end() -> None:
    """Nobody knows yet when it will resolve, and `keep_firing_for` reaches beyond the data too."""
    grid = Grid(0, 1000, 5)
    [last] = firings(np.array([0, 0, 0, 1, 1], dtype=bool), grid, hold=Duration(0), keep=Duration(0), labels=())
    assert (3000, 5000, True) == (last.start, last.end, last.is_open)
    [kept] = firings(np.array([1, 0, 0, 0, 0], dtype=bool), grid, hold=Duration(0), keep=Duration(9000), labels=())
    assert (0, 5000, True) == (kept.start, kept.end, kept.is_open)


def test_series_that_fire_together_are_one_bout() -> None:
    """A human hears one alert; a series that fires twice in a bout is one series."""
    found = bouts([firing(0, 10), firing(5, 20, "b"), firing(12, 15), firing(30, 40)])
    assert [(0, 20, 2), (30, 40, 1)] == [(each.start, each.end, each.series) for each in found]
    assert [(0, 20)] == [(each.start, each.end) for each in bouts([firing(0, 10), firing(10, 20)])]


def test_alerts_are_read_from_what_was_recorded() -> None:
    """Samples of ALERTS without a gap are one firing; one that lasts to the end of the record is open."""
    times = [10.0, 20.0, 30.0, 60.0, 70.0]
    found = firings_from(times, 10_000, labels=(), until=80_000)
    assert [(10_000, 40_000, False), (60_000, 80_000, True)] == [(e.start, e.end, e.is_open) for e in found]
    assert [] == firings_from([], 10_000, labels=(), until=80_000)


def test_overlap_counts_bouts_and_slack() -> None:
    """Touching is not overlapping; with slack, what came soon after counts."""
    assert not overlapping(bout(0, 10), [bout(10, 20)])
    assert overlapping(bout(0, 10), [bout(10, 20)], slack=1)
    assert 2 == together([bout(0, 10), bout(20, 30), bout(40, 50)], [bout(5, 25)])


def test_many_bouts_are_compared_as_each_is_alone() -> None:
    """Also with others that overlap one another, as the losses of several groups do."""
    pairs = np.random.default_rng(7).integers(0, (600, 30), (60, 2)).tolist()
    spans = [bout(start, start + 1 + length) for start, length in pairs]
    some, others = spans[:40], spans[40:]
    for slack in (0, 3):
        expected = [
            any(other.start < one.end + slack and one.start < other.end + slack for other in others) for one in some
        ]
        assert expected == touching(some, others, slack=slack).tolist()
        assert {True, False} == set(expected)
    assert [False] == touching(some[:1], []).tolist()
